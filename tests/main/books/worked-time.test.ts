import fc from 'fast-check';
import { expect, test } from 'vitest';
import { millis } from '../../../src-shared/units.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { ALWAYS, lease, openClean, START } from './books-samples.ts';
import { claimed, outputs } from './ledger-samples.ts';

const HOUR = 3_600_000;
const day = fc.integer({ min: 0, max: 60 * HOUR });
const run = fc.record({
  from: day,
  took: fc.oneof(fc.integer({ min: 0, max: 3 * HOUR }), fc.integer({ min: 0, max: 40 * HOUR })),
  how: fc.constantFrom('claimed', 'stopped', 'failed', 'revoked', 'running'),
});

test('is the time of all runs, whatever became of them, cut to the span, wherever it begins and ends', () => {
  fc.assert(
    fc.property(fc.array(run, { maxLength: 12 }), day, day, day, (runs, a, b, now) => {
      const books = openClean(tempFolder());
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      let expected = 0;
      for (const [n, { from: started, took, how }] of runs.entries()) {
        const [name, job] = [`L${n}`, `job-${n}`];
        const ended = how === 'running' ? Math.max(now, started) : started + took;
        books.takeLease(lease(name, job), { ...START, at: millis(started) });
        const end = {
          at: millis(ended),
          outcome: how === 'failed' ? 'failed' : 'stopped',
          because: { kind: 'given-back' },
        } as const;
        if (how === 'claimed') books.finish(name, outputs, claimed({ job, at: ended }));
        if (how === 'revoked') books.dropLease(name, end);
        if (how === 'stopped' || how === 'failed') books.endRun(name, end);
        expected += Math.max(0, Math.min(ended, to) - Math.max(started, from));
      }
      expect(books.totals(millis(from), millis(to), millis(now)).worked).toBe(expected);
      books.close();
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('two cards that work at once work twice as long', () => {
  const books = openClean(tempFolder());
  for (const name of ['a', 'b']) {
    books.takeLease(lease(name, name), { ...START, at: millis(0) });
    books.finish(name, outputs, claimed({ job: name, at: HOUR }));
  }
  expect(books.totals(...ALWAYS).worked).toBe(2 * HOUR);
});

test('the bars of a chart share the time of a run that crosses them, and a run that goes on grows until now', () => {
  const books = openClean(tempFolder());
  const now = new Date(2026, 10, 22, 15, 20).getTime();
  books.takeLease(lease('L', 'a'), { ...START, at: millis(now - 2 * HOUR) });
  const bars = books.earnings('24h', millis(now)).buckets.map(({ worked }) => worked / 60_000);
  expect(bars.slice(-4)).toEqual([0, 40, 60, 20]);
});

test('a clock that was set back takes nothing off', () => {
  const books = openClean(tempFolder());
  books.takeLease(lease('L', 'a'), { ...START, at: millis(5 * HOUR) });
  books.finish('L', outputs, claimed({ at: HOUR }));
  books.takeLease(lease('M', 'b'), { ...START, at: millis(5 * HOUR) });
  expect(books.totals(millis(0), millis(9 * HOUR), millis(HOUR)).worked).toBe(0);
});
