import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { openBooks } from '../../src-main/books/books.ts';
import { millis } from '../../src-shared/units.ts';
import { inEnglish } from '../../src-shared/wording.ts';
import { buildFakes } from '../fakes/build.ts';
import { fakeGpuEnvironment } from '../fakes/gpu-state.ts';
import { randomness, seedOfThisRun } from '../worlds/randomness.ts';
import { eventually } from '../worlds/seen-processes.ts';
import {
  type AgentProcess,
  endAll,
  type Machine,
  newMachine,
  startAgent,
} from './agent-process.ts';
import { receiptsOf, watchBooks } from './books-watch.ts';
import { counted, countingJob, openShop } from './shop.ts';

const STEPS = 400;
const STEP_MS = 15;
const PAY = 4321;
const JOB = 'the-job';

/** When to kill: some time after the start, wherever that falls. Or when the job has come so far. Or at its end. */
type Moment =
  | { readonly kind: 'time'; readonly afterMs: number }
  | { readonly kind: 'progress'; readonly step: number; readonly afterMs: number }
  | { readonly kind: 'result'; readonly afterMs: number };

/** Twenty moments: early ones, ones with more and more of the job behind them, and ones around its receipt. */
function momentsOf(random: () => number): Moment[] {
  const early = Array.from(
    { length: 8 },
    (): Moment => ({ kind: 'time', afterMs: random() * 1500 }),
  );
  const steps = Array.from({ length: 7 }, () => Math.floor(random() * (STEPS - 60))).sort(
    (a, b) => a - b,
  );
  const midway = steps.map((step): Moment => ({ kind: 'progress', step, afterMs: random() * 200 }));
  for (const moment of early) midway.splice(Math.floor(random() * (midway.length + 1)), 0, moment);
  const last = Array.from(
    { length: 5 },
    (): Moment => ({ kind: 'result', afterMs: random() * 25 }),
  );
  return [...midway, ...last];
}

let machine: Machine;
afterEach(() => endAll(machine));

test('killed 20 times at random moments, a job is done once, right, and paid once', async () => {
  const seed = seedOfThisRun();
  console.log(`OFFPEAK_TEST_SEED=${seed}`);
  const random = randomness(seed);
  machine = newMachine();
  const { folder } = machine;
  const card = fakeGpuEnvironment({
    fakes: await buildFakes(),
    folder: `${folder}-card`,
    kernelMillis: STEP_MS,
  });
  const env = { ...card, OFFPEAK_CHECKPOINT_MS: '250' };
  const books = watchBooks(folder);
  const paid = () => books.entries().some(({ kind }) => kind === 'credited');

  let agent = startAgent(machine, env);
  await agent.url();
  await openShop(agent.exchange()).submit(countingJob(JOB, STEPS, { pay: PAY }));

  for (const [i, moment] of momentsOf(random).entries()) {
    await until(moment, agent);
    // Half of the time all of its processes die at once, half of the time only the agent does.
    await agent.kill(i % 2 === 0 ? 'agent' : 'all');
    books.close();
    agent = startAgent(machine, env);
  }

  await eventually('the pay', paid, 60_000);
  expect(await openShop(agent.exchange()).counters(JOB)).toEqual(counted(STEPS));
  expect(await agent.stop()).toBe(0);
  expect(books.leases()).toEqual([]);
  expect(books.outbox()).toEqual([]);
  const ofJob = books.entries();
  expect(ofJob.filter(({ kind }) => kind === 'credited')).toEqual([
    { kind: 'credited', job: JOB, amount: PAY },
  ]);
  expect(ofJob.filter(({ kind }) => kind === 'claimed')).toHaveLength(
    1 + ofJob.filter(({ kind }) => kind === 'voided').length,
  );
  expect(receiptsOf(folder)).toEqual([{ job: JOB, amount: PAY, cumulative: PAY }]);
  const { sums, runs } = booksOf(folder);
  expect(sums).toMatchObject({ test: PAY, money: 0, jobs: 1 });
  // Every run of the job is in the history, over, and one of them was paid.
  expect(runs.length).toBeGreaterThan(1);
  expect(runs.filter(({ outcome }) => outcome === 'credited')).toMatchObject([{ amount: PAY }]);
  expect(runs.filter(({ endedAt }) => endedAt === null)).toEqual([]);
  expect(runs.reduce((sum, { amount }) => sum + (amount ?? 0), 0)).toBe(PAY);

  async function until(moment: Moment, running: AgentProcess): Promise<void> {
    const lives = () => {
      if (!running.alive()) throw new Error('the agent ended by itself');
      return true;
    };
    switch (moment.kind) {
      case 'time':
        break;
      case 'progress':
        await eventually(
          `step ${moment.step} to be saved`,
          () =>
            (lives() && paid()) || books.leases().some(({ step }) => (step ?? 0) >= moment.step),
          60_000,
        );
        break;
      case 'result':
        await eventually(
          'the result',
          () => (lives() && paid()) || books.outbox().length > 0,
          60_000,
        );
        break;
    }
    // The moment of the kill is the point of this test; nothing waits on its length.
    await wait(moment.afterMs);
    lives();
  }
}, 180_000);

/** What the window would show. */
function booksOf(folder: string) {
  const opened = openBooks(`${folder}/books`);
  if (opened.kind === 'refused') throw new Error(inEnglish(opened.detail));
  expect(opened.notices).toEqual([]);
  const sums = opened.books.totals(millis(0), millis(Date.now() + 1000));
  const all = { pay: null, what: null, outcome: null, search: '' } as const;
  const { runs } = opened.books.runs(all, null);
  opened.books.close();
  return { sums, runs };
}
