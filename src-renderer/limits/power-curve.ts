import type { Settings } from '../../src-shared/settings.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import type { SpeedPoint } from '../../src-shared/speed.ts';
import { hours, type MicroUsd, microUsd } from '../../src-shared/units.ts';
import { DAY, partsOfDay } from './tariff-day.ts';

const PERCENT = 100;
/** Watts from one drawn point to the next. */
const STEP = 5;
/** A card that draws this share of its own limit, or more, was held by nothing below it. */
const WHOLE = 0.9;

/** What a card does under one power limit. */
export type CurvePoint = {
  /** The limit. */
  readonly watts: number;
  /** What it drew. */
  readonly drawn: number;
  /** The share of the full speed that was left, in percent. */
  readonly share: number;
};

/**
 * Speed over watts, from the fewest watts to the most. Empty where fewer than two points say both. Speed is that of floats,
 * which most jobs wait for. A card under no limit stands at what it drew.
 */
export function curveOf(points: readonly SpeedPoint[]): CurvePoint[] {
  const known = points.flatMap(({ limit, power, speeds: { fp32 } }) => {
    const watts = limit ?? power;
    return watts === null || fp32 === null || fp32 === 0
      ? []
      : [{ watts: Math.round(watts), drawn: power ?? watts, fp32 }];
  });
  const full = Math.max(...known.map(({ fp32 }) => fp32));
  const curve = known
    .map(({ watts, drawn, fp32 }) => ({ watts, drawn, share: (PERCENT * fp32) / full }))
    .sort((a, b) => a.watts - b.watts);
  return new Set(curve.map(({ watts }) => watts)).size < 2 ? [] : curve;
}

/**
 * What the card does under a limit of so many watts: between two measured points by the line between them, above the last
 * one up to the card's own limit as there; null where nobody has measured.
 */
export function pointAt(
  curve: readonly CurvePoint[],
  watts: number,
  usual: number,
): CurvePoint | null {
  const above = curve.findIndex((point) => point.watts >= watts);
  const last = curve.at(-1);
  if (above < 0)
    return last && watts <= usual && last.watts >= WHOLE * usual ? { ...last, watts } : null;
  const [before, after] = [curve[above - 1], curve[above]];
  if (after?.watts === watts) return after;
  if (!before || !after) return null;
  const part = (watts - before.watts) / (after.watts - before.watts);
  const between = (a: number, b: number) => a + part * (b - a);
  return {
    watts,
    drawn: between(before.drawn, after.drawn),
    share: between(before.share, after.share),
  };
}

/** What an hour of work pays at full speed and what its electricity costs, micro-dollars. */
export type HourlyPay = {
  readonly atFull: number;
  readonly pricePerKwh: MicroUsd;
  /** Watts of the rest of the computer. */
  readonly rest: number;
};

const KILO = 1000;

/** Pay before and after electricity, micro-dollars an hour. */
export function payAt({ share, drawn }: CurvePoint, pay: HourlyPay) {
  const gross = (pay.atFull * share) / PERCENT;
  return { gross, net: gross - ((drawn + pay.rest) / KILO) * pay.pricePerKwh };
}

/** What makes a point the best: money kept, or, where nobody knows of money, work for each watt. */
const worth = (point: CurvePoint, pay: HourlyPay | null): number =>
  pay ? payAt(point, pay).net : point.share / point.drawn;

/** Points to draw and to choose from, `STEP` apart, the measured ends among them. */
export function pointsAlong(curve: readonly CurvePoint[], usual: number): CurvePoint[] {
  const [first] = curve;
  const last = curve.at(-1);
  if (!first || !last) return [];
  const end = last.watts >= WHOLE * usual ? Math.max(last.watts, usual) : last.watts;
  const count = Math.max(0, Math.ceil(end / STEP) - Math.floor(first.watts / STEP) - 1);
  const between = Array.from(
    { length: count },
    (_, n) => (Math.floor(first.watts / STEP) + n + 1) * STEP,
  );
  return [...new Set([first.watts, ...between, end])].flatMap(
    (watts) => pointAt(curve, watts, usual) ?? [],
  );
}

/** The limit under which the card does best; of equals the one with fewest watts. Null without a curve. */
export const bestOf = (
  curve: readonly CurvePoint[],
  usual: number,
  pay: HourlyPay | null,
): CurvePoint | null =>
  pointsAlong(curve, usual).reduce<CurvePoint | null>(
    (best, one) => (best && worth(best, pay) >= worth(one, pay) ? best : one),
    null,
  );

/** Less work than this says nothing about what an hour pays. */
const ENOUGH = hours(1);

/**
 * What an hour pays under the limit that was in force, micro-dollars: by what was earned on the shown page of earnings.
 * Null for test credits, which are no money; with several cards, whose pay is counted together; and after too little work.
 */
export function lately({ network, lanes, earnings: { totals } }: Snapshot): number | null {
  if (network.test || lanes.length !== 1 || totals.worked < ENOUGH || totals.money === 0)
    return null;
  return (totals.money * hours(1)) / totals.worked;
}

/** What a kilowatt-hour costs on average over a day. */
export const meanPrice = (prices: Pick<Settings, 'pricePerKwh' | 'tariff'>): MicroUsd =>
  microUsd(
    partsOfDay(prices).reduce((sum, { from, to, price }) => sum + price * (to - from), 0) / DAY,
  );

/** Labels over lines that stand closer than this cannot be read, pixels: one of them short, ... */
const CLOSE = 64;
/** ... or both long. */
const CLOSE_LONG = 96;

/** Which lines have room beside that of the owner's limit, which always has. `width`: of all watts, pixels. */
export function linesBeside(
  lines: { readonly yours: number; readonly best: number | null; readonly usual: number },
  { min, max }: { readonly min: number; readonly max: number },
  width: number,
): { readonly best: boolean; readonly usual: boolean } {
  const apart = (a: number, b: number) => (Math.abs(a - b) * width) / (max - min);
  const { yours, best, usual } = lines;
  const showBest = best !== null && apart(best, yours) >= CLOSE;
  return {
    best: showBest,
    usual: apart(usual, yours) >= CLOSE && !(showBest && apart(usual, best) < CLOSE_LONG),
  };
}
