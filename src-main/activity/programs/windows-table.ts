import type { ProcessTable } from './process-table.ts';
import type { WindowsProcess, WindowsProcesses } from './windows-processes.ts';

/** The process that is idle time. */
const IDLE = 0;

type Known = { readonly process: WindowsProcess; path: string | null };

/**
 * The list of Windows as a table of programs. A path is asked for once, because a process never changes its program here;
 * a number is given to the next process soon, which a look at every quarter of a second would not notice.
 */
export function windowsTable({ list, pathOf }: WindowsProcesses): ProcessTable {
  let known = new Map<number, Known>();

  const pids = (): readonly number[] => {
    const listed = list();
    // No list is no news: nothing has ended by it.
    if (listed === null) return [...known.keys()];
    const present: typeof known = new Map();
    for (const process of listed) {
      const { pid, born } = process;
      const before = known.get(pid);
      // The next process of the same number is left out once.
      if (pid === IDLE || (before && before.process.born !== born)) continue;
      present.set(pid, before ?? { process, path: null });
    }
    known = present;
    return [...present.keys()];
  };

  return {
    pids,
    exeOf: (pid) => {
      const found = known.get(pid);
      if (found === undefined) return null;
      found.path ??= pathOf(pid);
      return found.path ?? found.process.name;
    },
  };
}
