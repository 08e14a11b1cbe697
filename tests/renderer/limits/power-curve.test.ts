import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bestOf,
  type CurvePoint,
  curveOf,
  type HourlyPay,
  lately,
  linesBeside,
  meanPrice,
  payAt,
  pointAt,
  pointsAlong,
} from '../../../src-renderer/limits/power-curve.ts';
import { noTotals } from '../../../src-shared/earnings.ts';
import { quote } from '../../../src-shared/said.ts';
import type { Snapshot } from '../../../src-shared/snapshot.ts';
import { SpeedPoint } from '../../../src-shared/speed.ts';
import { hours, microUsd } from '../../../src-shared/units.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

const point = (limit: number | null, power: number | null, fp32: number | null): SpeedPoint =>
  SpeedPoint.parse({
    limit,
    power,
    speeds: { memory: null, fp32, fp16: null, int32: null, tokens: null },
  });

const measured = [point(null, 280, 40_000), point(140, 139.6, 30_000), point(200, 201, 36_000)];
const curve = curveOf(measured);

describe('the curve of a card', () => {
  test('goes from the fewest watts to the most, in shares of the full speed', () => {
    expect(curve).toEqual([
      { watts: 140, drawn: 139.6, share: 75 },
      { watts: 200, drawn: 201, share: 90 },
      { watts: 280, drawn: 280, share: 100 },
    ]);
  });

  test('is none for a card that tells no watts, or was measured at one limit only', () => {
    expect(curveOf([point(null, null, 40_000)])).toEqual([]);
    expect(curveOf([point(null, 285, 40_000), point(null, 285, 40_000)])).toEqual([]);
    expect(curveOf([point(null, 285, 40_000), point(140, 140, null)])).toEqual([]);
    expect(curveOf([])).toEqual([]);
    expect(bestOf([], 285, null)).toBeNull();
    expect(pointAt([], 200, 285)).toBeNull();
  });

  test('says nothing about limits that nobody has measured', () => {
    expect(pointAt(curve, 170, 285)?.share).toBe(82.5);
    expect(pointAt(curve, 139, 285)).toBeNull();
    // It draws 280 W under its own limit of 285 W: more allowance changes nothing up to there.
    expect(pointAt(curve, 285, 285)?.share).toBe(100);
    expect(pointAt(curve, 300, 285)).toBeNull();
    // Measured while its owner held it at 200 W, it may do more at its own limit.
    const bound = curveOf([point(null, 200, 36_000), point(140, 140, 30_000)]);
    expect(pointAt(bound, 285, 285)).toBeNull();
    expect(pointsAlong(bound, 285).at(-1)?.watts).toBe(200);
  });

  test('never rises above the best measurement, and every point of it can be looked up', () => {
    const points = fc.array(
      fc.record({
        watts: fc.integer({ min: 50, max: 600 }),
        fp32: fc.integer({ min: 1, max: 100_000 }),
      }),
      { minLength: 2, maxLength: 4 },
    );
    fc.assert(
      fc.property(points, fc.integer({ min: 50, max: 600 }), (given, usual) => {
        const drawn = curveOf(given.map(({ watts, fp32 }) => point(watts, watts, fp32)));
        const along = pointsAlong(drawn, usual);
        expect(along.length > 0).toBe(drawn.length > 0);
        for (const one of along) {
          expect(one.share).toBeGreaterThan(0);
          expect(one.share).toBeLessThanOrEqual(100.000001);
        }
        const order = along.map(({ watts }) => watts);
        expect(order).toEqual([...order].sort((a, b) => a - b));
      }),
    );
  });
});

describe('the best limit', () => {
  test('does the most for each watt, where nobody knows what an hour pays', () => {
    expect(bestOf(curve, 285, null)?.watts).toBe(140);
    const even = curveOf([point(null, 200, 40_000), point(150, 150, 20_000)]);
    expect(bestOf(even, 200, null)?.watts).toBe(200);
  });

  test('is the one that leaves most money after electricity', () => {
    const pay = (atFull: number, price: number, rest = 0): HourlyPay => ({
      atFull,
      pricePerKwh: microUsd(price),
      rest,
    });
    expect(bestOf(curve, 285, pay(150_000, 220_000))?.watts).toBe(200);
    expect(bestOf(curve, 285, pay(10_000_000, 220_000))?.watts).toBe(280);
    expect(bestOf(curve, 285, pay(1_000, 220_000))?.watts).toBe(140);
    // The rest of the computer costs the same under every limit.
    expect(bestOf(curve, 285, pay(150_000, 220_000, 100))?.watts).toBe(200);
  });

  test('net is what an hour pays minus the watts of card and computer', () => {
    const [, middle] = curve as [CurvePoint, CurvePoint];
    const pay = { atFull: 200_000, pricePerKwh: microUsd(220_000), rest: 99 };
    expect(payAt(middle, pay)).toEqual({ gross: 180_000, net: 180_000 - 0.3 * 220_000 });
  });
});

describe('what an hour pays', () => {
  const worked = (totals: Partial<Snapshot['earnings']['totals']>): Snapshot => ({
    ...snapshots.earningMoney,
    earnings: { ...snapshots.earningMoney.earnings, totals: { ...noTotals, ...totals } },
  });

  test('is known after an hour of paid work, and never from test credits', () => {
    const paid = { money: microUsd(400_000), worked: hours(4) };
    expect(lately(worked(paid))).toBe(100_000);
    expect(lately(worked({ ...paid, worked: hours(0.5) }))).toBeNull();
    expect(lately(worked({ test: microUsd(400_000), worked: hours(4) }))).toBeNull();
    const test = { ...worked(paid), network: { name: quote('Test network'), test: true } };
    expect(lately(test)).toBeNull();
  });

  test('is not shared out among several cards', () => {
    const paid = worked({ money: microUsd(400_000), worked: hours(4) });
    expect(lately({ ...paid, lanes: snapshots.twoGpus.lanes })).toBeNull();
  });

  test('is set against the mean price of the day', () => {
    const tariff = [{ from: 22 * 60, to: 4 * 60, pricePerKwh: microUsd(100_000) }];
    expect(meanPrice({ pricePerKwh: microUsd(300_000), tariff })).toBe(250_000);
    expect(meanPrice({ pricePerKwh: microUsd(300_000), tariff: [] })).toBe(300_000);
  });
});

test('lines beside the owner’s own give way where their labels would touch: the default first, then the best', () => {
  const range = { min: 100, max: 300 };
  const lines = { yours: 150, best: 200, usual: 285 };
  expect(linesBeside(lines, range, 400)).toEqual({ best: true, usual: true });
  expect(linesBeside(lines, range, 200)).toEqual({ best: false, usual: true });
  expect(linesBeside({ ...lines, best: 250 }, range, 400)).toEqual({ best: true, usual: false });
  expect(linesBeside({ ...lines, yours: 285 }, range, 400)).toEqual({ best: true, usual: false });
  expect(linesBeside({ ...lines, best: null }, range, 400)).toEqual({ best: false, usual: true });
  // Not measured yet.
  expect(linesBeside(lines, range, 0)).toEqual({ best: false, usual: false });
});
