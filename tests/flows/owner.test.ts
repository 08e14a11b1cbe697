import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import type { CommandInput } from '../../src-shared/window-protocol.ts';
import { buildFakes } from '../fakes/build.ts';
import { fakeGpuEnvironment } from '../fakes/gpu-state.ts';
import { openSteamHome } from '../worlds/computer/steam-home.ts';
import { eventually } from '../worlds/seen-processes.ts';
import {
  type AgentProcess,
  endAll,
  type Machine,
  newMachine,
  startAgent,
} from './agent-process.ts';
import { watchBooks } from './books-watch.ts';
import { counted, countingJob, openShop } from './shop.ts';

/** What the emulated card holds before anybody asks for memory. */
const DESKTOP = 512 * 1024 ** 2;
const STEPS = 300;

let machine: Machine;
let steam: ReturnType<typeof openSteamHome>;
let env: Record<string, string>;

beforeEach(async () => {
  steam = openSteamHome();
  machine = { ...newMachine(), home: steam.home };
  const card = { fakes: await buildFakes(), folder: `${machine.folder}-card`, kernelMillis: 15 };
  env = { ...fakeGpuEnvironment(card), OFFPEAK_CHECKPOINT_MS: '250' };
});
afterEach(async () => {
  steam.remove();
  await endAll(machine);
});

const phaseOf = (s: Snapshot) => s.lanes[0]?.phase;
const jobOf = (s: Snapshot) => {
  const phase = phaseOf(s);
  return phase?.kind === 'running' || phase?.kind === 'preparing' ? phase.job : null;
};
const isPlaying = (s: Snapshot) => {
  const phase = phaseOf(s);
  return phase?.kind === 'held' && phase.because.kind === 'game-running' ? phase.because : null;
};
const isWorking = (s: Snapshot) => phaseOf(s)?.kind === 'running';
const isCredited = (s: Snapshot) => s.earnings.jobs[0]?.status === 'credited';

async function begin(): Promise<AgentProcess> {
  const agent = startAgent(machine, env);
  await agent.url();
  return agent;
}

test('a game starts and has the whole card; it ends, and the job goes on where it was', async () => {
  const game = steam.install({ folder: 'Nebula', program: 'nebula', title: 'Nebula Drift' });
  const agent = await begin();
  const window = await agent.window();
  const shop = openShop(agent.exchange());
  const books = watchBooks(machine.folder);
  await shop.submit(countingJob('a', STEPS, { pay: 500 }));
  await window.until('the job to run', isWorking);
  await eventually('a checkpoint', () => books.leases().some(({ step }) => (step ?? 0) > 0));
  await window.until('memory on the card', (s) => (s.lanes[0]?.reading?.memoryUsed ?? 0) > DESKTOP);

  const player = steam.run(game);
  const held = await window.until('the game to be seen', (s) => isPlaying(s) !== null);
  expect(isPlaying(held)).toEqual({ kind: 'game-running', title: 'Nebula Drift', path: game });
  await eventually('the runner to be gone', () => agent.runner() === null);
  const free = await window.until(
    'the card to be free',
    (s) => s.lanes[0]?.reading?.memoryUsed === DESKTOP,
  );
  expect(free.lanes[0]?.reading?.programs).toEqual([]);
  await eventually('the job to be given back', () => books.leases().length === 0);
  const { state } = await shop.status('a');
  expect(state.kind).toBe('waiting');
  const saved = state.kind === 'waiting' ? state.step : 0;
  expect(saved).toBeGreaterThan(0);
  expect(agent.runner()).toBeNull();

  player.kill();
  const again = await window.until('the job to go on', (s) => jobOf(s) !== null);
  expect(jobOf(again)?.step).toBeGreaterThanOrEqual(saved);
  const paid = await window.until('the pay', isCredited, 60_000);
  expect(paid.earnings.totals).toMatchObject({ test: 500, money: 0, jobs: 1 });
  expect(await shop.counters('a')).toEqual(counted(STEPS));
  window.close();
  expect(await agent.stop()).toBe(0);
  expect(books.entries().filter(({ kind }) => kind === 'credited')).toHaveLength(1);
}, 90_000);

test('what the owner called "not a game" is remembered, after a restart too', async () => {
  const tool = steam.install({ folder: 'Paint', program: 'paint', title: 'Paint Studio' });
  const game = steam.install({ folder: 'Nebula', program: 'nebula', title: 'Nebula Drift' });
  const first = await begin();
  const window = await first.window();
  steam.run(tool);
  const held = await window.until(
    'the program to be taken for a game',
    (s) => isPlaying(s) !== null,
  );
  const path = isPlaying(held)?.path ?? '';
  expect(path).toBe(tool);
  expect(await window.send({ kind: 'not-a-game', path })).toEqual({ kind: 'ok' });
  await window.until('work to be looked for', (s) => phaseOf(s)?.kind === 'seeking');
  window.close();
  expect(await first.stop()).toBe(0);

  const second = await begin();
  const later = await second.window();
  await later.until('work to be looked for', (s) => phaseOf(s)?.kind === 'seeking');
  // The tool runs since before the game: if it counted, it would be named first.
  steam.run(game);
  const playing = await later.until('a game', (s) => isPlaying(s) !== null);
  expect(isPlaying(playing)?.title).toBe('Nebula Drift');
  later.close();
  expect(await second.stop()).toBe(0);
}, 60_000);

test('a second agent on the same folder is refused in a sentence, and the first goes on', async () => {
  const first = await begin();
  const second = startAgent(machine, env);
  expect(await second.exited).toBe(1);
  expect(second.words()).toMatch(
    /Offpeak could not start: Offpeak is already running with the folder/,
  );
  const window = await first.window();
  await window.until('work to be looked for', (s) => phaseOf(s)?.kind === 'seeking');
  window.close();
  expect(await first.stop()).toBe(0);
});

test('the owner pauses, resumes and switches off; each time the card is theirs first', async () => {
  const agent = await begin();
  const window = await agent.window();
  const shop = openShop(agent.exchange());
  await shop.submit(countingJob('a', STEPS));
  await window.until('the job to run', isWorking);
  const wishes: readonly (readonly [CommandInput, CommandInput])[] = [
    [{ kind: 'pause', for: 3_600_000 }, { kind: 'resume' }],
    [
      { kind: 'set-sharing', on: false },
      { kind: 'set-sharing', on: true },
    ],
  ];
  for (const [stop, go] of wishes) {
    expect(await window.send(stop)).toEqual({ kind: 'ok' });
    await window.until('the stop', (s) => phaseOf(s)?.kind === 'held');
    await eventually('the runner to be gone', () => agent.runner() === null);
    expect(await window.send(go)).toEqual({ kind: 'ok' });
    await window.until('the job to run again', isWorking);
  }
  await window.until('the pay', isCredited, 60_000);
  expect(await shop.counters('a')).toEqual(counted(STEPS));
  window.close();
  expect(await agent.stop()).toBe(0);
}, 90_000);
