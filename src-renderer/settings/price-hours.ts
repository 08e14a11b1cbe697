import type { Settings, TariffWindow, Week } from '../../src-shared/settings.ts';
import { type MicroUsd, microUsd } from '../../src-shared/units.ts';
import { DAYS, HOURS, isShared } from '../parts/week.ts';

type Prices = Pick<Settings, 'pricePerKwh' | 'tariff'>;

const HOUR_MINUTES = 60;

const isWithin = ({ from, to }: TariffWindow, minute: number): boolean =>
  from <= to ? minute >= from && minute < to : minute >= from || minute < to;

/** What a kilowatt-hour costs in each hour of the day: where the price changes within the hour, its mean over the minutes. */
export const pricesByHour = ({ pricePerKwh, tariff }: Prices): MicroUsd[] =>
  Array.from({ length: HOURS }, (_, hour) => {
    let sum = 0;
    for (let minute = 0; minute < HOUR_MINUTES; minute += 1)
      sum +=
        tariff.find((window) => isWithin(window, hour * HOUR_MINUTES + minute))?.pricePerKwh ??
        pricePerKwh;
    return microUsd(sum / HOUR_MINUTES);
  });

/** The mean price over the hours that `schedule` shares (null: all of them); null where it shares none. */
export function meanPrice(prices: readonly MicroUsd[], schedule: Week | null): MicroUsd | null {
  let sum = 0;
  let shared = 0;
  for (let day = 0; day < DAYS; day += 1)
    prices.forEach((price, hour) => {
      if (!isShared(schedule, { day, hour })) return;
      sum += price;
      shared += 1;
    });
  return shared === 0 ? null : microUsd(sum / shared);
}

/** Hours next to each other that cost the same: from the first one up to, and not with, the last. */
export type Stretch = { readonly from: number; readonly to: number; readonly price: MicroUsd };

/** The day in as few stretches as tell it. */
export function stretches(prices: readonly MicroUsd[]): Stretch[] {
  const day: { from: number; to: number; price: MicroUsd }[] = [];
  prices.forEach((price, hour) => {
    const last = day.at(-1);
    if (last?.price === price) last.to = hour + 1;
    else day.push({ from: hour, to: hour + 1, price });
  });
  return day;
}

/** Steps of an axis of prices, micro-dollars: with them it has at most five. */
const STEPS = [10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000];
const MOST_STEPS = 4;

/** The marks of an axis from zero to a price not below `most`. */
export function priceTicks(most: MicroUsd): MicroUsd[] {
  const step = STEPS.find((one) => most / one <= MOST_STEPS) ?? 5_000_000;
  const count = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: count + 1 }, (_, n) => microUsd(n * step));
}
