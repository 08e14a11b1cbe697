import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clock,
  duration,
  energy,
  forDuration,
  moment,
  money,
  NBSP,
  netOf,
  pay,
  temperature,
  testCredits,
} from '../../src-shared/amount.ts';
import {
  celsius,
  hours,
  type Millis,
  microUsd,
  millis,
  minutes,
  seconds,
} from '../../src-shared/units.ts';

const us = { locale: 'en-US', timeZone: 'UTC' };
const german = { language: 'de', locale: 'de-DE', timeZone: 'Europe/Berlin' } as const;
const bare = (said: string) => said.replaceAll(NBSP, ' ');
const usd = (n: number) => microUsd(n * 1_000_000);

describe('money', () => {
  it.each([
    [0, '$0.00'],
    [0.914, '$0.91'],
    [-0.47, '−$0.47'],
    [1234.5, '$1,234.50'],
    [0.0042, '$0.0042'],
    [0.000_003, '$0.000003'],
  ])('shows %d dollars as %s, never a false zero', (n, shown) => {
    expect(money(usd(n), us)).toBe(shown);
  });

  it('follows the reader’s locale', () => {
    expect(money(usd(0.91), german).replaceAll(NBSP, ' ')).toBe('0,91 $');
  });

  it('shows a net that is the difference of the two figures beside it', () => {
    const anyAmount = fc.integer({ min: 0, max: 50_000_000 }).map(microUsd);
    const read = (shown: string) =>
      Math.round(Number(shown.replace('−', '-').replace('$', '')) * 1e6);
    fc.assert(
      fc.property(anyAmount, anyAmount, (earned, electricity) => {
        const shown = netOf({ money: earned, electricity }, us);
        expect(read(shown.net)).toBe(read(shown.earned) - read(shown.electricity));
        expect(shown.net).not.toBe('−$0.00');
      }),
    );
  });
});

describe('test credits', () => {
  it('are written with their unit and without a currency sign', () => {
    const shown = testCredits(usd(2.5), us);
    expect(shown.replaceAll(NBSP, ' ')).toBe('2.50 test credits');
    expect(pay({ amount: usd(2.5), test: true }, us)).toBe(shown);
    expect(pay({ amount: usd(2.5), test: false }, us)).toBe('$2.50');
    fc.assert(
      fc.property(fc.integer({ min: 0 }).map(microUsd), (amount) => {
        expect(testCredits(amount)).not.toMatch(/\p{Sc}/u);
      }),
    );
  });
});

describe('time', () => {
  it.each<[Millis, string]>([
    [millis(-5), '0 s'],
    [seconds(42), '42 s'],
    [minutes(42), '42 min'],
    [minutes(185), '3 h 05 min'],
    [hours(4), '4 h'],
    [hours(52), '2 d 4 h'],
    [hours(48), '2 d'],
  ])('tells the length %d as %s', (length, told) => {
    expect(duration(length).replaceAll(NBSP, ' ')).toBe(told);
  });

  it('names the day only where it is another one', () => {
    const now = millis(Date.UTC(2026, 2, 12, 20, 40));
    expect(moment(millis(now + hours(1)), now, german)).toBe('22:40');
    expect(moment(millis(now + hours(9)), now, german)).toBe('Fr 06:40');
    expect(moment(millis(now + hours(24 * 20)), now, german)).toBe('1. Apr. 22:40');
  });

  it('has a word for every moment a broken clock can name', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (at) => {
        expect(clock(millis(at), us)).not.toContain('Invalid');
      }),
    );
  });
});

describe('electricity', () => {
  it.each([
    [5700, '1.6 Wh'],
    [36_000, '0.01 kWh'],
    [3_600_000_000, '1,000.00 kWh'],
  ])('shows %d joules as %s, never a false zero', (joules, shown) => {
    expect(energy(joules, us)).toBe(shown.replace(' ', NBSP));
  });
});

describe('the same in German', () => {
  it('has German words, and a comma before the cents', () => {
    expect(bare(testCredits(usd(1234.5), german))).toBe('1.234,50 Testpunkte');
    expect(energy(5700, german)).toBe(`1,6${NBSP}Wh`);
  });

  it.each<[Millis, string, string]>([
    [minutes(185), '3 h 05 min', '3 h 05 min'],
    [hours(47), '47 h', '47 h'],
    [hours(48), '2 Tage', '2 Tagen'],
    [hours(52), '2 Tage 4 h', '2 Tagen 4 h'],
  ])('counts the days of %d as it stands alone and after “seit”', (length, alone, after) => {
    expect(bare(duration(length, german))).toBe(alone);
    expect(bare(forDuration(length, german))).toBe(after);
  });

  it('follows the customs of the region, in either language', () => {
    const at = millis(Date.UTC(2026, 0, 2, 20, 5));
    const vienna = { language: 'de', locale: 'de-AT', timeZone: 'Europe/Vienna' } as const;
    expect(bare(money(usd(0.91), vienna))).toBe('$ 0,91');
    expect(moment(at, millis(at + hours(24 * 20)), vienna)).toBe('2. Jän. 21:05');
    const abroad = { language: 'en', locale: 'en-DE', timeZone: 'Europe/Berlin' } as const;
    expect(moment(at, millis(at + hours(24)), abroad)).toBe('Fri 21:05');
    expect(clock(at, { ...abroad, locale: 'en-US' })).toMatch(/^09:05\sPM$/);
  });
});

describe('a temperature', () => {
  it('is whole, and has a sign that can be seen', () => {
    expect(temperature(celsius(77.6))).toBe(`78${NBSP}°C`);
    expect(temperature(celsius(-4.6))).toBe(`−5${NBSP}°C`);
    expect(temperature(celsius(-0.2))).toBe(`0${NBSP}°C`);
  });
});
