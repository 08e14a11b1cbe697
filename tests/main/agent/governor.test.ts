import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FRESH, type Governor, govern, type Limits } from '../../../src-main/agent/governor.ts';
import { celsius, millis, seconds, watts } from '../../../src-shared/units.ts';
import {
  mean,
  overshoot,
  type Plant,
  settlesAt,
  usualCard,
  work,
} from '../../worlds/thermal-plant.ts';

const LIMIT = 78;
const atEase: Limits = {
  temperatureMax: celsius(LIMIT),
  powerLimit: null,
  powerMost: null,
  quietDuty: 1,
};
const lastMinute = <T>(life: readonly T[]) => life.slice(-60);

describe.each([15, 25, 35])('in a room of %i °C', (ambient) => {
  const cards = [150, 300, 450].flatMap((full) =>
    [100, 300, 1000].flatMap((mass) =>
      (['one', 'apart'] as const).map((die) => usualCard(full, mass, die, ambient)),
    ),
  );

  test('no cold card that is given heavy work comes 2 °C above its limit, be it light or ten times as heavy', () => {
    for (const card of cards)
      for (const limit of [65, LIMIT])
        expect(overshoot(work({ ...card, noise: 0.5 }, 1200, { limit }))).toBeLessThan(2);
  });

  test('it settles at the limit itself, neither above nor below', () => {
    for (const card of cards) {
      // A sensor without rounding shows that the governor errs by nothing of its own.
      const end = lastMinute(work({ ...card, rounding: 0 }, 1800, { limit: 65 }));
      expect(Math.abs(mean(end.map(({ temperature }) => temperature - 65)))).toBeLessThan(0.5);
    }
  });
});

const anyCard: fc.Arbitrary<Plant> = fc
  .record({
    full: fc.double({ min: 100, max: 500, noNaN: true }),
    idle: fc.double({ min: 0.03, max: 0.1, noNaN: true }),
    die: fc.option(
      fc.record({
        mass: fc.double({ min: 15, max: 60, noNaN: true }),
        toSink: fc.double({ min: 0.03, max: 0.08, noNaN: true }),
      }),
    ),
    mass: fc.double({ min: 2, max: 3, noNaN: true }),
    slowFan: fc.double({ min: 0.18, max: 0.36, noNaN: true }),
    fan: fc.double({ min: 0.6, max: 1, noNaN: true }),
    ambient: fc.double({ min: 15, max: 35, noNaN: true }),
    noise: fc.double({ min: 0, max: 0.5, noNaN: true }),
  })
  .map(({ full, idle, die, mass, slowFan, fan, ambient, noise }) => ({
    idlePower: idle * full,
    fullPower: full,
    dieMass: ((die?.mass ?? 0) * full) / 300,
    // 100 to 1000 J/K for every 300 W.
    sinkMass: (10 ** mass * full) / 300,
    dieToSink: ((die?.toSink ?? 0) * 300) / full,
    slowFan: (slowFan * 300) / full,
    fastFan: (slowFan * fan * 300) / full,
    ambient,
    delay: 1,
    noise,
    rounding: 1,
  }));

test('whatever card, room and limit, and readings lost up to five in a row: at most 2 °C above, and steady at the limit where that can be held', () => {
  fc.assert(
    fc.property(
      anyCard,
      fc.integer({ min: 60, max: 88 }),
      fc.integer({ min: 1 }),
      (card, limit, seed) => {
        // A card that is too hot at rest is not for a governor: policy stops it.
        fc.pre(settlesAt(card, 0.05) < limit - 2);
        const life = work(card, 1500, { limit, gaps: 0.1, seed });
        expect(overshoot(life)).toBeLessThanOrEqual(2);
        if (settlesAt(card, 1) < limit + 2) return;
        const end = lastMinute(life);
        // Of a card that tells whole degrees nobody can know more than what it tells.
        expect(Math.abs(mean(end.map(({ said }) => said - limit)))).toBeLessThanOrEqual(0.5);
        expect(Math.abs(mean(end.map(({ temperature }) => temperature - limit)))).toBeLessThan(1);
      },
    ),
    { numRuns: 60, endOnFailure: true },
  );
});

