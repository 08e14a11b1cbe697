import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Earnings } from '../../../src-renderer/earnings/earnings.tsx';
import { earningsRows } from '../../../src-renderer/earnings/rows.ts';
import { type EarningsView, noTotals } from '../../../src-shared/earnings.ts';
import type { Snapshot } from '../../../src-shared/snapshot.ts';
import { hours, joules, microUsd } from '../../../src-shared/units.ts';
import { read } from '../../worlds/window/draw.ts';
import { buckets, sum, totals } from '../../worlds/window/snapshot-sums.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

const page = (snapshot: Snapshot): string => read(snapshot, Earnings);

describe('the figures of Earnings', () => {
  it('show the next 30 days as a range in whole dollars, and a dash before there is a week', () => {
    const { earningMoney } = snapshots;
    expect(page(earningMoney)).toContain('Next 30 days $15 to $27');
    const without = { ...earningMoney.earnings, outlook: null };
    expect(page({ ...earningMoney, earnings: without })).toMatch(/Next 30 days – /);
  });

  it('say when, how long, how much electricity and at what price', () => {
    expect(page(snapshots.earningMoney)).toMatch(
      /Feb 11 to Mar 12\. Worked 237.h for 116 jobs\. Used 47\.61.kWh at \$0\.21\/kWh on average\./,
    );
  });

  it('say that money cannot be paid out yet, what is credited and what is being checked', () => {
    const text = page(snapshots.earningMoney);
    expect(text).toContain('Ready to pay out $18.42');
    expect(text).toContain('$0.57 more is being checked.');
    expect(text).toContain('Paying out is not available yet.');
  });

  it('offer no test credits for paying out', () => {
    const text = page(snapshots.earningTest);
    expect(text).toContain('Ready to pay out $0.00');
    expect(text).toContain('They cannot be paid out.');
  });

  it('say that nothing was earned yet only where that is so', () => {
    expect(page(snapshots.fresh)).toContain('No earnings yet');
    expect(page(snapshots.fresh)).toContain('Start a job now');
    const before = { ...snapshots.fresh.earnings, ever: true };
    const text = page({ ...snapshots.fresh, earnings: before });
    expect(text).toContain('Nothing in this period');
    expect(text).not.toContain('No earnings yet');
  });
});

describe('the table of Earnings', () => {
  it('has a column for every kind that brought something, and none for others', () => {
    expect(page(snapshots.earningMoney)).toContain(
      'Day Worked Energy LLM inference GPU kernels Embeddings Earned Electricity Net',
    );
    expect(page(snapshots.earningTest)).toContain('Day Worked Energy GPU kernels Test credits');
  });

  it('keeps money and test credits in tables of their own where both were paid', () => {
    const text = page(snapshots.bothPays);
    expect(text.match(/Day Worked Energy/g)).toHaveLength(2);
  });

  it('lists the newest first', () => {
    const rows = earningsRows(snapshots.earningMoney.earnings);
    expect(rows.map(({ from }) => from)).toEqual(
      rows.map(({ from }) => from).sort((a, b) => b - a),
    );
    expect(rows).toHaveLength(30);
  });

  it('lists the seven days by day, whatever the bars are, and loses nothing of them', () => {
    const amount = fc.integer({ min: 0, max: 5_000_000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(amount, amount), { minLength: 28, maxLength: 28 }), (pays) => {
        const bars = buckets(28, hours(6), (n) =>
          totals({
            money: microUsd(pays[n]?.[0] ?? 0),
            test: microUsd(pays[n]?.[1] ?? 0),
            joules: joules(1_000),
            jobs: 1,
          }),
        );
        const view: EarningsView = {
          ...snapshots.lastWeek.earnings,
          buckets: bars,
          totals: sum(bars),
        };
        const rows = earningsRows(view);
        expect(rows).toHaveLength(7);
        expect(sum(rows)).toEqual(sum(bars));
      }),
      { numRuns: 50 },
    );
  });

  it('leaves out hours without anything, and the days before the first job', () => {
    expect(earningsRows(snapshots.lastDay.earnings)).toHaveLength(15);
    expect(earningsRows(snapshots.earningTest.earnings)).toHaveLength(4);
    const { earnings } = snapshots.earningMoney;
    // A day without anything between others stays: it is news too.
    expect(earningsRows(earnings).filter((row) => row.jobs === 0)).toHaveLength(1);
    const nothing = { ...earnings, buckets: buckets(30, hours(24), () => noTotals) };
    expect(earningsRows(nothing)).toEqual([]);
  });
});
