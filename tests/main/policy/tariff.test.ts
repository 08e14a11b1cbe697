import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quietDuty } from '../../../src-main/policy/quiet-hours.ts';
import {
  costOf,
  mayDraw,
  nextChange,
  nextPrice,
  priceAt,
} from '../../../src-main/policy/tariff.ts';
import { defaults, type Settings, type TariffWindow } from '../../../src-shared/settings.ts';
import { hours, microUsd, millis, watts } from '../../../src-shared/units.ts';
import { liveIn } from '../../worlds/computer/time-zone.ts';
import { card, reading } from '../../worlds/machine.ts';

const at = (iso: string) => millis(Date.parse(iso));
const said = (moment: number | null) => moment && new Date(moment).toISOString();
const window = (from: number, to: number, price: number): TariffWindow => ({
  from: from * 60,
  to: to * 60,
  pricePerKwh: microUsd(price),
});
const plan = (...tariff: TariffWindow[]): Settings => ({
  ...defaults,
  pricePerKwh: microUsd(300_000),
  tariff,
});
const night = plan(window(22, 6, 100_000));

describe('the price of electricity', () => {
  test('is that of the night before and after midnight', () => {
    liveIn('Europe/Berlin');
    const prices = ['21:59', '22:00', '23:59', '00:00', '05:59', '06:00'].map((clock) =>
      priceAt(night, at(`2026-11-23T${clock}+01:00`)),
    );
    expect(prices).toEqual([300_000, 100_000, 100_000, 100_000, 100_000, 300_000]);
  });

  test('is that of the first window where two overlap', () => {
    liveIn('Europe/Berlin');
    const both = plan(window(10, 14, 50_000), window(12, 16, 90_000));
    expect(priceAt(both, at('2026-11-23T13:00+01:00'))).toBe(50_000);
    expect(priceAt(both, at('2026-11-23T14:00+01:00'))).toBe(90_000);
    expect(said(nextChange(both, at('2026-11-23T11:00+01:00')))).toBe('2026-11-23T13:00:00.000Z');
  });

  test('holds all day from midnight to midnight, and never from an hour to itself', () => {
    liveIn('Europe/Berlin');
    const now = at('2026-11-23T13:00+01:00');
    expect(priceAt(plan(window(0, 24, 1)), now)).toBe(1);
    expect(nextChange(plan(window(0, 24, 1)), now)).toBeNull();
    expect(priceAt(plan(window(13, 13, 1)), now)).toBe(300_000);
  });

  test('changes by the clock on the wall in the nights in which that is changed', () => {
    liveIn('Europe/Berlin');
    expect(said(nextChange(night, at('2026-03-28T23:00+01:00')))).toBe('2026-03-29T04:00:00.000Z');
    expect(said(nextChange(night, at('2026-10-24T23:00+02:00')))).toBe('2026-10-25T05:00:00.000Z');
  });

  test('is looked for until work pays again, and not found where it never does', () => {
    liveIn('Europe/Berlin');
    const three = plan(window(8, 12, 400_000), window(22, 6, 100_000));
    const morning = at('2026-11-23T09:00+01:00');
    expect(said(nextPrice(three, morning, (price) => price <= 100_000))).toBe(
      '2026-11-23T21:00:00.000Z',
    );
    expect(nextPrice(three, morning, (price) => price < 100_000)).toBeNull();
  });

  test.each(['Europe/Berlin', 'Australia/Lord_Howe'])(
    'in %s, at any moment: it stays until the time that is said',
    (zone) => {
      liveIn(zone);
      const minute = fc.integer({ min: 0, max: 1440 });
      const windows = fc.array(
        fc.record({
          from: minute,
          to: minute,
          pricePerKwh: fc.constantFrom(1, 2, 3).map(microUsd),
        }),
        { maxLength: 5 },
      );
      const year = { min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) };
      fc.assert(
        fc.property(windows, fc.integer(year), fc.nat({ max: 100 }), (tariff, now, part) => {
          const settings = plan(...tariff);
          const price = priceAt(settings, millis(now));
          const change = nextChange(settings, millis(now));
          if (change !== null) expect(priceAt(settings, change)).not.toBe(price);
          const until = (change ?? now + 86_400_000) - 1;
          const between = Math.floor(now + ((until - now) * part) / 100);
          expect(priceAt(settings, millis(between))).toBe(price);
          expect(priceAt(settings, millis(until))).toBe(price);
        }),
        { numRuns: 200 },
      );
    },
  );
});

describe('what a card costs', () => {
  test('is its limit times the price: 300 W for an hour at 30 cents are 9 cents', () => {
    expect(costOf(microUsd(300_000), watts(300), hours(1))).toBe(90_000);
    expect(costOf(microUsd(300_000), watts(300), hours(0.5))).toBe(45_000);
  });

  test('counts the owner’s limit, the card’s own, what it was built for, or 200 W', () => {
    const limited = reading({ powerLimit: watts(250) });
    const wish = { ...defaults, cards: { [card.lane]: { powerLimit: watts(140) } } };
    expect(mayDraw(wish, card, limited)).toBe(140);
    expect(mayDraw(defaults, card, limited)).toBe(250);
    expect(mayDraw(defaults, { ...card, powerMax: watts(320) }, reading())).toBe(320);
    expect(mayDraw(defaults, card, null)).toBe(200);
    const high = { ...defaults, cards: { [card.lane]: { powerLimit: watts(400) } } };
    expect(mayDraw(high, card, limited)).toBe(250);
  });
});

describe('quiet hours', () => {
  test('slow work from evening to morning, and not by day', () => {
    liveIn('America/New_York');
    const settings = { ...defaults, quietHours: { from: 22 * 60, to: 7 * 60, duty: 0.4 } };
    const duties = ['21:59', '22:00', '06:59', '07:00'].map((clock) =>
      quietDuty(settings, at(`2026-11-23T${clock}-05:00`)),
    );
    expect(duties).toEqual([1, 0.4, 0.4, 1]);
    expect(quietDuty(defaults, at('2026-11-23T23:00-05:00'))).toBe(1);
  });
});
