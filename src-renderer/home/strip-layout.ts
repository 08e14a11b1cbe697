import type { Segment, StateKind } from '../../src-shared/snapshot.ts';
import { hours, type Millis, millis, minutes } from '../../src-shared/units.ts';

/** How much of the past the strip shows. */
export const STRIP_LENGTH = hours(24);

/** Pieces shorter than this would be thinner than a pixel's gap; they join their longer neighbour. */
const SHORTEST = minutes(2);

/** Bars beyond this many could not be told apart at the narrowest window. */
const MOST_BARS = 120;

/** How often a time is written below; in a narrow place half as often. */
export const TICK_HOURS = 3;

/** Room a tick's time needs at either end, as a fraction of the strip. */
const TICK_MARGIN = 0.02;

/** Share of the full height: full means earning, so the eye sees how much of the day earned. */
export const HEIGHT: Readonly<Record<StateKind, number>> = {
  earning: 1,
  hot: 0.75,
  error: 0.75,
  paused: 0.58,
  waiting: 0.29,
  offline: 0.08,
  off: 0.08,
};

const lengthOf = (s: Segment): number => s.to - s.from;

/** Joins neighbours that touch and are in the same state under the same name. */
function joinEqual(segments: readonly Segment[]): Segment[] {
  return segments.reduce<Segment[]>((joined, next) => {
    const last = joined.at(-1);
    if (last && last.to === next.from && last.state === next.state && last.label === next.label)
      joined[joined.length - 1] = { ...last, to: next.to };
    else joined.push(next);
    return joined;
  }, []);
}

/** Gives the shortest piece to its longer neighbour; without a neighbour it stays. */
function absorb(segments: readonly Segment[], index: number): Segment[] {
  const short = segments[index];
  const before = segments[index - 1];
  const after = segments[index + 1];
  if (!short) return [...segments];
  const left = before && before.to === short.from ? before : undefined;
  const right = after && after.from === short.to ? after : undefined;
  const takesLeft = left && (!right || lengthOf(left) >= lengthOf(right));
  return segments.flatMap((s, n) => {
    if (n === index) return left || right ? [] : [s];
    if (s === left && takesLeft) return [{ ...s, to: short.to }];
    if (s === right && !takesLeft) return [{ ...s, from: short.from }];
    return [s];
  });
}

/** The pieces of the last 24 hours as they are drawn: cut to the day, tiny ones merged, few enough to tell apart. */
export function stripBars(segments: readonly Segment[], now: Millis): readonly Segment[] {
  const start = now - STRIP_LENGTH;
  let bars = joinEqual(
    segments
      .map((s) => ({
        ...s,
        from: millis(Math.max(s.from, start)),
        to: millis(Math.min(s.to, now)),
      }))
      .filter((s) => s.to > s.from)
      .sort((a, b) => a.from - b.from),
  );
  for (;;) {
    const shortest = bars.reduce((least, s, n) => {
      const other = bars[least];
      return other && lengthOf(s) >= lengthOf(other) ? least : n;
    }, 0);
    const bar = bars[shortest];
    const tooShort = bar !== undefined && lengthOf(bar) < SHORTEST;
    if (!bar || (!tooShort && bars.length <= MOST_BARS)) return bars;
    const merged = joinEqual(absorb(bars, shortest));
    if (merged.length === bars.length) return bars;
    bars = merged;
  }
}

/** Where a moment lies on the strip, from 0 (24 hours ago) to 1 (now). */
export const placeOf = (at: Millis, now: Millis): number => 1 - (now - at) / STRIP_LENGTH;

/** The full hours to write below, in the time zone of this machine. */
export function stripTicks(now: Millis, every: number = TICK_HOURS): readonly Millis[] {
  const hour = new Date(now);
  hour.setMinutes(0, 0, 0);
  const ticks: Millis[] = [];
  for (; hour.getTime() > now - STRIP_LENGTH; hour.setHours(hour.getHours() - 1)) {
    const place = placeOf(millis(hour.getTime()), now);
    const fits = place > TICK_MARGIN && place < 1 - TICK_MARGIN;
    if (hour.getHours() % every === 0 && fits) ticks.unshift(millis(hour.getTime()));
  }
  return ticks;
}

/** The order of the legend: what one looks for first. */
const ORDER = ['earning', 'paused', 'waiting', 'hot', 'error', 'offline', 'off', 'gap'];

/** How long each state lasted, and how long Offpeak did not run in between. */
export function stripTotals(
  bars: readonly Segment[],
): readonly { readonly state: StateKind | 'gap'; readonly length: Millis }[] {
  const totals = new Map<StateKind | 'gap', number>();
  const add = (state: StateKind | 'gap', length: number) =>
    totals.set(state, (totals.get(state) ?? 0) + length);
  bars.forEach((bar, n) => {
    add(bar.state, lengthOf(bar));
    const next = bars[n + 1];
    if (next && next.from > bar.to) add('gap', next.from - bar.to);
  });
  return [...totals]
    .map(([state, length]) => ({ state, length: millis(length) }))
    .filter(({ state, length }) => state !== 'gap' || length >= SHORTEST)
    .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
}
