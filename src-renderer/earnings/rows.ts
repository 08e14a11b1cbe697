import { date } from '../../src-shared/amount.ts';
import { type Bucket, type EarningsView, plusTotals } from '../../src-shared/earnings.ts';
import type { Reader } from '../../src-shared/language/reader.ts';

/** Two stretches of time that follow each other, as one. */
const joined = (a: Bucket, b: Bucket): Bucket => ({
  from: a.from,
  to: b.to,
  ...plusTotals(a, b),
});

/** Bars of the same local day as one. */
function foldedByDay(buckets: readonly Bucket[], reader: Reader): Bucket[] {
  const day = (b: Bucket) =>
    date(b.from, { year: 'numeric', month: 'numeric', day: 'numeric' }, reader);
  const days: Bucket[] = [];
  for (const bucket of buckets) {
    const last = days.at(-1);
    if (last && day(last) === day(bucket)) days[days.length - 1] = joined(last, bucket);
    else days.push(bucket);
  }
  return days;
}

export const isEmpty = (b: Bucket): boolean =>
  b.jobs === 0 && b.money === 0 && b.test === 0 && b.joules === 0 && b.worked === 0;

/**
 * The table of a range, newest first: hours in which something happened, or every day or week since the first in which
 * something did. The seven days' bars of six hours are added up to days.
 */
export function earningsRows(view: EarningsView, reader: Reader = {}): readonly Bucket[] {
  const rows = view.range === '7d' ? foldedByDay(view.buckets, reader) : view.buckets;
  if (view.range === '24h') return rows.filter((row) => !isEmpty(row)).toReversed();
  const first = rows.findIndex((row) => !isEmpty(row));
  return first === -1 ? [] : rows.slice(first).toReversed();
}
