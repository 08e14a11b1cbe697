import { homedir } from 'node:os';
import type { TelemetryEvent } from '../../src-shared/gpu.ts';
import type { Said } from '../../src-shared/said.ts';
import { type Library, MOST_LIBRARIES } from '../../src-shared/snapshot.ts';
import type { Millis } from '../../src-shared/units.ts';
import { watchGames } from '../activity/games/games.ts';
import { ownerPlaces } from '../activity/owner/places.ts';
import { ownProcesses } from '../activity/programs/own-processes.ts';
import { nameOf } from '../activity/programs/program-name.ts';
import { watchFullScreen } from '../activity/screen/full-screen.ts';
import { watchWindowsScreen } from '../activity/screen/windows-screen.ts';
import type { Event } from '../agent/event.ts';
import type { Agent } from '../agent/state.ts';
import type { Books } from '../books/books.ts';
import { openEarningRate } from '../books/earning-rate.ts';
import type { Platform } from '../host/platform.ts';
import type { FullScreenProgram } from '../policy/full-screen-game.ts';
import { openCards } from '../telemetry/cards.ts';
import { openPowerLimits, type PowerLimits } from '../telemetry/power-limits.ts';
import { watchGpus } from '../telemetry/telemetry.ts';

type Options = {
  readonly platform: Pick<
    Platform,
    'env' | 'folder' | 'log' | 'owner' | 'spawnProbe' | 'spawnScreen'
  >;
  readonly books: Books;
  readonly agent: () => Agent;
  readonly dispatch: (event: Event) => void;
  /** The cards have been read: time for a `beat`. */
  readonly read: () => void;
  readonly now: () => Millis;
  readonly notice: (what: Said) => void;
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
  /** As it was told last. */
  let inFront: FullScreenProgram | null = null;
  let sight = '';

  const look = (program: FullScreenProgram | null): void => {
    if (program?.pid === inFront?.pid && program?.path === inFront?.path) return;
    inFront = program;
    dispatch({ kind: 'screen-changed', at: now(), program });
  };
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
        env: platform.env,
        signal,
        changed: look,
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
      if (event.kind === 'power-limited') return power.hear(event);
      const found = cards.take(event, now());
      if (found) dispatch({ kind: 'gpus-found', at: now(), gpus: cards.gpus() });
      if (event.kind === 'readings') options.read();
    },
  });
  const power: PowerLimits = openPowerLimits({
    telemetry,
    report: (news) => dispatch({ ...news, at: now() }),
  });

  /** Windows does not tell when another program comes to the front: it is asked. */
  const lookAtWindows = (): void => {
    if (windowsScreen) look(windowsScreen.look(games.ignores));
  };

  return {
    /** Tells what there is to know each second. */
    beat(): void {
      lookAtWindows();
      const at = now();
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
      lookAtWindows();
    },
    /** Reads every game library again. */
    rescan(): void {
      games.rescan();
      screen?.recheck();
      lookAtWindows();
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
