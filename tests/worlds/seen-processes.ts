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

export type Seen = { readonly pid: number; readonly command: string };

/**
 * Every living process that has `words` in its environment or belongs to one of the process groups: all of one agent,
 * however they were started. A runner knows nothing of its parent's environment, and stays in its group.
 */
export function processesWith(words: string, groups: readonly number[]): Seen[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const environment = fileOf(name, 'environ');
      if (!environment.split('\0').includes(words) && !groups.includes(groupOf(name))) return [];
      return [{ pid: Number(name), command: fileOf(name, 'cmdline').replaceAll('\0', ' ').trim() }];
    });
}

/** 0 for a corpse. */
function groupOf(pid: string): number {
  const stat = fileOf(pid, 'stat');
  const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? 0 : Number(group);
}

/** Empty where the process is gone, or a corpse that nobody has asked for. */
function fileOf(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
