import { expect, test } from 'vitest';
import { curveOf, thriftiest } from '../../src-renderer/speed-curve.tsx';
import { SpeedPoint } from '../../src-shared/speed.ts';

const point = (limit: number | null, power: number | null, fp32: number | null): SpeedPoint =>
  SpeedPoint.parse({
    limit,
    power,
    speeds: { memory: null, fp32, fp16: null, int32: null, tokens: null },
  });

test('the curve goes from the fewest watts to the most, in shares of the full speed', () => {
  const curve = curveOf([
    point(null, 285, 40_000),
    point(140, 139.6, 30_000),
    point(200, 201, 36_000),
  ]);
  expect(curve).toEqual([
    { watts: 140, share: 75 },
    { watts: 201, share: 90 },
    { watts: 285, share: 100 },
  ]);
  expect(thriftiest(curve)).toEqual({ watts: 140, share: 75 });
});

test('a card that tells no watts, or was measured at one limit only, has no curve', () => {
  expect(curveOf([point(null, null, 40_000)])).toEqual([]);
  expect(curveOf([point(null, 285, 40_000), point(null, 285, 40_000)])).toEqual([]);
  expect(curveOf([point(null, 285, 40_000), point(140, 140, null)])).toEqual([]);
  expect(curveOf([])).toEqual([]);
  expect(thriftiest([])).toBeNull();
});

test('a card that is as thrifty at full speed is not told to be slower', () => {
  expect(thriftiest(curveOf([point(null, 200, 40_000), point(150, 150, 20_000)]))).toEqual({
    watts: 200,
    share: 100,
  });
});
