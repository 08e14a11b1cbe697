import { afterEach, beforeEach, expect, test } from 'vitest';
import { hero, laneHero } from '../../src-shared/moment/sentence.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { gibibytes } from '../../src-shared/units.ts';
import { eventually } from '../worlds/seen-processes.ts';
import {
  type CardMachine,
  heldBy,
  isFree,
  laneOf,
  laneView,
  openCardMachine,
  paidJobs,
  stepOn,
} from './card-machine.ts';
import { counted, countingJob } from './shop.ts';

const STEPS = 600;
const JOBS = ['a', 'b'] as const;

let machine: CardMachine;
beforeEach(async () => {
  machine = await openCardMachine({
    settings: { when: { kind: 'working' } },
    cards: 2,
    checkpointMs: 250,
  });
  for (const id of JOBS) await machine.shop.submit(countingJob(id, STEPS));
  await machine.window.until('a job on each card', bothWork);
  await eventually('a checkpoint of each', () => {
    const leases = machine.books.leases();
    return leases.length === JOBS.length && leases.every(({ step }) => (step ?? 0) > 0);
  });
});
afterEach(() => machine.close());

const bothWork = (s: Snapshot) => (stepOn(s, 0) ?? 0) > 0 && (stepOn(s, 1) ?? 0) > 0;
const laneWords = (s: Snapshot, card: number) => {
  const lane = laneView(s, card);
  return lane ? laneHero(s, lane).reason : null;
};

/** Both jobs are paid once, and every step of each took effect once. */
async function finish(): Promise<void> {
  const paid = await machine.window.until(
    'the pay for both',
    (s) => paidJobs(s) === JOBS.length,
    60_000,
  );
  expect(paid.earnings.totals).toMatchObject({ test: 2000, jobs: 2 });
  for (const id of JOBS) expect(await machine.shop.counters(id)).toEqual(counted(STEPS));
  expect(await machine.agent.stop()).toBe(0);
}

test('a game that nobody sees on a card frees both; when it ends, both jobs go on where they were', async () => {
  const { window, books, shop } = machine;
  const player = machine.play();
  const held = await window.until(
    'the game',
    (s) => heldBy(s, 0) !== null && heldBy(s, 1) !== null,
  );
  for (const card of [0, 1])
    expect(heldBy(held, card)).toMatchObject({ kind: 'game-running', title: 'Nebula Drift' });
  expect(hero(held).reason).toBe('Nebula Drift is running. Resumes when you quit.');
  await eventually('both runners to be gone', () => machine.runners().length === 0);
  await window.until('both cards to be free', (s) => isFree(s, 0) && isFree(s, 1));
  await eventually('both jobs to be given back', () => books.leases().length === 0);
  for (const id of JOBS) {
    const { state } = await shop.status(id);
    expect(state.kind === 'waiting' && state.step).toBeGreaterThan(0);
  }

  player.kill();
  await window.until('both to go on', bothWork);
  await finish();
}, 90_000);

test('a game takes both cards until it is seen on one; the other then earns beside it', async () => {
  const { window } = machine;
  const { pid = 0 } = machine.play();
  await window.until('the game', (s) => heldBy(s, 0) !== null && heldBy(s, 1) !== null);
  machine.measure({}, { programs: [{ pid, kind: 'graphics', bytes: gibibytes(4), load: 95 }] });
  const beside = await window.until('work beside the game', (s) => stepOn(s, 0) !== null);
  expect(heldBy(beside, 1)).toMatchObject({ kind: 'game-running', title: 'Nebula Drift' });
  expect(hero(beside).word).toBe('Earning on 1 of 2\u00a0GPUs');
  expect(laneWords(beside, 1)).toBe('Nebula Drift is running. Resumes when you quit.');
  expect(machine.runners()).toHaveLength(1);
  const played = laneView(beside, 1)?.reading?.programs ?? [];
  expect(played.map((program) => [program.pid, program.ours])).toEqual([[pid, false]]);
  await finish();
}, 90_000);

test('a render on one card stops that card; the other earns, and the window says which', async () => {
  const { window } = machine;
  const pid = machine.runProgram('lumen');
  machine.measure({}, { programs: [{ pid, kind: 'compute', bytes: gibibytes(1), load: 84 }] });
  const held = await window.until('the render', (s) => heldBy(s, 1) !== null);
  expect(heldBy(held, 1)).toEqual({ kind: 'other-program', title: 'lumen', load: 0.84 });
  expect(stepOn(held, 0)).not.toBeNull();
  expect(hero(held).word).toBe('Earning on 1 of 2\u00a0GPUs');
  await eventually('one runner to be left', () => machine.runners().length === 1);
  // One card earns for both, one after the other.
  await finish();
}, 90_000);

test('a card that its owner switches off is theirs; the other does its work as well', async () => {
  const { window } = machine;
  const off = { kind: 'change-card', lane: laneOf(0), patch: { enabled: false } } as const;
  expect(await window.send(off)).toEqual({ kind: 'ok' });
  const held = await window.until('the card to be let go', (s) => heldBy(s, 0) !== null);
  expect(heldBy(held, 0)).toEqual({ kind: 'card-off' });
  expect(laneWords(held, 0)).toBe('You don’t share this GPU.');
  // Nobody misses it.
  expect(hero(held).word).toBe('Earning');
  await eventually('one runner to be left', () => machine.runners().length === 1);
  const free = await window.until('the card to be free', (s) => isFree(s, 0));
  expect(stepOn(free, 1)).not.toBeNull();
  await finish();
  expect(heldBy(window.latest() ?? held, 0)).toEqual({ kind: 'card-off' });
}, 90_000);
