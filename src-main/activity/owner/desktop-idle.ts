import { z } from 'zod';
import { type Millis, millis, minutes, seconds } from '../../../src-shared/units.ts';
import { askAgain } from '../bus/asked-again.ts';
import type { BusLink } from '../bus/link.ts';

const MUTTER = 'org.gnome.Mutter.IdleMonitor';
/** While the owner is there, or GNOME promises to tell of their return; its count goes on by itself in between. */
const ASK_EVERY: Millis = seconds(5);
/** While it does not: as often as the return must be seen. */
const ASK_OFTEN: Millis = seconds(1);
/** Nobody there: another desktop than GNOME. */
const LOOK_AGAIN: Millis = minutes(1);

/**
 * How long nobody has touched a GNOME desktop, as GNOME itself counts it; null on other desktops. Under Wayland the X
 * server that Electron asks hears only what its own windows get, so its word is worth nothing there
 * (https://github.com/electron/electron/issues/27912).
 */
export function watchDesktopIdle(bus: BusLink, signal: AbortSignal): () => Millis | null {
  /** GNOME will tell of the next touch, once. */
  let promised = false;
  const ask = async (member: string) => {
    const path = '/org/gnome/Mutter/IdleMonitor/Core';
    const call = { destination: MUTTER, path, interface: MUTTER, member, args: [] };
    return z.number().safeParse((await bus.call(call))?.[0]).data ?? null;
  };
  const latest = askAgain({
    ask: async () => {
      const idle = await ask('GetIdletime');
      if (idle === null) {
        promised = false;
        return null;
      }
      const at = performance.now();
      // Not at once: it would be told of every key.
      if (!promised && idle >= ASK_EVERY) promised = (await ask('AddUserActiveWatch')) !== null;
      return { idle, at };
    },
    every: (answer) => {
      if (answer === null) return LOOK_AGAIN;
      return promised || answer.idle < ASK_EVERY ? ASK_EVERY : ASK_OFTEN;
    },
    hints: (again) =>
      bus.onSignal({ sender: MUTTER, interface: MUTTER, member: 'WatchFired' }, () => {
        promised = false;
        again();
      }),
    signal,
  });
  return () => {
    const answer = latest();
    return answer && millis(Math.round(answer.idle + performance.now() - answer.at));
  };
}
