import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backOff } from '../../src-shared/back-off.ts';
import { millis, minutes, seconds } from '../../src-shared/units.ts';

test('the first failure costs the shortest rest, each further one twice as much, up to the longest', () => {
  const rests = [1, 2, 3, 4, 5, 6].map((failures) => backOff(failures, seconds(1), seconds(10)));
  expect(rests).toEqual([1, 2, 4, 8, 10, 10].map(seconds));
  expect(backOff(0, seconds(1), seconds(10))).toBe(seconds(1));
});

test('a rest is never longer than the longest, nor shorter than the one before, however much fails', () => {
  const lengths = fc.integer({ min: 1, max: minutes(10) }).map(millis);
  const failures = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0 }));
  fc.assert(
    fc.property(failures, lengths, lengths, (n, first, most) => {
      const rest = backOff(n, first, most);
      expect(rest).toBeGreaterThanOrEqual(Math.min(first, most));
      expect(rest).toBeLessThanOrEqual(most);
      expect(backOff(n + 1, first, most)).toBeGreaterThanOrEqual(rest);
    }),
  );
});
