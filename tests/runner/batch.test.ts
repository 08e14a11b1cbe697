import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SILENT_FOR } from '../../src-main/runner/host.ts';
import { openBatches } from '../../src-runner/work/batch.ts';
import { batchLimit, STEP_TIMEOUT } from '../../src-runner/work/execution.ts';
import { millis } from '../../src-shared/units.ts';

/** Runs `steps` steps of `each` milliseconds in batches; returns the sizes. */
function run(steps: number, each: number): number[] {
  const batches = openBatches();
  const sizes: number[] = [];
  for (let left = steps; left > 0; ) {
    const count = batches.next(left);
    batches.took(count, millis(count * each));
    sizes.push(count);
    left -= count;
  }
  return sizes;
}

test('every step is run once, one at a time where it is long, and nobody ever waits for many', () => {
  const length = fc.double({ min: 0, max: 2000, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), length, (steps, each) => {
      const sizes = run(steps, each);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(steps);
      expect(sizes[0]).toBe(1);
      for (const size of sizes) {
        expect(size).toBeLessThanOrEqual(64);
        if (size > 1) expect(size * each).toBeLessThanOrEqual(20);
      }
    }),
  );
});

test('short steps soon go to the card by the dozen', () => {
  expect(run(1000, 0.01).slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 64, 64]);
  expect(run(100, 4).slice(0, 5)).toEqual([1, 2, 4, 5, 5]);
});

test('steps that become long all at once are given one by one again', () => {
  const batches = openBatches();
  for (let i = 0; i < 10; i++) batches.took(batches.next(64), millis(0.1));
  expect(batches.next(1000)).toBe(64);
  batches.took(64, millis(6400));
  expect(batches.next(1000)).toBe(1);
});

test('a job whose steps are long now and then keeps its owner waiting for fewer of them each time', () => {
  const batches = openBatches();
  /** Short steps until they are given as many at a time as they ever will be, then that many long ones. */
  const stumble = () => {
    for (let i = 0; i < 20; i++) batches.took(batches.next(1000), millis(0.1));
    const count = batches.next(1000);
    batches.took(count, millis(count * 300));
    return count;
  };
  expect([1, 2, 3, 4, 5].map(stumble)).toEqual([64, 16, 4, 1, 1]);
  // A stutter of the machine is forgiven in time.
  for (let i = 0; i < 6 * 256; i++) batches.took(batches.next(1000), millis(0.1));
  expect(batches.next(1000)).toBe(64);
});

test('steps that are given together have the time of all of them, and end before main loses patience', () => {
  expect(batchLimit(STEP_TIMEOUT, 1)).toBe(STEP_TIMEOUT);
  expect(batchLimit(STEP_TIMEOUT, 2)).toBe(2 * STEP_TIMEOUT);
  expect(batchLimit(millis(300), 16)).toBe(4800);
  for (const count of [3, 4, 16, 64])
    expect(batchLimit(STEP_TIMEOUT, count)).toBeLessThan(SILENT_FOR);
  expect(batchLimit(STEP_TIMEOUT, 64)).toBeGreaterThan(3 * STEP_TIMEOUT);
});
