import { z } from 'zod';
import { Settings } from '../../src-shared/settings.ts';

/** A rectangle on the desktop, in the pixels that Electron counts. */
export type Area = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

const pixels = z.int().min(-100_000).max(100_000);

/** Where the window was, and how it looked: known before the settings are read. */
export const WindowPlace = z.object({
  bounds: z.object({
    x: pixels,
    y: pixels,
    width: pixels.min(1),
    height: pixels.min(1),
  }),
  maximized: z.boolean(),
  theme: Settings.shape.theme,
});
export type WindowPlace = Readonly<z.infer<typeof WindowPlace>>;

/** So much of a window must be on a screen that its owner can take hold of it. */
const IN_REACH = 100;

/** A monitor may have been unplugged since: a window that nobody can reach is not put back. `areas`: of all screens. */
export const isInReach = (place: Area, areas: readonly Area[]): boolean =>
  areas.some((area) => {
    const wide = Math.min(place.x + place.width, area.x + area.width) - Math.max(place.x, area.x);
    const high = Math.min(place.y + place.height, area.y + area.height) - Math.max(place.y, area.y);
    return wide > IN_REACH && high > IN_REACH;
  });

/** The popover's size, from the design. */
export const POPOVER = { width: 360, height: 480 } as const;
/** Between the popover and whatever it stands beside. */
const GAP = 8;

/**
 * Where the popover opens: at the middle of the tray icon (or the pointer), as near to it as the screen's free area lets it:
 * above a taskbar at the bottom, under a menu bar.
 */
export function popoverPlace(anchor: Area, free: Area): Area {
  const { width, height } = POPOVER;
  const within = (wish: number, from: number, length: number, size: number) =>
    Math.round(Math.max(from + GAP, Math.min(wish, from + length - size - GAP)));
  const middle = {
    x: anchor.x + anchor.width / 2,
    y: anchor.y + anchor.height / 2,
  };
  const below = middle.y < free.y + free.height / 2;
  return {
    x: within(middle.x - width / 2, free.x, free.width, width),
    y: within(
      below ? anchor.y + anchor.height + GAP : anchor.y - height - GAP,
      free.y,
      free.height,
      height,
    ),
    width,
    height,
  };
}

/** What a page is drawn on, before it is drawn: `--op-bg` of both themes. */
export const backgroundOf = (theme: WindowPlace['theme'], systemDark: boolean): string =>
  (theme === 'system' ? systemDark : theme === 'dark') ? '#121519' : '#f4f5f7';

/** What the keys of the shell do, wherever the window is. Control on Windows and Linux, Command on macOS. */
export function shellKey(
  key: { readonly key: string; readonly control: boolean; readonly meta: boolean } & {
    readonly shift: boolean;
    readonly alt: boolean;
  },
  platform: NodeJS.Platform,
): 'close' | 'quit' | null {
  const held = platform === 'darwin' ? key.meta && !key.control : key.control && !key.meta;
  if (!held || key.shift || key.alt) return null;
  switch (key.key.toLowerCase()) {
    case 'w':
      return 'close';
    case 'q':
      return 'quit';
    default:
      return null;
  }
}
