import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Memory } from '../../../src-main/policy/policy.ts';
import { hours, type Millis, millis, minutes } from '../../../src-shared/units.ts';
import { T0 } from '../../worlds/machine.ts';
import { watched, why, wishing } from './circumstances.ts';

const HOUR = hours(1);
const paused = wishing({ pausedUntil: millis(T0 + HOUR) });
const at = (moment: number, memory: Memory = {}) => why({ ...paused, now: millis(moment) }, memory);

describe('a pause of an hour', () => {
  test('ends after an hour, and not a moment sooner', () => {
    expect(
      watched([
        [0, paused],
        [3599.999, paused],
        [3600, paused],
      ]),
    ).toEqual(['paused', 'paused', null]);
  });

  test('goes on after a restart', () => {
    expect(at(T0 + minutes(59)).hold).toEqual({
      urgency: 'evict',
      reason: { kind: 'paused', until: T0 + HOUR },
    });
  });

  test('stays an hour where the clock is set back, and says when it ends by the new one', () => {
    const { memory } = at(T0 + minutes(10));
    const back = at(T0 - hours(3), memory);
    expect(back.hold?.reason).toEqual({ kind: 'paused', until: T0 - hours(3) + minutes(50) });
    const almost = at(T0 - hours(3) + minutes(49), back.memory);
    expect(almost.hold?.reason.kind).toBe('paused');
    const over = at(T0 - hours(3) + minutes(50), almost.memory);
    expect(over.hold).toBeNull();
    // It does not begin again although the clock comes to the old end only now.
    expect(at(T0 + minutes(30), over.memory).hold).toBeNull();
  });

  test('keeps its end where the clock is nudged by seconds', () => {
    const { memory } = at(T0 + minutes(10));
    expect(at(T0 + minutes(9.9), memory).hold?.reason).toMatchObject({ until: T0 + HOUR });
  });

  test('is not stretched by a clock that is nudged again and again', () => {
    let { memory } = at(T0);
    let clock = Number(T0);
    for (let passed = minutes(1); passed <= minutes(61); passed = millis(passed + minutes(1))) {
      clock += minutes(1);
      const before = at(clock, memory);
      clock -= 50_000;
      const after = at(clock, before.memory);
      memory = after.memory;
      expect(after.hold?.reason.kind).toBe(passed < minutes(60) ? 'paused' : undefined);
    }
  });

  test('ends by the clock after sleep, and where the clock is set forward', () => {
    const { memory } = at(T0);
    expect(at(T0 + hours(9), memory).hold).toBeNull();
  });

  test('that is made longer lasts longer', () => {
    const { memory } = at(T0 + minutes(10));
    const longer = wishing({ pausedUntil: millis(T0 + hours(4)) });
    expect(why({ ...longer, now: millis(T0 + minutes(11)) }, memory).hold?.reason).toMatchObject({
      until: T0 + hours(4),
    });
  });

  test('whatever is done to the clock: lasts at most a minute longer than asked', () => {
    const jump = fc.oneof(
      fc.constant(0),
      fc.integer({ min: -59_000, max: 0 }),
      fc.integer({ min: -7_200_000, max: 0 }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 600_000 }), jump), { size: 'large' }),
        (looks) => {
          let memory: Memory = {};
          let clock = Number(T0);
          let passed = 0;
          memory = at(clock).memory;
          for (const [later, jumped] of looks) {
            passed += later;
            // The look before the jump: the agent looks once a second, the clock jumps once in a year.
            clock += later;
            const before = at(clock, memory);
            clock += jumped;
            const after = at(clock, before.memory);
            memory = after.memory;
            if (after.hold) expect(passed).toBeLessThanOrEqual(HOUR + minutes(1));
          }
        },
      ),
    );
  });
});

test('a pause that ends in a hundred years was asked under another clock, and lasts a week at most', () => {
  const far = wishing({ pausedUntil: millis(T0 + hours(24 * 36_500)) });
  expect(why(far).hold?.reason).toEqual({ kind: 'paused', until: (T0 + hours(24 * 7)) as Millis });
});

test('a pause until the owner resumes outlasts every clock', () => {
  const forever = wishing({ pausedUntil: 'forever' });
  for (const now of [0, T0, 8.64e15])
    expect(why({ ...forever, now: millis(now) }).hold?.reason).toEqual({
      kind: 'paused',
      until: 'forever',
    });
});
