import { afterEach, expect, test } from 'vitest';
import { hero } from '../../src-shared/moment/sentence.ts';
import type { When } from '../../src-shared/settings.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { gibibytes, minutes, seconds } from '../../src-shared/units.ts';
import { eventually } from '../worlds/seen-processes.ts';
import {
  type CardMachine,
  heldBy,
  isFree,
  laneView,
  openCardMachine,
  paidJobs,
  stepOn,
} from './card-machine.ts';
import { counted, countingJob } from './shop.ts';

// The owner comes back to a card that works, once for each of the three things they may have chosen.

const STEPS = 800;
/** Where the card is taken at once, this much work may be done twice. */
const OFTEN_MS = 250;
/** Longer than a program must keep the card busy before it is given it. */
const BUSY_FOR = seconds(7);

let machine: CardMachine;
afterEach(() => machine.close());

/** A job runs, and somebody has looked at it. */
async function beginWork(when: When, checkpointMs?: number): Promise<number> {
  machine = await openCardMachine({ settings: { when }, checkpointMs });
  await machine.shop.submit(countingJob('a', STEPS));
  const begun = await machine.window.until('the job to run', (s) => (stepOn(s) ?? 0) > 0);
  return stepOn(begun) ?? 0;
}

/** The job is paid once, and every step of it took effect once. */
async function finish(): Promise<void> {
  const paid = await machine.window.until('the pay', (s) => paidJobs(s) > 0, 60_000);
  expect(paid.earnings.totals).toMatchObject({ test: 1000, money: 0, jobs: 1 });
  expect(await machine.shop.counters('a')).toEqual(counted(STEPS));
  expect(await machine.agent.stop()).toBe(0);
}

const ownerIsBack = ({ idleFor }: Snapshot) => idleFor !== null && idleFor < seconds(30);
const loadOf = (snapshot: Snapshot, pid: number) =>
  laneView(snapshot)?.reading?.programs.find((program) => program.pid === pid)?.load;

/** A render that takes nearly the whole card. */
function render(): number {
  const pid = machine.runProgram('lumen');
  machine.measure({ programs: [{ pid, kind: 'compute', bytes: gibibytes(1), load: 84 }] });
  return pid;
}

test('“only while I’m away”: the step is finished and saved, the card is theirs, and the job goes on later', async () => {
  const AFTER = seconds(8);
  const before = await beginWork({ kind: 'away', after: AFTER });
  const { window, books, shop } = machine;
  machine.type();
  const held = await window.until('the owner', (s) => heldBy(s)?.kind === 'owner-active');
  expect(held.idleFor).toBeLessThan(AFTER);
  await eventually('the runner to be gone', () => machine.runners().length === 0);
  await eventually('the job to be given back', () => books.leases().length === 0);
  const { state } = await shop.status('a');
  const saved = state.kind === 'waiting' ? state.step : 0;
  expect(saved).toBeGreaterThanOrEqual(before);
  const theirs = await window.until('the card to be free', isFree);
  expect(hero(theirs).reason).toBe('Ready. Your first job starts after 8\u00a0s away.');

  const again = await window.until('the job to go on', (s) => stepOn(s) !== null);
  expect(again.idleFor).toBeGreaterThanOrEqual(AFTER);
  expect(stepOn(again)).toBeGreaterThanOrEqual(saved);
  await finish();
}, 90_000);

test('“while I work”: typing stops nothing; a render that keeps the card busy does, and it is named', async () => {
  await beginWork({ kind: 'working' }, OFTEN_MS);
  const { window } = machine;
  machine.type();
  const back = await window.until('the owner', ownerIsBack);
  expect(laneView(back)?.phase.kind).toBe('running');

  const pid = render();
  const held = await window.until('the render to be given the card', (s) => heldBy(s) !== null);
  expect(heldBy(held)).toEqual({ kind: 'other-program', title: 'lumen', load: 0.84 });
  expect(hero(held).reason).toBe('lumen is using the GPU (84\u00a0%). Resumes when it’s free.');
  await eventually('the runner to be gone', () => machine.runners().length === 0);

  machine.measure();
  const again = await window.until('the job to go on', (s) => stepOn(s) !== null);
  expect(loadOf(again, pid)).toBeUndefined();
  // They never stopped using the machine.
  expect(again.idleFor).toBeLessThan(minutes(5));
  await finish();
}, 90_000);

test('“always”: neither typing nor a render stops the work; a game does', async () => {
  await beginWork({ kind: 'always' }, OFTEN_MS);
  const { window } = machine;
  machine.type();
  const pid = render();
  const shared = await window.until(
    'the owner and their render',
    (s) => ownerIsBack(s) && loadOf(s, pid) === 0.84,
  );
  const later = await window.until(
    'the render to go on for a while',
    (s) => heldBy(s) !== null || s.takenAt - shared.takenAt >= BUSY_FOR,
  );
  expect(loadOf(later, pid)).toBe(0.84);
  expect(stepOn(later)).toBeGreaterThan(stepOn(shared) ?? STEPS);

  const player = machine.play();
  const held = await window.until('the game to be seen', (s) => heldBy(s) !== null);
  expect(heldBy(held)).toMatchObject({ kind: 'game-running', title: 'Nebula Drift' });
  await eventually('the runner to be gone', () => machine.runners().length === 0);
  player.kill();
  const again = await window.until('the job to go on', (s) => stepOn(s) !== null);
  expect(loadOf(again, pid)).toBe(0.84);
  await finish();
}, 90_000);
