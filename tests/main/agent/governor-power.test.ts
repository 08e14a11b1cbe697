import { expect, test } from 'vitest';
import { FRESH, type Governor, govern, type Limits } from '../../../src-main/agent/governor.ts';
import { celsius, seconds, watts } from '../../../src-shared/units.ts';
import { chanceFrom, mean } from '../../worlds/thermal-plant.ts';

const atEase: Limits = {
  temperatureMax: celsius(78),
  powerLimit: null,
  powerMost: null,
  quietDuty: 1,
};

/** The watts and the slowdowns of a card that is held to a power limit by pauses alone. */
function hold(limit: number, says: (share: number) => number, most: number | null = null) {
  const [idle, full] = [20, 350];
  const limits = {
    ...atEase,
    powerLimit: watts(limit),
    powerMost: most === null ? null : watts(most),
  };
  const seen = { temperature: celsius(50), power: watts(idle) };
  // The card is at rest when its work is about to begin.
  let governor: Governor = most === null ? FRESH : govern(FRESH, seen, limits, seconds(60));
  return Array.from({ length: 300 }, () => {
    const share = governor.slowdown?.duty ?? 1;
    const used = idle + (full - idle) * share;
    const power = watts(idle + (full - idle) * says(share));
    governor = govern(governor, { temperature: celsius(50), power }, limits, seconds(1));
    return { used, slowdown: governor.slowdown };
  });
}

test.each([70, 140, 210, 315])(
  'a card that will not take a limit of %i W is held there by pauses, within a minute',
  (limit) => {
    const life = hold(limit, (share) => share).slice(60);
    for (const { used } of life) expect(used).toBeLessThan(limit * 1.05);
    expect(mean(life.map(({ used }) => used)) / limit).toBeCloseTo(1, 1);
    expect(life.at(-1)?.slowdown?.because).toBe('power');
  },
);

test.each([70, 140, 210, 315, 349])(
  'a card that says what it can draw is at %i W from the first second on, and not above',
  (limit) => {
    const life = hold(limit, (share) => share, 350);
    // A runner is told whole percents, and a percent of this card is 3.3 W.
    for (const { used } of life) expect(used).toBeLessThan(limit + 3.3);
    expect(mean(life.map(({ used }) => used)) / limit).toBeGreaterThan(0.97);
  },
);

test('a card that slept and says nothing at first, and one that loses a reading, are no excuse to go above or to crawl', () => {
  const limits = { ...atEase, powerLimit: watts(200), powerMost: watts(300) };
  const at = (power: number | null, governor: Governor, since = seconds(1)) =>
    govern(
      governor,
      { temperature: celsius(50), power: power === null ? null : watts(power) },
      limits,
      since,
    );
  const duty = (governor: Governor) => governor.slowdown?.duty ?? 1;
  let governor = at(null, FRESH, seconds(600));
  expect(duty(governor)).toBe(0.67);
  // A job that draws 190 W at full work.
  for (let second = 0; second < 120; second++) governor = at(190 * duty(governor), governor);
  expect(duty(governor)).toBeGreaterThan(0.95);
  const before = duty(governor);
  governor = at(null, governor);
  expect(duty(governor)).toBe(before);
  governor = at(190 * before, governor);
  expect(Math.abs(duty(governor) - before)).toBeLessThan(0.03);
});

test('work that is lighter than a card could bear is let go to full speed', () => {
  // At full work this job draws 20 + 0.4 · 330 = 152 W, and the owner allows 200.
  const life = hold(200, (share) => 0.4 * share, 350);
  expect(life.at(-1)?.slowdown).toBeNull();
});

test('a meter that catches either the work or the rest, by chance, still gives the right average', () => {
  const chance = chanceFrom(3);
  const life = hold(210, (share) => (chance() < share ? 1 : 0)).slice(60);
  expect(mean(life.map(({ used }) => used)) / 210).toBeCloseTo(1, 0);
  expect(Math.abs(mean(life.map(({ used }) => used)) / 210 - 1)).toBeLessThan(0.1);
});
