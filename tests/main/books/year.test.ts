import { expect, test } from 'vitest';
import { openAnswers } from '../../../src-main/window/answers.ts';
import { EarningsRange, EarningsView } from '../../../src-shared/earnings.ts';
import { Answer } from '../../../src-shared/question.ts';
import { millis } from '../../../src-shared/units.ts';
import { writeYear } from '../../bench/window/year.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { ALWAYS, openClean } from './books-samples.ts';

const NOW = Date.UTC(2026, 10, 26, 12);
const ALL = { pay: null, what: null, outcome: null, search: '' } as const;

/** Nothing but the books is asked. */
const alone = {
  launchers: () => [],
  draw: () => {
    throw new Error('nobody asked for a picture');
  },
  recentLog: () => [],
};

test('a year that was written for measuring is one that could have been lived', () => {
  const folder = tempFolder();
  writeYear(folder, { now: NOW, samples: 5000, jobs: 400 });
  const books = openClean(folder);
  const ask = openAnswers({ ...alone, reader: () => ({}), books, now: () => millis(NOW) });
  for (const range of EarningsRange.options) {
    const view = EarningsView.parse(books.earnings(range, millis(NOW)));
    expect(view.buckets.length).toBeGreaterThan(20);
  }
  const { totals, outlook } = books.earnings('1y', millis(NOW));
  for (const { money, test } of Object.values(totals.byKind)) {
    expect(money).toBeGreaterThan(0);
    expect(test).toBeGreaterThan(0);
  }
  expect(outlook).not.toBeNull();
  expect(Answer.parse(ask({ kind: 'runs', filter: ALL, before: null }))).toMatchObject({
    more: true,
  });
  // The sums, once more from the lines and the runs themselves.
  const lines = books.entries(...ALWAYS);
  const energy = lines.flatMap((line) => (line.kind === 'energy' ? [line.joules] : []));
  expect(energy).toHaveLength(5000);
  const all = books.totals(...ALWAYS);
  expect(all.joules).toBeCloseTo(
    energy.reduce((sum, joules) => sum + joules, 0),
    3,
  );
  const runs = [...books.everyRun(ALL, 1000)];
  expect(runs).toHaveLength(400);
  const paid = (test: boolean) =>
    runs.filter((run) => run.test === test).reduce((sum, { amount }) => sum + (amount ?? 0), 0);
  expect([all.money, all.test]).toEqual([paid(false), paid(true)]);
  expect(all.worked).toBe(
    runs.reduce((sum, { startedAt, endedAt }) => sum + (endedAt ?? startedAt) - startedAt, 0),
  );
});
