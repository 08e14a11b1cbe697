import type { Settings } from '../../src-shared/settings.ts';
import type { MicroUsd } from '../../src-shared/units.ts';

type Prices = Pick<Settings, 'pricePerKwh' | 'tariff'>;

export const HOURS = 24;
const MINUTES = 60;
/** Minutes. */
export const DAY = HOURS * MINUTES;

/** A part of every day with one price. Minutes after midnight. */
export type PricePart = { readonly from: number; readonly to: number; readonly price: MicroUsd };

/** What a kilowatt-hour costs at this minute of the day. Where windows overlap the first one counts; one may span midnight. */
const priceAtMinute = ({ pricePerKwh, tariff }: Prices, minute: number): MicroUsd =>
  tariff.find(({ from, to }) =>
    from <= to ? from <= minute && minute < to : from <= minute || minute < to,
  )?.pricePerKwh ?? pricePerKwh;

/** The day from midnight to midnight, cut wherever the price changes. */
export function partsOfDay(prices: Prices): PricePart[] {
  const marks = [0, ...prices.tariff.flatMap(({ from, to }) => [from, to])]
    .filter((mark) => mark < DAY)
    .sort((a, b) => a - b);
  const parts: PricePart[] = [];
  for (const from of new Set(marks)) {
    const price = priceAtMinute(prices, from);
    const last = parts.at(-1);
    if (last && last.price === price) continue;
    if (last) parts[parts.length - 1] = { ...last, to: from };
    parts.push({ from, to: DAY, price });
  }
  return parts;
}

/** The hours of the day that are cheap to their end, as in a week's day (bit h: the hour from h:00); null where one price holds. */
export function cheapHours(prices: Prices): number | null {
  const parts = partsOfDay(prices);
  const cheapest = Math.min(...parts.map(({ price }) => price));
  if (parts.every(({ price }) => price === cheapest)) return null;
  let hours = 0;
  for (let hour = 0; hour < HOURS; hour += 1) {
    const [from, to] = [hour * MINUTES, (hour + 1) * MINUTES];
    const cheap = parts.every(
      (part) => part.price === cheapest || part.to <= from || to <= part.from,
    );
    if (cheap) hours += 2 ** hour;
  }
  return hours === 0 ? null : hours;
}
