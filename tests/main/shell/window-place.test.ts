import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  backgroundOf,
  isInReach,
  POPOVER,
  popoverPlace,
  shellKey,
  WindowPlace,
} from '../../../src-main/shell/window-place.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1040 };

describe('the window comes back where it was', () => {
  test('unless its monitor is gone', () => {
    const place = { x: 2000, y: 100, width: 1080, height: 720 };
    expect(isInReach(place, [screen])).toBe(false);
    expect(isInReach(place, [screen, { ...screen, x: 1920 }])).toBe(true);
  });

  test('and not as somebody else wrote it', () => {
    const place = { bounds: screen, maximized: false, theme: 'dark' };
    expect(WindowPlace.safeParse(place).success).toBe(true);
    for (const broken of [
      {},
      [],
      { ...place, theme: 'pink' },
      { ...place, bounds: { ...screen, width: 0 } },
      { ...place, bounds: { ...screen, x: 1e9 } },
    ])
      expect(WindowPlace.safeParse(broken).success).toBe(false);
  });

  test('on a ground that is dark where the page will be', () => {
    expect(backgroundOf('dark', false)).toBe(backgroundOf('system', true));
    expect(backgroundOf('light', true)).toBe(backgroundOf('system', false));
    expect(backgroundOf('light', false)).not.toBe(backgroundOf('dark', false));
  });
});

describe('the popover opens beside the tray icon', () => {
  test('above a taskbar at the bottom, in its corner', () => {
    const icon = { x: 1800, y: 1044, width: 24, height: 32 };
    const place = popoverPlace(icon, screen);
    expect(place.x + place.width).toBe(1912);
    expect(place.y + place.height).toBe(1032);
  });

  test('under the menu bar, in the middle of the icon', () => {
    const free = { x: 0, y: 25, width: 1440, height: 875 };
    const place = popoverPlace({ x: 900, y: 0, width: 30, height: 25 }, free);
    expect(place).toEqual({ x: 735, y: 33, ...POPOVER });
  });

  test('always whole on a screen that has room for it', () => {
    const place = fc.integer({ min: -4000, max: 4000 });
    fc.assert(
      fc.property(
        fc.record({
          x: place,
          y: place,
          width: fc.constantFrom(0, 24),
          height: fc.constantFrom(0, 24),
        }),
        fc.record({
          x: place,
          y: place,
          width: fc.integer({ min: 400, max: 4000 }),
          height: fc.integer({ min: 500, max: 3000 }),
        }),
        (icon, free) => {
          const { x, y, width, height } = popoverPlace(icon, free);
          expect(x).toBeGreaterThanOrEqual(free.x);
          expect(y).toBeGreaterThanOrEqual(free.y);
          expect(x + width).toBeLessThanOrEqual(free.x + free.width);
          expect(y + height).toBeLessThanOrEqual(free.y + free.height);
        },
      ),
    );
  });
});

test('the keys that close and quit are the system’s own, and no others', () => {
  const key = { key: 'w', control: true, meta: false, shift: false, alt: false };
  expect(shellKey(key, 'linux')).toBe('close');
  expect(shellKey({ ...key, key: 'Q' }, 'win32')).toBe('quit');
  expect(shellKey(key, 'darwin')).toBe(null);
  expect(shellKey({ ...key, control: false, meta: true }, 'darwin')).toBe('close');
  expect(shellKey({ ...key, shift: true }, 'linux')).toBe(null);
  expect(shellKey({ ...key, key: 'e' }, 'linux')).toBe(null);
  // Right Alt is Control and Alt on German keyboards: AltGr+Q is @.
  expect(shellKey({ ...key, key: 'q', alt: true }, 'win32')).toBe(null);
});
