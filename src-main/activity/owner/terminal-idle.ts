import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Millis, millis, seconds } from '../../../src-shared/units.ts';
import { listNames } from '../small-file.ts';

/** The kernel notes what is typed in steps of eight seconds, so looking more often shows no more. */
const LOOK_EVERY: Millis = seconds(4);
/** Devices are made when the system starts: one that has not been read since was not typed on. */
const SINCE_MADE = seconds(1);

/** Where terminals are: those of windows and of people who log in from afar, and the machine's own. */
export type TerminalPlaces = { readonly ptys: string; readonly consoles: string };

/**
 * How long nobody has typed in any terminal; null where there are none. As `w` does it: a program that reads what was
 * typed moves the terminal's access time, and one that writes does not.
 */
export function watchTerminals(
  { ptys, consoles }: TerminalPlaces,
  signal: AbortSignal,
): () => Millis | null {
  const known = new Map<string, { readonly read: number; readonly at: number }>();
  // There from the start, unlike those of windows.
  const own = namesIn(consoles, /^tty(?:[1-9]|1[0-2]|S[0-3])$/);
  let lookedAt = Number.NEGATIVE_INFINITY;

  const look = () => {
    const now = performance.now();
    const terminals = [...namesIn(ptys, /^\d+$/), ...own];
    for (const path of known.keys()) if (!terminals.includes(path)) known.delete(path);
    for (const path of terminals) {
      const read = lastRead(path, own.includes(path));
      const before = known.get(path);
      if (read === null) known.delete(path);
      // The clock of access times may be set: once seen, time is counted on one that may not.
      else if (before?.read !== read) {
        const at = now - Math.max(0, Date.now() - read);
        known.set(path, { read, at: before === undefined ? at : Math.max(at, lookedAt) });
      }
    }
    lookedAt = now;
  };
  look();
  // Somebody watching is no reason to keep a process alive.
  const timer = setInterval(look, LOOK_EVERY).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });

  return () => {
    if (known.size === 0) return null;
    const latest = Math.max(...[...known.values()].map(({ at }) => at));
    return millis(Math.round(performance.now() - latest));
  };
}

const namesIn = (folder: string, names: RegExp): string[] =>
  listNames(folder)
    .filter((name) => names.test(name))
    .map((name) => join(folder, name));

/** When what was typed was last read, by the wall clock; null where nobody has typed, or there is no such terminal. */
function lastRead(path: string, isConsole: boolean): number | null {
  try {
    const { atimeMs, birthtimeMs } = statSync(path);
    return isConsole && atimeMs < birthtimeMs + SINCE_MADE ? null : atimeMs;
  } catch {
    // Closed in between.
    return null;
  }
}
