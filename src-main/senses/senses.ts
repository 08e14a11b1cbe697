import { homedir } from 'node:os';
import type { TelemetryEvent } from '../../src-shared/gpu.ts';
import { type Library, MOST_LIBRARIES } from '../../src-shared/snapshot.ts';
import type { Millis } from '../../src-shared/units.ts';
import { watchGames } from '../activity/games/games.ts';
import { ownerPlaces } from '../activity/owner/places.ts';
import { ownProcesses } from '../activity/programs/own-processes.ts';
import { nameOf } from '../activity/programs/program-name.ts';
import { type FullScreenProgram, watchFullScreen } from '../activity/screen/full-screen.ts';
import { fullScreenGame } from '../activity/screen/full-screen-game.ts';
import { watchWindowsScreen } from '../activity/screen/windows-screen.ts';
import type { Event } from '../agent/event.ts';
import type { Agent } from '../agent/state.ts';
import type { Books } from '../books/books.ts';
import { openEarningRate } from '../books/earning-rate.ts';
import type { Platform } from '../host/platform.ts';
import type { Game } from '../policy/circumstances.ts';
import { openCards } from '../telemetry/cards.ts';
import { openPowerLimits, type PowerLimits } from '../telemetry/power-limits.ts';
import { watchGpus } from '../telemetry/telemetry.ts';

type Options = {
  readonly platform: Platform;
  readonly books: Books;
  readonly agent: () => Agent;
  readonly dispatch: (event: Event) => void;
  readonly now: () => Millis;
  readonly notice: (sentence: string) => void;
  /** The processes of our runners. */
  readonly runnerPids: () => ReadonlySet<number>;
  readonly signal: AbortSignal;
};

/** Everything the agent sees of its machine, told as events; and the cards' power limits, which the same probe sets. */
export function openSenses(options: Options) {
  const { platform, books, agent, dispatch, now, notice, signal } = options;
  let titleOf: (pid: number) => string | null = () => null;
  const cards = openCards({
    nameOf: (pid) => nameOf(pid, titleOf),
    own: ownProcesses(options.runnerPids),
  });
  const earnsPerHour = openEarningRate(books);
  /** The program in front, and the game it was taken for. */
  let inFront: FullScreenProgram | null = null;
  let played: Game | null = null;
  let sight = '';

  const games = watchGames({
    signal,
    homes: [homedir()],
    rules: () => agent().settings.games,
    started: (game) => dispatch({ kind: 'game-started', at: now(), game }),
    ended: ({ pid }) => dispatch({ kind: 'game-ended', at: now(), pid }),
    changed: (watching) => platform.log(`programs: ${JSON.stringify(watching)}`),
  });
  ({ titleOf } = games);
  platform.log(`programs: ${JSON.stringify(games.watching)}`);
  if (games.watching.kind === 'unsupported') notice(games.watching.detail);

  const screen = platform.spawnScreen
    ? watchFullScreen({
        spawn: platform.spawnScreen,
        signal,
        changed: (program) => {
          inFront = program;
        },
        seeing: (seeing) => {
          const words = `full screen: ${JSON.stringify(seeing)}`;
          // It is told with every change on the screen; the log wants to know once.
          if (words !== sight) platform.log(words);
          sight = words;
        },
        ignored: games.ignores,
        titleOf,
      })
    : null;
  const windowsScreen = watchWindowsScreen();

  const telemetry = watchGpus({
    spawn: platform.spawnProbe,
    folder: platform.folder,
    root: ownerPlaces(platform.env).root,
    signal,
    heard: (event: TelemetryEvent) => {
      if (event.kind === 'power-limited') power.hear(event);
      else if (cards.hear(event, now()))
        dispatch({ kind: 'gpus-found', at: now(), gpus: cards.gpus() });
    },
  });
  const power: PowerLimits = openPowerLimits({
    telemetry,
    tell: (news) => dispatch({ ...news, at: now() }),
  });

  /** A full-screen program that draws is a game like any other; one that a library knows is told by that already. */
  function judgeScreen(at: Millis): void {
    if (windowsScreen) inFront = windowsScreen.look(games.ignores);
    const game = fullScreenGame(inFront, cards.readings());
    const known =
      game && agent().games.some(({ pid }) => pid === game.pid && game.pid !== played?.pid);
    const next = known ? null : game;
    if (next?.pid === played?.pid) return;
    if (played) dispatch({ kind: 'game-ended', at, pid: played.pid });
    played = next;
    if (next) dispatch({ kind: 'game-started', at, game: next });
  }

  return {
    /** What there is to know each second. */
    beat(): void {
      const at = now();
      judgeScreen(at);
      dispatch({
        kind: 'sampled',
        at,
        readings: cards.readings(),
        silentFor: cards.silentFor(at),
        earnsPerHour: agent().paysTest ? null : earnsPerHour(at),
        ...platform.owner(),
      });
    },
    /** How often the cards are read from now on. */
    beatEvery: telemetry.beatEvery,
    /** Judges every program anew, after the owner's rules have changed. */
    recheck(): void {
      games.recheck();
      screen?.recheck();
    },
    /** Reads every game library again. */
    rescan(): void {
      games.rescan();
      screen?.recheck();
    },
    /** The game libraries of this machine. */
    libraries: (): readonly Library[] =>
      games
        .launchers()
        .slice(0, MOST_LIBRARIES)
        .map((one) => ({ name: one.name, games: one.games.length })),
    launchers: games.launchers,
    gpuTrouble: () => cards.trouble(),
    power,
  };
}
export type Senses = ReturnType<typeof openSenses>;
