import type { EarningsRange } from '../../src-shared/earnings.ts';
import { type Millis, millis } from '../../src-shared/units.ts';

/** One bar: from (inclusive) to (exclusive). */
export type Span = { readonly from: Millis; readonly to: Millis };

const HOUR = 3_600_000;

/** The start of the local hour that `at` lies in. Reads the offset, so the second 2:00 of an autumn night is its own hour. */
function hourStart(at: number): number {
  const offset = -new Date(at).getTimezoneOffset() * 60_000;
  return at - ((((at + offset) % HOUR) + HOUR) % HOUR);
}

/** The latest of 0:00, 6:00, 12:00, 18:00 local time not after `at`. */
function quarterDayStart(at: number): number {
  const d = new Date(at);
  const hour = Math.floor(d.getHours() / 6) * 6;
  return new Date(d.getFullYear(), d.getMonth(), d.getDate(), hour).getTime();
}

const dayStart = (at: number): number => {
  const d = new Date(at);
  return new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
};

/** The local day that `at` lies in; two of a year have 23 or 25 hours. */
export function dayOf(at: number): Span {
  const d = new Date(at);
  const next = new Date(d.getFullYear(), d.getMonth(), d.getDate() + 1);
  return { from: millis(dayStart(at)), to: millis(next.getTime()) };
}

/** Monday, 0:00 local time (ISO 8601 weeks). */
const weekStart = (at: number): number => {
  const d = new Date(at);
  const sinceMonday = (d.getDay() + 6) % 7;
  return new Date(d.getFullYear(), d.getMonth(), d.getDate() - sinceMonday).getTime();
};

/**
 * How many bars, where each starts, and a stretch longer than any one bar and shorter than any two, with the hour a
 * daylight-saving change can add or take.
 */
const RANGES = {
  '24h': { count: 24, start: hourStart, beyond: HOUR },
  '7d': { count: 28, start: quarterDayStart, beyond: 8 * HOUR },
  '30d': { count: 30, start: dayStart, beyond: 30 * HOUR },
  '1y': { count: 52, start: weekStart, beyond: 8 * 24 * HOUR },
} as const;

/**
 * The bars of a range, oldest first: 24 hours, 28 quarters of a day, 30 days, 52 weeks, all in local time, without a hole
 * or an overlap. The last one is open: `now` lies in it.
 */
export function buckets(range: EarningsRange, now: Millis): Span[] {
  const { count, start, beyond } = RANGES[range];
  const newest = start(now);
  const spans: Span[] = [{ from: millis(newest), to: millis(start(newest + beyond)) }];
  for (let from = newest; spans.length < count; ) {
    const before = start(from - 1);
    spans.unshift({ from: millis(before), to: millis(from) });
    from = before;
  }
  return spans;
}
