import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Often enough to see a moment, seldom enough to leave the processor to those who are watched. */
const LOOK_EVERY_MS = 5;

/**
 * Looks until there is something to see, and returns it. Throws, saying what was waited for, when it does not come.
 * The time is only there so that a test that hangs says where.
 */
export async function eventually<T>(
  what: string,
  look: () => T | null | undefined | false,
  withinMs = 25_000,
): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const seen = look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    if (Date.now() > until) throw new Error(`waited ${withinMs / 1000} s for: ${what}`);
    await wait(LOOK_EVERY_MS);
  }
}

/** A living process, as a failed check prints it. */
export type Seen = { readonly pid: number; readonly command: string };

type Process = {
  readonly pid: number;
  /** Its words, each ended by a zero. */
  readonly command: string;
  readonly environment: string;
  readonly group: number;
};

/**
 * Every living process that has `words` in its environment or belongs to one of the process groups: all of one agent,
 * however they were started. A runner knows nothing of its parent's environment, and stays in its group.
 */
export const processesWith = (words: string, groups: readonly number[]): Seen[] =>
  living(
    ({ environment, group }) => environment.split('\0').includes(words) || groups.includes(group),
  );

/**
 * Every living process of the apps with these main processes. Each app leads a process group; what has left it still
 * names the data folder, which is looked for in arguments and environment (Chromium wipes its main process's own).
 */
export const processesOf = (folder: string, mains: readonly number[]): Seen[] =>
  living(
    ({ pid, command, environment, group }) =>
      pid !== process.pid &&
      (mains.includes(group) || command.includes(folder) || environment.includes(folder)),
  );

/** Whether a process runs; one that only waits to be reaped does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return process.platform !== 'linux' || groupOf(String(pid)) !== null;
}

function living(wanted: (found: Process) => boolean): Seen[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const group = groupOf(name);
      if (group === null) return [];
      const command = fileOf(name, 'cmdline');
      const found = { pid: Number(name), command, environment: fileOf(name, 'environ'), group };
      return wanted(found)
        ? [{ pid: found.pid, command: command.replaceAll('\0', ' ').trim() }]
        : [];
    });
}

/** Its process group; null where it is gone, or dead and only waits for its parent to notice. */
function groupOf(pid: string): number | null {
  const stat = fileOf(pid, 'stat');
  // Its name, in brackets, may hold anything.
  const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === '' || state === 'Z' || state === 'X' ? null : Number(group);
}

/** Empty where the process is gone, has nothing to say, or is a corpse that nobody has asked for. */
function fileOf(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
