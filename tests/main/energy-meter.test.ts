import { expect, test } from 'vitest';
import { openEnergyMeter } from '../../src-main/energy-meter.ts';
import { millis, watts } from '../../src-shared/units.ts';
import { card, done, live, reading, T0, working } from './world.ts';

/** A meter, and what it wrote. */
function metering() {
  const written: { at: number; joules: number }[] = [];
  const meter = openEnergyMeter((at, lane, joules) => {
    expect(lane).toBe(card.lane);
    written.push({ at: at - T0, joules });
    return true;
  });
  const look = (second: number, power: number | null, agent = working()) => {
    const at = millis(T0 + second * 1000);
    const seen = live(agent, [
      {
        kind: 'sampled',
        at,
        readings: [reading({ power: power === null ? null : watts(power) })],
        idleFor: millis(3_600_000),
        onBattery: false,
      },
    ]).agent;
    meter.look(seen);
  };
  return { meter, look, written };
}

test('a minute at 200 watts is 12 kilojoules on the bill', () => {
  const { look, written } = metering();
  for (let second = 0; second <= 60; second++) look(second, 200);
  expect(written).toEqual([{ at: 60_000, joules: 12_000 }]);
});

test('power that rises evenly is billed as its mean', () => {
  const { meter, look, written } = metering();
  for (let second = 0; second <= 10; second++) look(second, second * 10);
  meter.close();
  expect(written).toEqual([{ at: 10_000, joules: 500 }]);
});

test('time nobody measured is not billed, and neither is a card that does not say what it draws', () => {
  const { meter, look, written } = metering();
  look(0, 100);
  look(1, 100);
  look(601, 100);
  look(602, 100);
  meter.close();
  expect(written.reduce((sum, { joules }) => sum + joules, 0)).toBe(200);
  const silent = metering();
  for (let second = 0; second <= 60; second++) silent.look(second, null);
  silent.meter.close();
  expect(silent.written).toEqual([]);
});

test('a job is on the bill when it ends; a burst of short jobs does not fill the ledger', () => {
  const { look, written } = metering();
  const idle = live(working(), [done]).agent;
  for (let second = 0; second < 12; second++) look(second, 200);
  look(12, 200, idle);
  expect(written).toEqual([{ at: 12_000, joules: 2400 }]);
  for (let second = 13; second < 21; second++) look(second, 200, second % 2 ? working() : idle);
  expect(written).toHaveLength(1);
});
