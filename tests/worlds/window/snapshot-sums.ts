import {
  type Bucket,
  noTotals,
  type PaidJob,
  plusTotals,
  type Totals,
} from '../../../src-shared/earnings.ts';
import { JobId } from '../../../src-shared/job.ts';
import {
  hours,
  joules,
  type Millis,
  microUsd,
  millis,
  minutes,
} from '../../../src-shared/units.ts';
import { ago } from './snapshot-parts.ts';

export function byKind(money: number, test: number): Totals['byKind'] {
  const share = (of: number, part: number) => microUsd(Math.floor(of * part));
  const parts = (part: number) => ({ money: share(money, part), test: share(test, part) });
  const [llm, embed] = [parts(0.58), parts(0.13)];
  const kernel = {
    money: microUsd(money - llm.money - embed.money),
    test: microUsd(test - llm.test - embed.test),
  };
  return { llm, kernel, embed };
}

export const totals = (part: Partial<Totals>): Totals => ({
  ...noTotals,
  byKind: byKind(part.money ?? 0, part.test ?? 0),
  ...part,
});

export const moneyDay = totals({
  money: microUsd(1_380_000),
  electricity: microUsd(470_000),
  joules: joules(7_690_000),
  jobs: 9,
});
export const testDay = totals({ test: microUsd(12_500_000), jobs: 5 });

export function buckets(count: number, length: Millis, of: (n: number) => Totals): Bucket[] {
  const end = new Date(2026, 2, 13).getTime();
  return Array.from({ length: count }, (_, n) => ({
    from: millis(end - (count - n) * length),
    to: millis(end - (count - n - 1) * length),
    ...of(n),
  }));
}

/** A repeating pattern between 0 and 1, so that pictures do not change from run to run. */
export const wave = (n: number): number => ((n * 7919) % 101) / 100;

export const moneyBuckets = buckets(30, hours(24), (n) =>
  n === 12
    ? noTotals
    : totals({
        money: microUsd(600_000 + wave(n) * 900_000),
        electricity: microUsd(200_000 + wave(n) * 300_000),
        joules: joules(4_000_000 + wave(n) * 4_000_000),
        jobs: 4,
        worked: minutes(Math.round(300 + wave(n) * 400)),
      }),
);
export const testBuckets = buckets(30, hours(24), (n) =>
  n < 26
    ? noTotals
    : totals({
        test: microUsd(wave(n) * 12_000_000),
        jobs: 3,
        worked: minutes(Math.round(40 + wave(n) * 100)),
        // A network whose only jobs are kernels.
        byKind: {
          ...noTotals.byKind,
          kernel: { money: microUsd(0), test: microUsd(wave(n) * 12_000_000) },
        },
      }),
);

export const sum = (parts: readonly Bucket[]): Totals => parts.reduce<Totals>(plusTotals, noTotals);

const paid = (n: number, title: string, status: PaidJob['status'], test: boolean): PaidJob => ({
  job: JobId.parse(`job-${n}`),
  title,
  at: ago(minutes(42 + n * 190)),
  amount: microUsd(test ? 2_500_000 : 230_000),
  test,
  activeFor: minutes(12 + n * 20),
  status,
});
export const history = (test: boolean): PaidJob[] => [
  paid(0, 'Price a book of options', 'claimed', test),
  paid(1, 'Render a scene, tile 3', 'credited', test),
  paid(2, 'Render a scene, tile 2', 'credited', test),
  paid(3, 'Matrix tuning, batch 11', 'voided', test),
];
