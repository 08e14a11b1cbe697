import { join } from 'node:path';
import { app } from 'electron';
import { type Said, said } from '../../src-shared/said.ts';
import { autostartFile } from '../host/autostart-file.ts';
import type { Platform } from '../host/platform.ts';

/** Opens in the tray. macOS passes no words to what it starts at login; main.ts asks it instead. */
const WORDS = ['--hidden'];
/** The owner may change it elsewhere; a snapshot is drawn every second and need not ask each time. */
const LOOKED_AT_EVERY_MS = 10_000;

/** How this system starts Offpeak at login. Null where it cannot: what is not installed may lie elsewhere tomorrow. */
export function loginItem(): Platform['startsAtLogin'] {
  if (!app.isPackaged) return { now: () => null, set: () => said('loginInstalled') };
  const item = process.platform === 'linux' ? onLinux() : elsewhere();
  let known: { readonly at: number; readonly on: boolean } | null = null;
  return {
    now() {
      const at = performance.now();
      if (known === null || at - known.at >= LOOKED_AT_EVERY_MS) known = { at, on: item.now() };
      return known.on;
    },
    set(on) {
      known = null;
      return item.set(on);
    },
  };
}

/** An AppImage runs from a folder that is gone afterwards; it says where it lies itself. */
const onLinux = () =>
  autostartFile(
    join(app.getPath('appData'), 'autostart'),
    process.env.APPIMAGE ?? process.execPath,
  );

const elsewhere = () => ({
  now: (): boolean => app.getLoginItemSettings({ args: WORDS }).openAtLogin,
  set(on: boolean): Said | null {
    app.setLoginItemSettings({ openAtLogin: on, args: WORDS });
    return null;
  },
});
