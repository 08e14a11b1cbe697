import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { openCommandLoop } from '../../src-runner/command-loop.ts';
import type { Device, LoadedJob } from '../../src-runner/work/device.ts';
import { type Clock, realClock } from '../../src-runner/work/duty-cycle.ts';
import type { RunnerEvent } from '../../src-shared/runner-protocol.ts';
import { millis, minutes } from '../../src-shared/units.ts';
import { addition, startOf } from './jobs.ts';

/** A command loop in a world whose time goes on only by work and by pauses. */
function openBench(stepTime: number, during: (act: 'step' | 'pause', count: number) => void) {
  let now = 0;
  let worked = 0;
  let steps = 0;
  const pauses: number[] = [];
  const said: RunnerEvent[] = [];
  let over: () => void = () => undefined;
  const clock: Clock = {
    now: () => millis(now),
    pause: async (length, until) => {
      pauses.push(length);
      during('pause', pauses.length);
      // As a timer does: it ends at once on abort, and a little late else.
      if (!until.aborted) now += length + 1;
    },
  };
  const job: LoadedJob = {
    steps: async (_launches, _first, count) => {
      now += stepTime * count;
      worked += stepTime * count;
      steps += count;
      during('step', steps);
      return null;
    },
    read: async (names) => Object.fromEntries(names.map((name) => [name, new Uint8Array(4)])),
    close: () => undefined,
  };
  const device: Device = { name: 'a card', load: async () => job };
  const bench = openCommandLoop({
    say(event) {
      said.push(event);
      if (event.kind === 'done' || event.kind === 'yielded' || event.kind === 'failed') over();
    },
    sha256: async (bytes) => createHash('sha256').update(bytes).digest('hex'),
    breathe: async () => undefined,
    stepTimeout: minutes(1),
    clock,
    open: async () => device,
    vanish: (complaint) => expect.fail(complaint ?? 'it vanished'),
  });
  const start = startOf(addition('cuda', 'nothing', 200));
  return {
    hear: bench.hear,
    job: start.job.id,
    pauses,
    said,
    wait: (length: number) => {
      now += length;
    },
    share: () => worked / now,
    /** Runs the job to its end. */
    async run(duty: number, count = 200) {
      const ended = new Promise<void>((resolve) => {
        over = resolve;
      });
      const stages = start.job.spec.stages.map((stage) => ({ ...stage, count }));
      const job = { ...start.job, spec: { ...start.job.spec, stages } };
      bench.hear({ ...start, job, duty });
      await ended;
      return said.at(-1);
    },
  };
}
const quietly = () => undefined;

test.each([
  ['a tenth of a millisecond', 0.1, 20_000],
  ['a third of a second', 333, 200],
  ['ten seconds', 10_000, 40],
])('a card told to work 30 %% of the time does so, with steps of %s', async (_, step, count) => {
  const bench = openBench(step, quietly);
  await bench.run(0.3, count);
  expect(bench.share()).toBeCloseTo(0.3, 1);
  expect(Math.max(...bench.pauses)).toBeLessThanOrEqual(1000);
});

test('a card at full speed never rests', async () => {
  const bench = openBench(100, quietly);
  await bench.run(1);
  expect(bench.pauses).toEqual([]);
});

test('jobs of a single step are no way around the rest', async () => {
  const bench = openBench(400, quietly);
  for (let n = 0; n < 40; n++) await bench.run(0.25, 1);
  expect(bench.share()).toBeCloseTo(0.25, 1);
});

test('a night without jobs is not worked off the next morning', async () => {
  const bench = openBench(100, quietly);
  await bench.run(0.5, 1);
  bench.wait(8 * 3_600_000);
  const before = bench.pauses.length;
  await bench.run(0.5, 40);
  expect(bench.pauses.length - before).toBeGreaterThan(25);
});

test('only the time in steps is told as work', async () => {
  const bench = openBench(10, quietly);
  expect(await bench.run(0.1)).toMatchObject({ kind: 'done', activeFor: 2000 });
});

test('a slower pace holds from the next step on; full speed ends even a long rest', async () => {
  const bench = openBench(100, (act, count) => {
    if (act === 'step' && count === 100) bench.hear({ kind: 'duty', job: bench.job, duty: 0.05 });
    if (act === 'pause' && count === 1) bench.hear({ kind: 'duty', job: bench.job, duty: 1 });
  });
  expect(await bench.run(1)).toMatchObject({ kind: 'done' });
  expect(bench.pauses).toEqual([1000]);
});

test('steps that would keep their owner waiting are told once, with their length', async () => {
  const slow = openBench(1500, quietly);
  await slow.run(1, 9);
  expect(slow.said.filter(({ kind }) => kind === 'slow')).toEqual([
    { kind: 'slow', job: slow.job, step: 3, took: 1500 },
  ]);
  const quick = openBench(900, quietly);
  await quick.run(1, 9);
  expect(quick.said.filter(({ kind }) => kind === 'slow')).toEqual([]);
});

test('a pace that is meant for another job changes nothing', async () => {
  const bench = openBench(100, (act) => {
    if (act === 'step') bench.hear({ kind: 'duty', job: 'another', duty: 0.05 });
  });
  await bench.run(1);
  expect(bench.pauses).toEqual([]);
});

test('the owner who comes back does not wait for a rest', async () => {
  const bench = openBench(1000, (act) => {
    if (act === 'pause') bench.hear({ kind: 'yield', job: bench.job });
  });
  expect(await bench.run(0.05)).toMatchObject({ kind: 'yielded', step: 1 });
  expect(bench.pauses).toHaveLength(1);
});

test('a runner that rests for long still says that it is there', async () => {
  const bench = openBench(5000, quietly);
  await bench.run(0.05, 2);
  // 95 s of rest, and a host that takes 120 s of silence for a hang.
  const rests = bench.said.filter((event) => event.kind === 'progress' && event.step === 1);
  expect(rests.length).toBeGreaterThan(50);
});

test('a real pause ends with the signal, not with its time', async () => {
  const stop = new AbortController();
  const paused = realClock.pause(minutes(10), stop.signal);
  stop.abort();
  await paused;
  await realClock.pause(minutes(10), stop.signal);
  const from = realClock.now();
  await realClock.pause(millis(5), new AbortController().signal);
  expect(realClock.now()).toBeGreaterThan(from);
});
