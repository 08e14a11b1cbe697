import { z } from 'zod';
import { LaneId } from './gpu.ts';
import { JobId } from './job.ts';
import { JobKind } from './job-kind.ts';
import { SignedReceipt } from './receipt.ts';
import { joules, type MicroUsd, microUsd, millis } from './units.ts';

const at = z.int().transform(millis);
const fence = z.int().min(1);
const amount = z.int().min(0).transform(microUsd);

/** We finished a job and say what it should pay. */
export const Claimed = z.object({
  kind: z.literal('claimed'),
  at,
  job: JobId,
  fence,
  lane: LaneId,
  title: z.string(),
  /** Absent in lines from before there was more than one kind: those were kernels. */
  what: JobKind.optional(),
  amount,
  test: z.boolean(),
  activeFor: z.int().min(0).transform(millis),
});

/** The network accepted it; the receipt is the proof. */
export const Credited = z.object({
  kind: z.literal('credited'),
  at,
  job: JobId,
  fence,
  amount,
  test: z.boolean(),
  receipt: SignedReceipt,
});

/** The network refused it: the claim is worth nothing. */
export const Voided = z.object({
  kind: z.literal('voided'),
  at,
  job: JobId,
  fence,
  because: z.string().max(500),
});

/** Electricity that sharing used: measured watts, summed over the time since the last entry of this lane. */
export const Energy = z.object({
  kind: z.literal('energy'),
  at,
  lane: LaneId,
  joules: z.number().min(0).transform(joules),
  cost: amount,
});

/** One line of the ledger. Lines are only ever added. */
export const Entry = z.discriminatedUnion('kind', [Claimed, Credited, Voided, Energy]);
export type Entry = Readonly<z.infer<typeof Entry>>;

/** Joules in a kilowatt-hour. */
const JOULES_PER_KWH = 3_600_000;

/** What `energy` costs at `pricePerKwh`, to the nearest micro-dollar. */
export const energyCost = (energy: number, pricePerKwh: MicroUsd): MicroUsd =>
  microUsd((energy / JOULES_PER_KWH) * pricePerKwh);

/** What a kilowatt-hour cost on average; null where nothing was measured. */
export const pricePaid = ({
  joules,
  electricity,
}: {
  readonly joules: number;
  readonly electricity: MicroUsd;
}): MicroUsd | null => (joules > 0 ? microUsd(electricity / (joules / JOULES_PER_KWH)) : null);

/** Pay of one kind of job. Money and test credits stand side by side. */
const KindPay = z.object({ money: amount, test: amount });

/** Sums over some time. Money and test credits stand side by side and are never added. */
export const Totals = z.object({
  /** Money credited or claimed and not voided. */
  money: amount,
  /** Test credits, likewise, in millionths. */
  test: amount,
  /** Measured electricity; a real cost even where the pay is test credits. */
  electricity: amount,
  joules: z.number().min(0).transform(joules),
  jobs: z.int().min(0),
  /** How long cards worked, summed over the cards. */
  worked: z.int().min(0).transform(millis),
  /** `money` and `test` once more, by kind of job. */
  byKind: z.object({ kernel: KindPay, llm: KindPay, embed: KindPay }),
});
export type Totals = Readonly<z.infer<typeof Totals>>;

const noPay = { money: microUsd(0), test: microUsd(0) };

export const noTotals: Totals = {
  money: microUsd(0),
  test: microUsd(0),
  electricity: microUsd(0),
  joules: joules(0),
  jobs: 0,
  worked: millis(0),
  byKind: { kernel: noPay, llm: noPay, embed: noPay },
};

type KindPay = z.infer<typeof KindPay>;
const plusPay = (a: KindPay, b: KindPay): KindPay => ({
  money: microUsd(a.money + b.money),
  test: microUsd(a.test + b.test),
});

/** The sums over both. */
export const plusTotals = (a: Totals, b: Totals): Totals => ({
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

export const EarningsRange = z.enum(['24h', '7d', '30d', '1y']);
export type EarningsRange = z.infer<typeof EarningsRange>;

/** What is earned between two moments: one bar of the chart. */
export const Bucket = z.object({ from: at, to: at, ...Totals.shape });
export type Bucket = Readonly<z.infer<typeof Bucket>>;

export const PaidJob = z.object({
  job: JobId,
  title: z.string(),
  at,
  amount,
  test: z.boolean(),
  activeFor: z.int().min(0).transform(millis),
  status: z.enum(['claimed', 'credited', 'voided']),
});
export type PaidJob = Readonly<z.infer<typeof PaidJob>>;

/** The Earnings page: one range, its bars, and the latest jobs, newest first. */
export const EarningsView = z.object({
  range: EarningsRange,
  buckets: z.array(Bucket).max(400),
  totals: Totals,
  /**
   * What 30 days may bring, net, in money: the worst and the best 7 days of the last 30, times 30/7. Null where there is less
   * than a week of history with money in it.
   */
  outlook: z
    .object({
      least: z.int().transform(microUsd),
      most: z.int().transform(microUsd),
      /** What one of those days brought on average. */
      daily: z.int().transform(microUsd),
    })
    .nullable(),
  /**
   * Money of all time, whatever the range: what the network has credited, and what it has not decided on yet. Nothing can be
   * paid out yet, so nothing is taken off.
   */
  owed: z.object({ credited: amount, claimed: amount }),
  /** Whether any job was ever finished here, in this range or before it. */
  ever: z.boolean(),
  jobs: z.array(PaidJob).max(50),
});
export type EarningsView = Readonly<z.infer<typeof EarningsView>>;
