import { z } from 'zod';
import {
  type Bucket,
  type EarningsRange,
  type EarningsView,
  noTotals,
  PaidJob,
  type Totals,
} from '../src-shared/earnings.ts';
import { joules, type Millis, microUsd, millis } from '../src-shared/units.ts';
import type { BooksDatabase } from './books-database.ts';
import { ENERGY_SLOT } from './books-schema.ts';
import { buckets, type Span } from './ledger-buckets.ts';

/** Rows in the list of the Earnings page; more would only be scrolled past. */
const JOBS_SHOWN = 50;

const JobSums = z.object({ test: z.number(), amount: z.number(), jobs: z.number() });
const EnergySums = z.object({ joules: z.number(), cost: z.number() });
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

const SUM_JOBS = `select test, sum(amount) as amount, count(*) as jobs from worth
  where at >= ? and at < ? and status <> 'voided' group by test`;
const SUM_SLOTS = `select coalesce(sum(joules), 0) as joules, coalesce(sum(cost), 0) as cost
  from energy_slots where slot >= ? and slot < ?`;
const SUM_LINES = `select coalesce(sum(joules), 0) as joules, coalesce(sum(amount), 0) as cost
  from entries where kind = 'energy' and at >= ? and at < ?`;
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

type KindPay = Totals['byKind']['kernel'];
const plusPay = (a: KindPay, b: KindPay): KindPay => ({
  money: microUsd(a.money + b.money),
  test: microUsd(a.test + b.test),
});

const plus = (a: Totals, b: Totals): Totals => ({
  money: microUsd(a.money + b.money),
  test: microUsd(a.test + b.test),
  electricity: microUsd(a.electricity + b.electricity),
  joules: joules(a.joules + b.joules),
  jobs: a.jobs + b.jobs,
  worked: millis(a.worked + b.worked),
  byKind: {
    kernel: plusPay(a.byKind.kernel, b.byKind.kernel),
    llm: plusPay(a.byKind.llm, b.byKind.llm),
    embed: plusPay(a.byKind.embed, b.byKind.embed),
  },
});

/** The sums over the ledger that the owner sees. */
export function ledgerTotals(db: BooksDatabase) {
  /** Whole slots from their sums, the pieces before the first and after the last from the lines themselves. */
  const energy = (from: number, to: number): z.infer<typeof EnergySums>[] => {
    const sum = (sql: string, a: number, b: number) => (a < b ? db.all(EnergySums, sql, a, b) : []);
    const first = Math.ceil(from / ENERGY_SLOT) * ENERGY_SLOT;
    const last = Math.floor(to / ENERGY_SLOT) * ENERGY_SLOT;
    if (first >= last) return sum(SUM_LINES, from, to);
    return [
      ...sum(SUM_LINES, from, first),
      ...sum(SUM_SLOTS, first, last),
      ...sum(SUM_LINES, last, to),
    ];
  };

  const totals = (from: Millis, to: Millis): Totals => {
    const paid = db.all(JobSums, SUM_JOBS, from, to).map(({ test, amount, jobs }) => ({
      ...noTotals,
      jobs,
      [test === 1 ? 'test' : 'money']: microUsd(amount),
    }));
    const used = energy(from, to).map((sum) => ({
      ...noTotals,
      joules: joules(sum.joules),
      electricity: microUsd(sum.cost),
    }));
    return [...paid, ...used].reduce(plus, noTotals);
  };

  const paidJobs = (from: Millis, to: Millis, limit = JOBS_SHOWN): PaidJob[] =>
    db.all(PaidJobRow, LATEST_JOBS, from, to, limit);

  const view = (range: EarningsRange, spans: readonly Span[]): EarningsView => {
    const bars: Bucket[] = spans.map((span) => ({ ...span, ...totals(span.from, span.to) }));
    const [from, to] = [bars[0]?.from, bars.at(-1)?.to];
    const jobs = from === undefined || to === undefined ? [] : paidJobs(from, to);
    const allTime = db.one(AllTimeRow, OF_ALL_TIME) ?? nothingEver;
    const sums = bars.reduce(plus, noTotals);
    return { range, buckets: bars, totals: sums, outlook: null, ...allTime, jobs };
  };

  /** A year takes some 15 ms, and the window wants it every second: made anew only after a write or with a new bar. */
  let latest: { readonly key: string; readonly view: EarningsView } | null = null;
  const earnings = (range: EarningsRange, now: Millis): EarningsView => {
    const spans = buckets(range, now);
    const key = `${range} ${spans[0]?.from} ${db.version()}`;
    if (latest?.key !== key) latest = { key, view: view(range, spans) };
    return latest.view;
  };

  return { totals, paidJobs, earnings, version: db.version };
}
