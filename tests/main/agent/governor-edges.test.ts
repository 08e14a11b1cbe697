import { expect, test } from 'vitest';
import { FRESH, type Governor, govern, type Limits } from '../../../src-main/agent/governor.ts';
import { celsius, hours, millis, seconds, watts } from '../../../src-shared/units.ts';
import { overshoot, type Plant, usualCard, work } from '../../worlds/thermal-plant.ts';

const LIMIT = 78;
const limits: Limits = {
  temperatureMax: celsius(LIMIT),
  powerLimit: null,
  powerMost: null,
  quietDuty: 1,
};
const warm = (temperature: number) => ({ temperature: celsius(temperature), power: null });
/** A card that has been at this temperature for a minute. */
const settled = (temperature: number, its = limits): Governor =>
  Array.from({ length: 60 }).reduce<Governor>(
    (before) => govern(before, warm(temperature), its, seconds(1)),
    govern(FRESH, warm(temperature), its, hours(1)),
  );

test('a clock that is set back makes nothing of what is known of a card', () => {
  const { temperature } = govern(settled(70), warm(60), limits, millis(-3_600_000));
  expect(temperature).toBe(60);
});

test('a gap between two readings weighs no more than five seconds', () => {
  const before = settled(LIMIT - 3);
  const short = govern(before, warm(LIMIT - 3), limits, seconds(5));
  expect(short.heat).not.toBe(before.heat);
  expect(govern(before, warm(LIMIT - 3), limits, seconds(20))).toEqual(short);
});

test('from a reading without watts nothing is learned about watts', () => {
  const its = { ...limits, powerLimit: watts(200) };
  const draws = (power: number | null) => ({
    temperature: null,
    power: power === null ? null : watts(power),
  });
  const before = govern(govern(FRESH, draws(230), its, hours(1)), draws(230), its, seconds(1));
  expect(govern(before, draws(230), its, seconds(1)).watt).not.toBe(before.watt);
  expect(govern(before, draws(null), its, seconds(1)).watt).toBe(before.watt);
});

test('the nearer to its limit a card begins, the slower, down to next to nothing', () => {
  const begins = (below: number) =>
    govern(FRESH, warm(LIMIT - below), limits, hours(1)).slowdown?.duty ?? 1;
  expect([0, 1, 2, 4, 10, 20, 32].map(begins)).toEqual([0.05, 0.07, 0.13, 0.27, 0.43, 0.69, 1]);
});

test('a card that draws more than its owner allows before we begin is braked in proportion', () => {
  const its = { ...limits, powerLimit: watts(200), powerMost: watts(450) };
  const begins = (power: number, powerMost = 450) =>
    govern(
      FRESH,
      { temperature: null, power: watts(power) },
      { ...its, powerMost: watts(powerMost) },
      hours(1),
    ).slowdown?.duty ?? 1;
  expect(begins(400)).toBe(0.5);
  // It says that it cannot draw what it draws.
  expect(begins(150, 100)).toBe(1);
});

test('a runner hears nothing for less than a percent, and what it is told is never rounded to full speed', () => {
  const quiet = (quietDuty: number): Limits => ({ ...limits, quietDuty });
  const told = govern(FRESH, warm(30), quiet(0.504), seconds(1));
  expect(told.slowdown).toEqual({ duty: 0.5, because: 'quiet-hours' });
  expect(govern(told, warm(30), quiet(0.506), seconds(1)).slowdown).toBe(told.slowdown);
  // Nor after a rest in which everything else was forgotten.
  expect(govern(told, warm(30), quiet(0.506), hours(1)).slowdown).toBe(told.slowdown);
  expect(govern(told, warm(30), quiet(0.996), seconds(1)).slowdown?.duty).toBe(0.99);
});

test('hours of little work do not wind the brake up: what is heavy then meets a card that knows its limit', () => {
  const life = work(usualCard(300, 100, 'one', 25), 1800, {
    limit: 65,
    load: (second) => (second < 1200 ? 0.3 : 1),
  });
  expect(overshoot(life)).toBeLessThan(2);
});

test('quiet hours that held a card just below its limit do not let it leap when they end', () => {
  for (const mass of [100, 300, 1000]) {
    const life = work(usualCard(450, mass, 'apart', 35), 1800, {
      limit: 65,
      quietDuty: (second) => (second < 1200 ? 0.3 : 1),
    });
    expect(overshoot(life)).toBeLessThan(1);
  }
});

test('a die that is cool after seconds of rest is not taken for room', () => {
  // Of 20,000 the card that came furthest above, by 2.8 °C, where nothing was held back for the first seconds of work.
  const card: Plant = {
    idlePower: 24.9001785817133,
    fullPower: 249.0017858171331,
    dieMass: 13.829836437451801,
    sinkMass: 830.0059527237678,
    dieToSink: 0.0957088514439929,
    slowFan: 0.37127357230274105,
    fastFan: 0.3526324592714211,
    ambient: 23.85504345900207,
    delay: 1,
    noise: 0,
    rounding: 1,
  };
  const resting = (second: number) => second >= 200 && (second - 200) % 66 < 6;
  expect(overshoot(work(card, 600, { limit: 69, resting }))).toBeLessThanOrEqual(2);
});