test('a light card in a hot room that is no 25 °C below its limit does not begin at full speed, should its first readings be lost', () => {
  // Found by the property above: seed -1440578531, path "31".
  const card: Plant = {
    idlePower: 16.608801000037985,
    fullPower: 314.0047344489481,
    dieMass: 15.700236722447416,
    sinkMass: 104.66824481631669,
    dieToSink: 0.06218931627834597,
    slowFan: 0.17197192932382235,
    fastFan: 0.10318315759429367,
    ambient: 34.99999999999997,
    delay: 1,
    noise: 0.000005323921376383547,
    rounding: 1,
  };
  expect(overshoot(work(card, 1500, { limit: 61, gaps: 0.1, seed: 200286 }))).toBeLessThan(2);
});

test('whatever card, room and limit: a rest between two jobs, however short, does not send it above', () => {
  fc.assert(
    fc.property(
      anyCard,
      fc.integer({ min: 60, max: 88 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1 }),
      (card, limit, rest, seed) => {
        fc.pre(settlesAt(card, 0.05) < limit - 2);
        const resting = (second: number) => second >= 200 && (second - 200) % (rest + 60) < rest;
        expect(overshoot(work(card, 600, { limit, resting, seed }))).toBeLessThanOrEqual(2);
        // Where readings are lost as well, and up to five in a row, a degree more is allowed; in 40,000 cases none took it.
        const lossy = work(card, 600, { limit, resting, gaps: 0.1, seed });
        expect(overshoot(lossy)).toBeLessThanOrEqual(3);
      },
    ),
    { numRuns: 60, endOnFailure: true },
  );
});

test('a light card whose heatsink cooled in a rest is not at full speed when its readings are lost', () => {
  // Of 20,000 such cards the one that came furthest above, 5 °C, while all that it seemed to have cooled was believed at once.
  const card: Plant = {
    idlePower: 7.266750538182817,
    fullPower: 242.22501793942706,
    dieMass: 16.476848233415677,
    sinkMass: 80.74167264647593,
    dieToSink: 0.09908142521430877,
    slowFan: 0.2954530790023388,
    fastFan: 0.1772718474014033,
    ambient: 20.14088973759439,
    delay: 1,
    noise: 0,
    rounding: 1,
  };
  const resting = (second: number) => second >= 200 && (second - 200) % 76 < 16;
  const life = work(card, 600, { limit: 62, resting, gaps: 0.1, seed: 547954539 });
  expect(overshoot(life)).toBeLessThan(2);
});

test('when the owner lowers the limit the brake does not outlast the heat', () => {
  const life = work(usualCard(300, 100, 'apart'), 700, {
    limit: (second) => (second < 600 ? 78 : 68),
  });
  const met = life.findIndex(({ said }, second) => second >= 600 && said <= 68);
  expect(met).toBeGreaterThan(600);
  expect(life[met + 5]?.duty).toBeGreaterThan(0.3);
});

test('a card that can bear it works at full speed, and does not bounce', () => {
  const card = usualCard(200, 300, 'apart', 15);
  const mild = { ...card, slowFan: 0.12, fastFan: 0.1 };
  expect(settlesAt(mild, 1)).toBeLessThan(LIMIT - 15);
  const life = work(mild, 600, { limit: LIMIT });
  expect(life.every(({ duty }) => duty === 1)).toBe(true);
});

test('when the work becomes lighter the card goes back to full speed once and stays there', () => {
  const life = work(usualCard(300, 300, 'apart'), 2400, {
    limit: LIMIT,
    load: (second) => (second < 1200 ? 1 : 0.4),
  });
  expect(life[1199]?.duty).toBeLessThan(0.9);
  const after = life.slice(1200).map(({ duty }) => duty);
  const back = after.indexOf(1);
  expect(back).toBeGreaterThan(0);
  expect(back).toBeLessThan(120);
  expect(after.slice(back).every((duty) => duty === 1)).toBe(true);
});

test('a warm evening is held as well: the room grows hotter by 13 °C and the card does not', () => {
  const life = work(usualCard(300, 300, 'apart', 20), 3600, {
    limit: LIMIT,
    ambient: (second) => (second < 1200 ? 20 : Math.min(33, 20 + (second - 1200) / 60)),
  });
  expect(overshoot(life)).toBeLessThan(2);
});

test('work and rest by turns, as a runner does it, holds the limit as an even glow would', () => {
  for (const mass of [100, 1000]) {
    const life = work(usualCard(300, mass, 'apart'), 1500, { limit: LIMIT, bursts: true });
    expect(overshoot(life)).toBeLessThan(2);
    expect(Math.abs(mean(lastMinute(life).map(({ said }) => said - LIMIT)))).toBeLessThan(0.5);
  }
});

