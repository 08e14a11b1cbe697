import type { Gpu, Reading } from '../../src-shared/gpu.ts';
import { cardSettings, type Settings } from '../../src-shared/settings.ts';
import { hours, type MicroUsd, type Millis, type Watts, watts } from '../../src-shared/units.ts';
import { DAY_MINUTES, isWithin, minuteOfDay, nextMoment } from './local-time.ts';

type Prices = Pick<Settings, 'pricePerKwh' | 'tariff'>;

/** What a card is taken to draw whose driver names no limit: about a middling gaming card at work. */
const UNKNOWN_DRAW = watts(200);

/** What a kilowatt-hour costs now. Where windows overlap the first one counts. */
export function priceAt({ pricePerKwh, tariff }: Prices, now: Millis): MicroUsd {
  const minute = minuteOfDay(now);
  return tariff.find((window) => isWithin(window, minute))?.pricePerKwh ?? pricePerKwh;
}

/** When a kilowatt-hour next costs something that `wanted` takes; null where it never does. */
export function nextPrice(
  settings: Prices,
  now: Millis,
  wanted: (price: MicroUsd) => boolean,
): Millis | null {
  const prices = [settings.pricePerKwh, ...settings.tariff.map(({ pricePerKwh }) => pricePerKwh)];
  if (!prices.some(wanted)) return null;
  const marks = [...settings.tariff.flatMap(({ from, to }) => [from, to]), DAY_MINUTES];
  return nextMoment(now, marks, (at) => wanted(priceAt(settings, at)));
}

/** When the price of electricity next changes; null where it never does. */
export function nextChange(settings: Prices, now: Millis): Millis | null {
  const price = priceAt(settings, now);
  return nextPrice(settings, now, (other) => other !== price);
}

/** The most the card may draw: by the owner's limit or its own, whichever is lower; else what it was built for. */
export function mayDraw(settings: Settings, gpu: Gpu, reading: Reading | null): Watts {
  const own = reading?.powerLimit ?? gpu.powerMax ?? UNKNOWN_DRAW;
  const { powerLimit } = cardSettings(settings, gpu.lane);
  return watts(Math.min(own, powerLimit ?? own));
}

/**
 * What a lane is taken to draw for its work: its card, and its part of the rest of the computer. That runs once however many
 * cards work, so each of `cards`, those that the owner shares, bears an equal part.
 */
export const drawOf = (
  settings: Settings,
  gpu: Gpu,
  reading: Reading | null,
  cards: number,
): Watts => watts(mayDraw(settings, gpu, reading) + settings.restOfPc / Math.max(1, cards));

/** How many of these cards their owner shares. */
export const sharedCards = (settings: Settings, lanes: readonly { readonly gpu: Gpu }[]): number =>
  lanes.filter(({ gpu }) => cardSettings(settings, gpu.lane).enabled).length;

/** What `draw` costs for this long, micro-dollars; a fraction, for comparing only. */
export const costOf = (price: MicroUsd, draw: Watts, length: Millis): number =>
  ((price * draw) / 1000) * (length / hours(1));
