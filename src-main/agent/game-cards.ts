import { type Millis, seconds } from '../../src-shared/units.ts';
import type { Game } from '../policy/circumstances.ts';
import type { Lane } from './lane.ts';

/** A game that has started, and when. */
export type RunningGame = Game & { readonly since: Millis };

/** A game draws on its card within this long of its start; until then it may be played on any. */
const SHOWS_WITHIN = seconds(15);
/** Less than this is a launcher's window, not a game. Share of the card's work. */
const PLAYED = 0.1;

/**
 * The games that hold a lane: all of them, but one that is seen to be played on another card, and not at all on this one.
 * Where a driver does not tell, every card is the game's.
 */
export const gamesOn = (
  lane: Lane,
  {
    games,
    lanes,
    now,
  }: {
    readonly games: readonly RunningGame[];
    readonly lanes: readonly Lane[];
    readonly now: Millis;
  },
): readonly RunningGame[] =>
  games.filter((game) => {
    if (!lane.reading || now - game.since < SHOWS_WITHIN) return true;
    const here = lane.reading.programs.some(({ pid }) => pid === game.pid);
    const elsewhere = lanes.some(
      (other) =>
        other.gpu.lane !== lane.gpu.lane &&
        other.reading?.programs.some(({ pid, load }) => pid === game.pid && (load ?? 0) >= PLAYED),
    );
    return here || !elsewhere;
  });

/** All but the one of this process. */
export const without = (games: readonly RunningGame[], pid: number): readonly RunningGame[] =>
  games.filter((game) => game.pid !== pid);
