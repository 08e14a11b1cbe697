import { date } from '../src-shared/amount.ts';
import type { Bucket, EarningsView } from '../src-shared/earnings.ts';
import type { JobKind } from '../src-shared/job-kind.ts';
import type { Reader } from '../src-shared/reader.ts';
import { joules, microUsd, millis } from '../src-shared/units.ts';

const byKind = (a: Bucket, b: Bucket, kind: JobKind) => ({
  money: microUsd(a.byKind[kind].money + b.byKind[kind].money),
  test: microUsd(a.byKind[kind].test + b.byKind[kind].test),
});

/** Two stretches of time that follow each other, as one. */
const joined = (a: Bucket, b: Bucket): Bucket => ({
  from: a.from,
  to: b.to,
  money: microUsd(a.money + b.money),
  test: microUsd(a.test + b.test),
  electricity: microUsd(a.electricity + b.electricity),
  joules: joules(a.joules + b.joules),
  jobs: a.jobs + b.jobs,
  worked: millis(a.worked + b.worked),
  byKind: {
    kernel: byKind(a, b, 'kernel'),
    llm: byKind(a, b, 'llm'),
    embed: byKind(a, b, 'embed'),
  },
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