test('an owner who lowers the limit by ten degrees has it within five minutes', () => {
  const life = work(usualCard(300, 300, 'apart'), 2100, {
    limit: (second) => (second < 1200 ? 78 : 68),
  });
  expect(overshoot(life.slice(1500))).toBeLessThan(2);
  expect(Math.abs(mean(lastMinute(life).map(({ said }) => said - 68)))).toBeLessThan(0.5);
});

test('quiet hours cap a cool card and let go of it the second they end', () => {
  const card = usualCard(150, 300, 'apart', 15);
  const life = work({ ...card, slowFan: 0.2, fastFan: 0.15 }, 1200, {
    limit: 85,
    quietDuty: (second) => (second < 600 ? 0.3 : 1),
  });
  expect(new Set(life.slice(0, 600).map(({ duty }) => duty))).toEqual(new Set([0.3]));
  expect(new Set(life.slice(600).map(({ duty }) => duty))).toEqual(new Set([1]));
});

test('quiet hours that end on a card near its limit do not send it above', () => {
  const life = work(usualCard(450, 300, 'apart', 35), 2400, {
    limit: LIMIT,
    quietDuty: (second) => (second < 1200 ? 0.3 : 1),
  });
  expect(overshoot(life)).toBeLessThan(2);
});

test('the governor speaks in whole percents, and not for less than one', () => {
  const life = work({ ...usualCard(300, 300, 'apart'), noise: 0.5 }, 900, { limit: LIMIT });
  for (const [n, { duty }] of life.entries()) {
    expect(Math.round(duty * 100) / 100).toBe(duty);
    const before = life[n - 1]?.duty ?? duty;
    if (before !== duty) expect(Math.abs(before - duty)).toBeGreaterThan(0.009);
  }
});

test('a card that tells no temperature is not slowed for heat', () => {
  const unread = { temperature: null, power: watts(900) };
  expect(govern(FRESH, unread, atEase, seconds(1)).slowdown).toBeNull();
});

test('a card that stops telling its temperature is paced as it was last', () => {
  const told = { temperature: celsius(LIMIT - 4), power: null };
  const begun = govern(FRESH, told, atEase, seconds(600));
  const blind = Array.from({ length: 600 }).reduce<Governor>(
    (governor) => govern(governor, { temperature: null, power: null }, atEase, seconds(1)),
    begun,
  );
  expect(blind.slowdown).toEqual(begun.slowdown);
});

test('work that begins on a hot card begins slowly, and says why', () => {
  const hot = { temperature: celsius(LIMIT - 4), power: null };
  expect(govern(FRESH, hot, atEase, seconds(600)).slowdown).toEqual({
    duty: 0.27,
    because: 'heat',
  });
});

test('of two limits the tighter one is kept and named', () => {
  const limits: Limits = { ...atEase, powerLimit: watts(300), quietDuty: 0.4 };
  const seen = { temperature: celsius(40), power: watts(350) };
  expect(govern(FRESH, seen, limits, seconds(1)).slowdown).toEqual({
    duty: 0.4,
    because: 'quiet-hours',
  });
});

test('whatever a driver says, in whatever order: work never stops for good and is never above full speed', () => {
  const anyReading = fc.record({
    temperature: fc.option(fc.integer({ min: -40, max: 150 }).map(celsius)),
    power: fc.option(fc.integer({ min: 0, max: 2000 }).map(watts)),
    since: fc.integer({ min: -10_000, max: 100_000 }).map(millis),
    powerLimit: fc.option(fc.integer({ min: 1, max: 2000 }).map(watts)),
    quietDuty: fc.constantFrom(1, 0.1, 0.5),
  });
  fc.assert(
    fc.property(fc.array(anyReading, { maxLength: 100 }), (readings) => {
      let governor: Governor = FRESH;
      for (const { since, powerLimit, quietDuty, ...read } of readings) {
        governor = govern(governor, read, { ...atEase, powerLimit, quietDuty }, since);
        const duty = governor.slowdown?.duty ?? 1;
        expect(duty).toBeGreaterThanOrEqual(0.05);
        expect(duty).toBeLessThanOrEqual(quietDuty);
        expect(governor.slowdown?.duty).not.toBe(1);
      }
    }),
  );
});
