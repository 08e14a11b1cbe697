import { date } from '../../src-shared/amount.ts';
import type { Bucket, EarningsRange, EarningsView } from '../../src-shared/earnings.ts';
import type { JobKind } from '../../src-shared/job-kind.ts';
import type { Reader } from '../../src-shared/language/reader.ts';
import type { Millis } from '../../src-shared/units.ts';
import { KINDS } from '../parts/kind-look.ts';

/** What a chart counts: money or test credits, never both. */
export type Unit = 'money' | 'test';

/** One bar: whole units of money or of test credits. */
export type ChartRow = Readonly<Record<JobKind, number>> & {
  /** When it begins: its name in the chart. Titles are for people, and an hour that clocks show twice has one title. */
  readonly from: Millis;
  readonly label: string;
  readonly title: string;
  /** The sum of the kinds. */
  readonly earned: number;
  /** Below zero, since it is drawn below the line. */
  readonly electricity: number;
  readonly net: number;
};

/** A chart has one unit. Test credits have no electricity and no net: those are money. */
export type ChartData = {
  readonly unit: Unit;
  readonly range: EarningsRange;
  readonly rows: readonly ChartRow[];
  /** The kinds that brought something, in the order in which they are stacked. */
  readonly kinds: readonly JobKind[];
  readonly total: number;
};

const MICROS = 1_000_000;

/** How a bar's time is written below it, and in full when pointed at. */
const TIME: Readonly<Record<EarningsRange, Intl.DateTimeFormatOptions>> = {
  '24h': { hour: '2-digit', minute: '2-digit' },
  '7d': { weekday: 'short' },
  '30d': { month: 'short', day: 'numeric' },
  '1y': { month: 'short', day: 'numeric' },
};
const FULL_TIME: Intl.DateTimeFormatOptions = {
  weekday: 'short',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
};
const FULL_DAY: Intl.DateTimeFormatOptions = { weekday: 'short', month: 'short', day: 'numeric' };

/** The kinds that brought any of `unit` in these bars. */
export const kindsIn = (unit: Unit, buckets: readonly Bucket[]): readonly JobKind[] =>
  KINDS.filter((kind) => buckets.some((b) => b.byKind[kind][unit] > 0));

/**
 * The charts of a range: money where money was earned or electricity was paid for, test credits where some were earned.
 * Two charts, since one axis cannot tell dollars and something that is none.
 */
export function chartsOf(view: EarningsView, reader: Reader = {}): readonly ChartData[] {
  const short = TIME[view.range];
  const full = view.range === '30d' || view.range === '1y' ? FULL_DAY : FULL_TIME;
  const chart = (unit: Unit, total: number): ChartData => ({
    unit,
    range: view.range,
    kinds: kindsIn(unit, view.buckets),
    total: total / MICROS,
    rows: view.buckets.map((b) => {
      const cost = unit === 'money' ? b.electricity : 0;
      return {
        from: b.from,
        label: date(b.from, short, reader),
        title: date(b.from, full, reader),
        kernel: b.byKind.kernel[unit] / MICROS,
        llm: b.byKind.llm[unit] / MICROS,
        embed: b.byKind.embed[unit] / MICROS,
        earned: b[unit] / MICROS,
        electricity: cost === 0 ? 0 : -cost / MICROS,
        net: (b[unit] - cost) / MICROS,
      };
    }),
  });
  const { test, money, electricity } = view.totals;
  const charts: ChartData[] = [];
  if (test > 0) charts.push(chart('test', test));
  if (money > 0 || electricity > 0) charts.push(chart('money', money - electricity));
  return charts;
}

/** Steps of the axis between 1 and 10 that people count in. */
const NICE = [1, 2, 2.5, 5] as const;
const MOST_STEPS = 7;
/** The finest step: below it a bar is a thousandth of a cent. */
const FINEST_EXPONENT = -5;
/** Air over the highest bar and under the lowest. */
const AIR = 1.06;

export type Axis = {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  readonly digits: number;
};

/** An axis that holds 0 and every bar, with at most seven steps of a size people count in. */
export function axisOf(rows: readonly ChartRow[]): Axis {
  const top = Math.max(0, ...rows.map((r) => Math.max(r.earned, r.net)));
  const bottom = Math.min(0, ...rows.map((r) => Math.min(r.electricity, r.net)));
  const span = Math.max(top - bottom, 10 ** FINEST_EXPONENT);
  let exponent = FINEST_EXPONENT;
  let step: number | undefined;
  for (; step === undefined; exponent += 1) {
    const scale = 10 ** exponent;
    step = NICE.map((n) => n * scale).find((s) => span / s <= MOST_STEPS);
  }
  const size = step;
  const fine = size / 5;
  const first = bottom === 0 ? 0 : -Math.floor(-(bottom * AIR) / size);
  const last = Math.floor((top * AIR) / size);
  const digits = Math.max(2, Math.ceil(-Math.log10(size)) + (isWhole(size) ? 0 : 1));
  return {
    low: bottom === 0 ? 0 : Math.floor((bottom * AIR) / fine) * fine,
    high: Math.max(fine, Math.ceil((top * AIR) / fine) * fine),
    ticks: Array.from({ length: last - first + 1 }, (_, n) => {
      const tick = Number(((first + n) * size).toFixed(digits));
      return tick === 0 ? 0 : tick;
    }),
    digits,
  };
}

/** Whether a step is 1, 2 or 5 times a power of ten, so that its ticks need no further digit. */
const isWhole = (step: number): boolean => {
  const leading = step / 10 ** Math.floor(Math.log10(step) + 1e-9);
  return Math.abs(leading - Math.round(leading)) < 1e-6;
};

/** Labels below the chart: this many at most, so that they never touch at the narrowest window. */
const MOST_LABELS = 8;

/** The rows that get a label, counted back from now. One that stands for several bars (a day of a week) marks the first. */
export function labelled(rows: readonly ChartRow[]): readonly Millis[] {
  const starts = rows.filter((row, n) => row.label !== rows[n - 1]?.label);
  // The oldest of several-bar labels may be cut short, and would touch the next.
  const whole = starts.length === rows.length ? starts : starts.slice(1);
  const every = Math.ceil(whole.length / MOST_LABELS);
  return whole.filter((_, n) => (whole.length - 1 - n) % every === 0).map((row) => row.from);
}
