import { type Millis, seconds } from '../../src-shared/units.ts';
import type { Game } from '../policy/circumstances.ts';
import { type FullScreenProgram, fullScreenGame } from '../policy/full-screen-game.ts';
import type { Lane } from './lane.ts';

/** A game that has started, and when. */
export type RunningGame = Game & { readonly since: Millis };

/** A program that has a screen to itself, and since when. */
export type InFront = FullScreenProgram & { readonly since: Millis };

/** Of the agent, what tells which games run. */
type Played = {
  readonly games: readonly RunningGame[];
  readonly inFront: InFront | null;
  readonly lanes: readonly Lane[];
};

/** A game draws on its card within this long of its start; until then it may be played on any. */
const SHOWS_WITHIN = seconds(15);
/** Less than this is a launcher's window, not a game. Share of the card's work. */
const PLAYED = 0.1;

/**
 * All games that run, each once: those that a library or a rule knows, and a program in full screen that draws. Where both
 * know one, it ends when neither does any more.
 */
export function runningGames({ games, inFront, lanes }: Played): readonly RunningGame[] {
  if (inFront === null || games.some(({ pid }) => pid === inFront.pid)) return games;
  const read = lanes.flatMap(({ reading }) => reading ?? []);
  return fullScreenGame(inFront, read) ? [...games, inFront] : games;
}

/** The screen as told at `now`; a program that only was told once more is in front since it first was. */
export const screenOf = (
  before: InFront | null,
  program: FullScreenProgram | null,
  now: Millis,
): InFront | null => {
  if (program === null) return null;
  const same = before?.pid === program.pid && before.path === program.path;
  return { ...program, since: same ? before.since : now };
};

/**
 * The games that hold a lane: all of them, but one that is seen to be played on another card, and not at all on this one.
 * Where a driver does not tell, every card is the game's.
 */
export const gamesOn = (
  lane: Lane,
  agent: Played & { readonly now: Millis },
): readonly RunningGame[] =>
  runningGames(agent).filter((game) => {
    if (!lane.reading || agent.now - game.since < SHOWS_WITHIN) return true;
    const here = lane.reading.programs.some(({ pid }) => pid === game.pid);
    const elsewhere = agent.lanes.some(
      (other) =>
        other.gpu.lane !== lane.gpu.lane &&
        other.reading?.programs.some(({ pid, load }) => pid === game.pid && (load ?? 0) >= PLAYED),
    );
    return here || !elsewhere;
  });

/** All but the one of this process. */
export const without = (games: readonly RunningGame[], pid: number): readonly RunningGame[] =>
  games.filter((game) => game.pid !== pid);
