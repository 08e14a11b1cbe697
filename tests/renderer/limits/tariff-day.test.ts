import fc from 'fast-check';
import { expect, test } from 'vitest';
import { priceAt } from '../../../src-main/policy/tariff.ts';
import { cheapHours, DAY, HOURS, partsOfDay } from '../../../src-renderer/limits/tariff-day.ts';
import { everyDay, presetOf } from '../../../src-renderer/parts/week.ts';
import { microUsd, millis } from '../../../src-shared/units.ts';

const price = fc.constantFrom(100_000, 200_000, 300_000).map(microUsd);
const minute = fc.integer({ min: 0, max: DAY });
const prices = fc.record({
  pricePerKwh: price,
  tariff: fc.array(fc.record({ from: minute, to: minute, pricePerKwh: price }), { maxLength: 4 }),
});
/** A day on which no clock is put forward or back. */
const at = (minuteOfDay: number) => millis(new Date(2026, 0, 14, 0, minuteOfDay).getTime());

test('the window draws the prices by which the agent decides', () => {
  fc.assert(
    fc.property(prices, fc.integer({ min: 0, max: DAY - 1 }), (given, when) => {
      const parts = partsOfDay(given);
      const [here] = parts.filter(({ from, to }) => from <= when && when < to);
      expect(here?.price).toBe(priceAt(given, at(when)));
      expect(parts.map(({ from }) => from)).toEqual([0, ...parts.slice(0, -1).map(({ to }) => to)]);
      expect(parts.at(-1)?.to).toBe(DAY);
    }),
  );
});

test('an hour is cheap when nothing is cheaper, from its first minute to its last', () => {
  fc.assert(
    fc.property(prices, fc.integer({ min: 0, max: HOURS - 1 }), (given, hour) => {
      const hours = cheapHours(given);
      const all = Array.from({ length: DAY }, (_, n) => priceAt(given, at(n)));
      const least = Math.min(...all);
      const cheap = (h: number) => all.slice(h * 60, (h + 1) * 60).every((p) => p === least);
      const some = Array.from({ length: HOURS }, (_, h) => h).some(cheap);
      if (hours === null) expect(!some || all.every((p) => p === least)).toBe(true);
      else expect((hours & (2 ** hour)) !== 0).toBe(cheap(hour));
    }),
    { numRuns: 30 },
  );
});

test('where electricity always costs the same there is no week of cheap power', () => {
  expect(cheapHours({ pricePerKwh: microUsd(220_000), tariff: [] })).toBeNull();
  const night = { from: 22 * 60 + 30, to: 6 * 60, pricePerKwh: microUsd(170_000) };
  const hours = cheapHours({ pricePerKwh: microUsd(220_000), tariff: [night] }) ?? 0;
  // From 23:00, the first whole hour, to 06:00.
  expect(hours).toBe(2 ** 23 + 2 ** 6 - 1);
  expect(presetOf(everyDay(hours), everyDay(hours))).toBe('cheap');
  expect(presetOf(everyDay(hours), null)).toBeNull();
  expect(presetOf(null, everyDay(hours))).toBe('always');
});
