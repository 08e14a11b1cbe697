import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LaneId } from '../../src-shared/gpu.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { LaneView, Snapshot } from '../../src-shared/snapshot.ts';
import { minutes } from '../../src-shared/units.ts';
import { buildFakes } from '../fakes/build.ts';
import { type FakeCard, fakeGpuEnvironment, writeGpuState } from '../fakes/gpu-state.ts';
import { openSteamHome } from '../worlds/computer/steam-home.ts';
import { endAll, newMachine, startAgent } from './agent-process.ts';
import { watchBooks } from './books-watch.ts';
import { openShop } from './shop.ts';

/** What an emulated card holds before anybody asks for memory. */
export const DESKTOP = 512 * 1024 ** 2;
/** The lane of the nth emulated card. */
export const laneOf = (card: number): LaneId =>
  LaneId.parse(`GPU-00000000-0000-0000-0000-${String(card).padStart(12, '0')}`);

/** In °C: so far below any limit that nothing is slowed, not even at the start of a job. */
const COOL = 35;
/** A step of a counting job takes so long. */
const STEP_MS = 15;
const DEVICE = { capability: '8.6', mebibytes: 12_288, multiprocessors: 28 };
/** Nobody waits for an evict that costs this much: a checkpoint that is there was made because the lane gave way. */
const SELDOM_MS = 3_600_000;

/**
 * An agent that works, on a machine whose cards, terminal and games the test holds. `checkpointMs` left out: nothing is
 * saved but what a lane saves when it gives way.
 */
export async function openCardMachine(wishes: {
  readonly settings?: Partial<Settings>;
  readonly cards?: number;
  readonly checkpointMs?: number | undefined;
}) {
  const { settings, cards = 1, checkpointMs = SELDOM_MS } = wishes;
  const steam = openSteamHome();
  const game = steam.install({ folder: 'Nebula', program: 'nebula', title: 'Nebula Drift' });
  const machine = { ...newMachine({ sharing: true, ...settings }), home: steam.home };
  const folder = `${machine.folder}-card`;
  const system = `${machine.folder}-system`;
  const terminal = join(system, 'dev', 'pts', '0');
  mkdirSync(dirname(terminal), { recursive: true });
  writeFileSync(terminal, '');
  /** The owner types now, or typed so many milliseconds ago. */
  const type = (ago = 0): void => {
    const then = (Date.now() - ago) / 1000;
    utimesSync(terminal, then, then);
  };
  type(minutes(10));
  /** What the cards measure from now on; what is left out is that of an idle one. */
  const measure = (...shown: readonly FakeCard[]): void => {
    const idle = Array.from({ length: cards }, (): FakeCard => ({ temperature: COOL }));
    writeGpuState(folder, { cards: idle.map((card, n) => ({ ...card, ...shown[n] })) });
  };
  measure();
  const devices = Array.from({ length: cards }, (_, n) => ({ ...DEVICE, name: `RTX 306${n}` }));
  const agent = startAgent(machine, {
    ...fakeGpuEnvironment({ fakes: await buildFakes(), folder, kernelMillis: STEP_MS, devices }),
    OFFPEAK_CHECKPOINT_MS: String(checkpointMs),
    OFFPEAK_SYSTEM_ROOT: system,
  });
  const window = await agent.window();

  return {
    agent,
    window,
    books: watchBooks(machine.folder),
    shop: openShop(agent.exchange()),
    type,
    measure,
    /** Starts the game of the owner's library. */
    play: () => steam.run(game),
    /** Starts a program that is no game, to be put on a card by `measure`. */
    runProgram: (name: string): number => {
      const { pid } = steam.run(steam.placeProgram(join(steam.home, 'bin', name)));
      if (pid === undefined) throw new Error(`${name} could not be started`);
      return pid;
    },
    runners: () => agent.processes().filter(({ command }) => command.includes('runner.cjs')),
    async close(): Promise<void> {
      window.close();
      steam.remove();
      await endAll(machine);
    },
  };
}
export type CardMachine = Awaited<ReturnType<typeof openCardMachine>>;

/** The lane of the nth card. */
export const laneView = ({ lanes }: Snapshot, card = 0): LaneView | undefined =>
  lanes.find(({ lane }) => lane === laneOf(card));

/** What keeps a card from us; null where nothing does. */
export function heldBy(snapshot: Snapshot, card = 0) {
  const phase = laneView(snapshot, card)?.phase;
  return phase?.kind === 'held' ? phase.because : null;
}

/** The step of the job that runs on a card; null where none does. */
export function stepOn(snapshot: Snapshot, card = 0): number | null {
  const phase = laneView(snapshot, card)?.phase;
  return phase?.kind === 'running' ? phase.job.step : null;
}

/** Nothing of ours is on the card. */
export const isFree = (snapshot: Snapshot, card = 0): boolean =>
  laneView(snapshot, card)?.reading?.memoryUsed === DESKTOP;

/** How many jobs are paid. */
export const paidJobs = ({ earnings }: Snapshot): number =>
  earnings.jobs.filter(({ status }) => status === 'credited').length;
