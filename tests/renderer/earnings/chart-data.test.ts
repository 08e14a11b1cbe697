import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  axisOf,
  type ChartRow,
  chartsOf,
  labelled,
} from '../../../src-renderer/earnings/chart-data.ts';
import { noTotals } from '../../../src-shared/earnings.ts';
import { microUsd, millis } from '../../../src-shared/units.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

const row = (earned: number, electricity: number): ChartRow => ({
  from: millis(0),
  label: '',
  title: '',
  llm: earned,
  kernel: 0,
  embed: 0,
  earned,
  electricity: -electricity,
  net: earned - electricity,
});

describe('the earnings chart', () => {
  it('draws money, electricity below zero, and net', () => {
    const { earnings } = snapshots.earningMoney;
    const [chart, ...others] = chartsOf(earnings);
    expect(others).toEqual([]);
    expect(chart?.unit).toBe('money');
    chart?.rows.forEach((r, n) => {
      const bucket = earnings.buckets[n];
      expect(r.earned * 1e6).toBeCloseTo(bucket?.money ?? Number.NaN, 3);
      expect(r.electricity).toBeLessThanOrEqual(0);
      expect(r.net).toBeCloseTo(r.earned + r.electricity, 9);
    });
  });

  it('stacks the kinds to the height of what was earned, and names only those that brought something', () => {
    for (const { earnings } of [snapshots.earningMoney, snapshots.bothPays]) {
      for (const { rows, kinds } of chartsOf(earnings)) {
        expect(kinds).toEqual(['llm', 'kernel', 'embed']);
        for (const r of rows) expect(r.llm + r.kernel + r.embed).toBeCloseTo(r.earned, 6);
      }
    }
    expect(chartsOf(snapshots.earningTest.earnings)[0]?.kinds).toEqual(['kernel']);
  });

  it('draws test credits on an axis of their own', () => {
    expect(chartsOf(snapshots.earningTest.earnings).map((c) => c.unit)).toEqual(['test']);
  });

  it('never adds test credits to money, even where a day had both', () => {
    const both = {
      ...snapshots.earningMoney.earnings,
      totals: {
        ...noTotals,
        money: microUsd(1e6),
        test: microUsd(7e6),
        electricity: microUsd(2e6),
      },
      buckets: snapshots.earningMoney.earnings.buckets.slice(-1).map((b) => ({
        ...b,
        money: microUsd(1e6),
        test: microUsd(7e6),
        electricity: microUsd(2e6),
      })),
    };
    const charts = chartsOf(both);
    expect(charts.map((c) => [c.unit, c.total, c.rows[0]?.earned, c.rows[0]?.net])).toEqual([
      ['test', 7, 7, 7],
      ['money', -1, 1, -1],
    ]);
  });

  it('shows real electricity although only test credits were earned', () => {
    const { earnings } = snapshots.earningTest;
    const measured = { ...earnings, totals: { ...earnings.totals, electricity: microUsd(10_000) } };
    expect(chartsOf(measured).map((c) => c.unit)).toEqual(['test', 'money']);
  });

  it('draws nothing where nothing was earned', () => {
    expect(chartsOf(snapshots.fresh.earnings)).toEqual([]);
  });
});

describe('its axis', () => {
  it('counts in steps people count in', () => {
    const axis = axisOf([row(1.5, 0.5), row(0.2, 0)]);
    expect(axis.ticks).toEqual([-0.5, 0, 0.5, 1, 1.5]);
    expect(axis.digits).toBe(2);
    expect(axisOf([row(0.0042, 0)]).ticks).toEqual([0, 0.001, 0.002, 0.003, 0.004]);
    expect(axisOf([row(15, 0)]).ticks).toEqual([0, 2.5, 5, 7.5, 10, 12.5, 15]);
  });

  it('always holds zero and every bar, with few enough steps, each told apart', () => {
    const amount = fc.integer({ min: 0, max: 1e12 }).map((n) => n / 1e6);
    fc.assert(
      fc.property(fc.array(fc.tuple(amount, amount), { maxLength: 60 }), (pairs) => {
        const rows = pairs.map(([earned, electricity]) => row(earned, electricity));
        const { low, high, ticks, digits } = axisOf(rows);
        expect(ticks).toContain(0);
        expect(ticks.length).toBeLessThanOrEqual(9);
        for (const r of rows) {
          expect(r.earned).toBeLessThanOrEqual(high);
          expect(r.electricity).toBeGreaterThanOrEqual(low);
        }
        expect(new Set(ticks.map((tick) => tick.toFixed(digits))).size).toBe(ticks.length);
      }),
    );
  });

  it('labels few enough bars to read, the last one among them', () => {
    const rows = chartsOf(snapshots.earningMoney.earnings)[0]?.rows ?? [];
    const labels = labelled(rows);
    expect(labels.length).toBeLessThanOrEqual(8);
    expect(labels.at(-1)).toBe(rows.at(-1)?.from);
  });

  it('names each day of a week once, at its first bar', () => {
    const rows = chartsOf(snapshots.lastWeek.earnings, { locale: 'en-GB' })[0]?.rows ?? [];
    const labels = labelled(rows);
    expect(labels.length).toBe(6);
    for (const from of labels)
      expect(rows.find((one) => one.from === from)?.title).toContain('00:00');
  });

  it('tells two hours apart that the clock calls the same', () => {
    const { earnings } = snapshots.lastDay;
    const twice = earnings.buckets.flatMap((b, n) =>
      n === 20 ? [b, { ...b, from: millis(b.from + 1) }] : [b],
    );
    const rows = chartsOf({ ...earnings, buckets: twice })[0]?.rows ?? [];
    expect(new Set(rows.map(({ title }) => title)).size).toBe(rows.length - 1);
    expect(new Set(rows.map(({ from }) => from)).size).toBe(rows.length);
  });
});
