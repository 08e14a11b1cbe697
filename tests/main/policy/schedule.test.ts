import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isShared, nextChange } from '../../../src-main/policy/schedule.ts';
import type { Week } from '../../../src-shared/settings.ts';
import { millis } from '../../../src-shared/units.ts';
import { liveIn } from '../../worlds/computer/time-zone.ts';

const WHOLE = 2 ** 24 - 1;
const hoursOf = (...shared: readonly number[]): number =>
  shared.reduce((bits, hour) => bits | (1 << hour), 0);
const daily = (...shared: readonly number[]): Week => Array(7).fill(hoursOf(...shared));
const at = (iso: string) => millis(Date.parse(iso));
const said = (moment: number | null) => moment && new Date(moment).toISOString();

const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'];

describe('the week the owner shares', () => {
  test('begins on Monday, and an hour of it lasts until the next begins', () => {
    liveIn('Europe/Berlin');
    const mondayNight: Week = [hoursOf(22, 23), 0, 0, 0, 0, 0, 0];
    expect(isShared(mondayNight, at('2026-11-23T21:59:59.999+01:00'))).toBe(false);
    expect(isShared(mondayNight, at('2026-11-23T22:00+01:00'))).toBe(true);
    expect(isShared(mondayNight, at('2026-11-23T23:59:59.999+01:00'))).toBe(true);
    expect(isShared(mondayNight, at('2026-11-24T00:00+01:00'))).toBe(false);
  });

  test('says when sharing goes on: tonight, or next week', () => {
    liveIn('Europe/Berlin');
    const mondayNight: Week = [hoursOf(22, 23), 0, 0, 0, 0, 0, 0];
    expect(said(nextChange(mondayNight, at('2026-11-23T08:12:13.014+01:00')))).toBe(
      '2026-11-23T21:00:00.000Z',
    );
    expect(said(nextChange(mondayNight, at('2026-11-24T00:00+01:00')))).toBe(
      '2026-11-30T21:00:00.000Z',
    );
  });

  test('never changes where every hour or none is shared', () => {
    liveIn('Europe/Berlin');
    expect(nextChange(Array(7).fill(0), at('2026-11-23T08:00Z'))).toBeNull();
    expect(nextChange(Array(7).fill(WHOLE), at('2026-11-23T08:00Z'))).toBeNull();
  });

  test('begins an hour earlier by the sun once the clocks go forward', () => {
    liveIn('Europe/Berlin');
    // In that night the clock goes from 02:00 to 03:00.
    expect(said(nextChange(daily(3), at('2026-03-29T01:30+01:00')))).toBe(
      '2026-03-29T01:00:00.000Z',
    );
    // An hour that this week lacks comes in the next.
    const sundayAtTwo: Week = [0, 0, 0, 0, 0, 0, hoursOf(2)];
    expect(said(nextChange(sundayAtTwo, at('2026-03-23T12:00+01:00')))).toBe(
      '2026-04-05T00:00:00.000Z',
    );
  });

  test('shares an hour twice when the clocks go back', () => {
    liveIn('Europe/Berlin');
    const end = nextChange(daily(2), at('2026-10-25T02:30+02:00'));
    expect(said(end)).toBe('2026-10-25T02:00:00.000Z');
    liveIn('America/New_York');
    expect(said(nextChange(daily(1), at('2026-11-01T01:30-04:00')))).toBe(
      '2026-11-01T07:00:00.000Z',
    );
    expect(said(nextChange(daily(2), at('2026-03-08T01:30-05:00')))).toBe(
      '2026-03-09T06:00:00.000Z',
    );
  });

  test('is right where the clocks change by half an hour', () => {
    liveIn('Australia/Lord_Howe');
    // Back at 02:00 to 01:30: the second half of one o'clock comes twice.
    expect(said(nextChange(daily(1), at('2026-04-04T14:10Z')))).toBe('2026-04-04T15:30:00.000Z');
    // Forward at 02:00 to 02:30.
    expect(said(nextChange(daily(2), at('2026-10-03T15:00Z')))).toBe('2026-10-03T15:30:00.000Z');
    expect(said(nextChange(daily(2), at('2026-10-03T15:30Z')))).toBe('2026-10-03T16:00:00.000Z');
  });

  test('begins at a quarter past by Greenwich where the zone lies so', () => {
    liveIn('Asia/Kathmandu');
    expect(said(nextChange(daily(9), at('2026-11-23T01:00Z')))).toBe('2026-11-23T03:15:00.000Z');
  });

  test.each(ZONES)('in %s, at any moment: nothing changes before the time that is said', (zone) => {
    liveIn(zone);
    const week = fc.array(fc.oneof(fc.constantFrom(0, WHOLE), fc.nat({ max: WHOLE })), {
      minLength: 7,
      maxLength: 7,
    });
    const year = { min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) };
    fc.assert(
      fc.property(week, fc.integer(year), fc.nat({ max: 100 }), (shared, now, part) => {
        const change = nextChange(shared, millis(now));
        const state = isShared(shared, millis(now));
        const until = change ?? now + 8 * 86_400_000;
        expect(until).toBeGreaterThan(now);
        if (change !== null) expect(isShared(shared, change)).toBe(!state);
        const between = Math.floor(now + ((until - 1 - now) * part) / 100);
        expect(isShared(shared, millis(between))).toBe(state);
        expect(isShared(shared, millis(until - 1))).toBe(state);
      }),
      { numRuns: 200 },
    );
  });

  test('asks nothing of a broken clock', () => {
    for (const now of [Number.NaN, Number.POSITIVE_INFINITY, 9e15, -9e15]) {
      expect(isShared(daily(3), millis(now))).toBe(false);
      expect(nextChange(daily(3), millis(now))).toBeNull();
    }
  });
});
