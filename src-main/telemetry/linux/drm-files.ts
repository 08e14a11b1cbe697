import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Millis, millis, minutes, seconds } from '../../../src-shared/units.ts';
import { listFolder } from './kernel-file.ts';

/** A program opens its card soon after it starts, so a new one is looked at again after this long ... */
const FIRST_REST: Millis = seconds(2);
const NONE_YET: Millis = millis(FIRST_REST / 2);
/** ... and then after twice as long each time, up to this. */
const LONGEST_REST: Millis = minutes(2);
/** Programs looked into at one time, new ones first: some 100 µs each. The first time it is all of them. */
const MOST_AT_ONCE = 6;
/** ... and again where a card is busy with what nobody knows, but not more often than this: some ten milliseconds. */
const WONDER_EVERY: Millis = minutes(1);

export type DrmFiles = {
  /** The open files of graphics cards now, as `fdinfo` paths by program. */
  readonly list: (now: Millis) => ReadonlyMap<number, readonly string[]>;
  /** A card works for somebody who is not in the list: looks into all programs the next time. */
  readonly wonder: (now: Millis) => void;
  /** Looks into a program anew the next time: one of its files is gone. */
  readonly stale: (pid: number) => void;
};

type Known = { files: readonly string[]; rest: Millis; due: Millis };

/**
 * Which programs have a graphics card open. The kernel tells it only by the names of every open file of every program, so
 * each is looked into seldom. One of another user may not be looked into, which costs next to nothing.
 */
export function openDrmFiles(proc: string): DrmFiles {
  let known = new Map<number, Known>();
  let lookAtAll = true;
  let wonderedAt = Number.NEGATIVE_INFINITY;

  /** False where we may not. */
  function look(pid: number, one: Known, now: Millis): boolean {
    const files = filesOf(proc, pid);
    one.rest = files === null ? LONGEST_REST : millis(Math.min(one.rest * 2, LONGEST_REST));
    one.due = millis(now + one.rest);
    one.files = files ?? [];
    return files !== null;
  }

  return {
    list(now) {
      const present: typeof known = new Map();
      for (const name of listFolder(proc)) {
        const pid = Number(name);
        // Names of processes are numbers.
        if (!Number.isInteger(pid)) continue;
        present.set(pid, known.get(pid) ?? { files: [], rest: NONE_YET, due: now });
      }
      known = present;
      let left = lookAtAll ? known.size : MOST_AT_ONCE;
      // A clock that was set back is no reason to wait.
      const due = [...known].filter(
        ([, { due }]) => lookAtAll || due <= now || due > now + LONGEST_REST,
      );
      lookAtAll = false;
      for (const [pid, one] of due.sort(([, a], [, b]) => a.rest - b.rest || a.due - b.due)) {
        if (left <= 0) break;
        if (look(pid, one, now)) left--;
      }
      const open = new Map<number, readonly string[]>();
      for (const [pid, { files }] of known) if (files.length > 0) open.set(pid, files);
      return open;
    },
    wonder(now) {
      if (Math.abs(now - wonderedAt) < WONDER_EVERY) return;
      wonderedAt = now;
      lookAtAll = true;
    },
    stale(pid) {
      const one = known.get(pid);
      if (one) Object.assign(one, { due: 0, rest: NONE_YET });
    },
  };
}

/** Null where we may not look. */
function filesOf(proc: string, pid: number): string[] | null {
  const folder = join(proc, String(pid), 'fd');
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return null;
  }
  return names
    .filter((name) => {
      try {
        return readlinkSync(`${folder}/${name}`).startsWith('/dev/dri/');
      } catch {
        return false;
      }
    })
    .map((name) => join(proc, String(pid), 'fdinfo', name));
}
