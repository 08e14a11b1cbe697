import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  block,
  DAYS,
  HOURS,
  hoursShared,
  isShared,
  PRESETS,
  paint,
  presetOf,
  presets,
  step,
} from '../../../src-renderer/parts/week.ts';
import { Week } from '../../../src-shared/settings.ts';

const hour = fc.record({
  day: fc.integer({ min: 0, max: DAYS - 1 }),
  hour: fc.integer({ min: 0, max: HOURS - 1 }),
});
const week = fc.option(
  fc.array(fc.integer({ min: 0, max: 2 ** HOURS - 1 }), { minLength: DAYS, maxLength: DAYS }),
);

describe('the owner’s week', () => {
  it('has what was painted, and beside it only what it had', () => {
    fc.assert(
      fc.property(week, hour, hour, fc.boolean(), hour, (before, from, to, shared, other) => {
        const painted = block(from, to);
        const after = paint(before, painted, shared);
        if (after !== null) expect(Week.safeParse(after).success).toBe(true);
        const inside = painted.some((h) => h.day === other.day && h.hour === other.hour);
        expect(isShared(after, other)).toBe(inside ? shared : isShared(before, other));
      }),
    );
  });

  it('is no schedule any more when all its hours are shared', () => {
    const all = block({ day: 0, hour: 0 }, { day: 6, hour: 23 });
    expect(paint(presets.nights, all, true)).toBeNull();
    expect(hoursShared(null)).toBe(168);
    expect(hoursShared(paint(null, all, false))).toBe(0);
  });

  it('knows the ready-made weeks again, and calls no other week by their names', () => {
    for (const name of PRESETS) expect(presetOf(presets[name])).toBe(name);
    expect(presetOf(paint(presets.nights, [{ day: 2, hour: 12 }], true))).toBeNull();
    expect([hoursShared(presets.nights), hoursShared(presets.weekends)]).toEqual([63, 93]);
    expect(isShared(presets.nights, { day: 0, hour: 22 })).toBe(true);
    expect(isShared(presets.nights, { day: 0, hour: 7 })).toBe(false);
    expect(isShared(presets.weekends, { day: 4, hour: 12 })).toBe(false);
    expect(isShared(presets.weekends, { day: 5, hour: 12 })).toBe(true);
  });

  it('is walked with the keys, and not left', () => {
    expect(step('ArrowRight', { day: 0, hour: 0 })).toEqual({ day: 0, hour: 1 });
    expect(step('ArrowDown', { day: 0, hour: 4 })).toEqual({ day: 1, hour: 4 });
    expect(step('End', { day: 3, hour: 4 })).toEqual({ day: 3, hour: 23 });
    expect(step('Home', { day: 3, hour: 4 })).toEqual({ day: 3, hour: 0 });
    expect(step('ArrowLeft', { day: 0, hour: 0 })).toEqual({ day: 0, hour: 0 });
    expect(step('ArrowUp', { day: 0, hour: 9 })).toEqual({ day: 0, hour: 9 });
    expect(step('ArrowRight', { day: 6, hour: 23 })).toEqual({ day: 6, hour: 23 });
    expect(step('ArrowDown', { day: 6, hour: 0 })).toEqual({ day: 6, hour: 0 });
    expect(step('Tab', { day: 0, hour: 0 })).toBeNull();
  });
});
