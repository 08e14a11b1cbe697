import { z } from 'zod';
import {
  type Bucket,
  type EarningsRange,
  type EarningsView,
  noTotals,
  PaidJob,
  plusTotals,
  type Totals,
} from '../../src-shared/earnings.ts';
import { JobKind } from '../../src-shared/job-kind.ts';
import { type Millis, microUsd } from '../../src-shared/units.ts';
import { buckets, dayOf, type Span } from './buckets.ts';
import type { BooksDatabase } from './database.ts';
import { energySums } from './energy-sums.ts';
import { moneyOutlook } from './outlook.ts';
import { inSlots } from './run-slots.ts';
import { workedTime } from './worked-time.ts';

/** Rows in the list of the Earnings page; more would only be scrolled past. */
const JOBS_SHOWN = 50;

const JobSums = z.object({
  test: z.number(),
  what: JobKind,
  amount: z.number(),
  jobs: z.number(),
});
const PaidJobRow = z
  .object({
    job: z.string(),
    title: z.string(),
    at: z.number(),
    amount: z.number(),
    test: z.number(),
    active_for: z.number(),
    status: z.string(),
  })
  .transform((row): unknown => ({ ...row, test: row.test === 1, activeFor: row.active_for }))
  .pipe(PaidJob);

const PIECE = "select test, what, amount, 1 as jobs from worth where status <> 'voided' and";
/** Whole slots between the two in the middle, single jobs before and after them. */
const SUM_JOBS = `select test, what, sum(amount) as amount, sum(jobs) as jobs from (
    ${PIECE} at >= ?1 and at < ?2
    union all select test, what, amount, jobs from pay_slots where slot >= ?2 and slot < ?3
    union all ${PIECE} at >= ?3 and at < ?4
  ) where jobs > 0 group by test, what`;
const LATEST_JOBS = `select job, title, at, amount, test, active_for, status from worth
  where at >= ? and at < ? order by at desc, job limit ?`;

/** `standings` sums the credits already; claims are in `worth` until they are decided. */
const OF_ALL_TIME = `select
  (select coalesce(sum(credited), 0) from standings where test = 0) as credited,
  (select coalesce(sum(amount), 0) from worth where status = 'claimed' and test = 0) as claimed,
  exists (select 1 from worth) as ever`;
const AllTimeRow = z
  .object({ credited: z.number(), claimed: z.number(), ever: z.number() })
  .transform(({ credited, claimed, ever }) => ({
    owed: { credited: microUsd(credited), claimed: microUsd(claimed) },
    ever: ever === 1,
  }));
const nothingEver = { owed: { credited: microUsd(0), claimed: microUsd(0) }, ever: false };

/** Pay of so many jobs of one kind. */
const paidFor = ({ test, what, amount, jobs }: z.infer<typeof JobSums>): Totals => {
  const pay = { [test === 1 ? 'test' : 'money']: microUsd(amount) };
  const byKind = { ...noTotals.byKind, [what]: { ...noTotals.byKind[what], ...pay } };
  return { ...noTotals, jobs, ...pay, byKind };
};

/** `make`, done again only when `key` is another one than the last time. */
function kept<Args extends readonly unknown[], T>(make: (...args: Args) => T) {
  let latest: { readonly key: string; readonly made: T } | null = null;
  return (key: string, ...args: Args): T => {
    if (latest?.key !== key) latest = { key, made: make(...args) };
    return latest.made;
  };
}

/** The sums over the ledger that the owner sees. */
export function ledgerTotals(db: BooksDatabase) {
  const energy = energySums(db);
  const worked = workedTime(db);

  /** A run that goes on is taken to have worked until `now`. */
  const totals = (from: Millis, to: Millis, now: Millis = to): Totals =>
    [
      ...db.all(JobSums, SUM_JOBS, ...inSlots(from, to)).map(paidFor),
      { ...noTotals, ...energy(from, to), worked: worked(from, to, now) },
    ].reduce(plusTotals, noTotals);

  const paidJobs = (from: Millis, to: Millis, limit = JOBS_SHOWN): PaidJob[] =>
    db.all(PaidJobRow, LATEST_JOBS, from, to, limit);

  const outlook = moneyOutlook(db, energy);
  /** What every period says alike, so that another one is asked for without it. */
  const beside = kept((now: Millis) => ({
    outlook: outlook(now),
    ...(db.one(AllTimeRow, OF_ALL_TIME) ?? nothingEver),
  }));
  const view = (range: EarningsRange, spans: readonly Span[], now: Millis): EarningsView => {
    const bars: Bucket[] = spans.map((span) => ({ ...span, ...totals(span.from, span.to, now) }));
    const [from, to] = [bars[0]?.from, bars.at(-1)?.to];
    const jobs = from === undefined || to === undefined ? [] : paidJobs(from, to);
    const sums = bars.reduce(plusTotals, noTotals);
    // The outlook changes with the day.
    const around = beside(`${dayOf(now).from} ${db.version()}`, now);
    return { range, buckets: bars, totals: sums, ...around, jobs };
  };

  /** A year takes some 15 ms, and the window wants it every second: made anew only after a write or with a new bar. */
  const latest = kept(view);
  const earnings = (range: EarningsRange, now: Millis): EarningsView => {
    const spans = buckets(range, now);
    // The bars of a year begin on Mondays.
    const key = `${range} ${spans[0]?.from} ${dayOf(now).from} ${db.version()}`;
    return latest(key, range, spans, now);
  };

  return { totals, paidJobs, earnings, version: db.version };
}
