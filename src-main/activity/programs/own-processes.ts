import { readFileSync } from 'node:fs';
import { openWindowsParents } from './windows-parent.ts';

/** Ours start at most so many levels below us: app, zygote, zygote, child. */
const GENERATIONS = 6;
/**
 * Tells our own processes, all that we started and what those started, from others; `also`: those that we know to be ours
 * where the system does not tell parents.
 */
export function ownProcesses(
  also: () => ReadonlySet<number>,
  parentOf: (pid: number) => number | null = openWindowsParents() ?? linuxParentOf,
): OwnProcesses {
  const known = new Map<number, boolean>();
  const descends = (pid: number): boolean => {
    let one: number | null = pid;
    for (let i = 0; one !== null && i < GENERATIONS; i++) {
      if (one === process.pid) return true;
      one = parentOf(one);
    }
    return false;
  };
  return {
    isOurs(pid) {
      if (also().has(pid)) return true;
      const before = known.get(pid);
      if (before !== undefined) return before;
      const ours = descends(pid);
      known.set(pid, ours);
      return ours;
    },
    forgetAllBut(pids) {
      for (const pid of known.keys()) if (!pids.has(pid)) known.delete(pid);
    },
  };
}

export type OwnProcesses = {
  /** What was ours once stays ours, also when its parent goes first. */
  readonly isOurs: (pid: number) => boolean;
  /** A pid that left the cards may come back as another program. */
  readonly forgetAllBut: (pids: { readonly has: (pid: number) => boolean }) => void;
};

/** Null where it is gone, or this is no Linux either. */
function linuxParentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before these fields is in parentheses and may hold anything.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return parent > 0 ? parent : null;
  } catch {
    return null;
  }
}
