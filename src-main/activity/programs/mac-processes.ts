import koffi from 'koffi';
import type { ProcessTable } from './process-table.ts';

/** PROC_PIDPATHINFO_MAXSIZE of libproc.h. Bytes. */
const PATH_MAX = 4096;
/** More than a desktop has; doubled when it is not enough. */
const PIDS_AT_FIRST = 4096;

type Call = (...args: readonly unknown[]) => number;

/** The processes of macOS by libproc, which the system library holds. Null where it cannot be asked. Never run yet. */
export function openMacTable(): ProcessTable | null {
  const calls = bind();
  if (calls === null) return null;
  const path = Buffer.alloc(PATH_MAX);
  let numbers = new Int32Array(PIDS_AT_FIRST);
  let last: readonly number[] = [];

  const pids = (): readonly number[] => {
    let count = calls.list(numbers, numbers.byteLength);
    while (count >= numbers.length) {
      numbers = new Int32Array(numbers.length * 2);
      count = calls.list(numbers, numbers.byteLength);
    }
    // No list is no news: nothing has ended by it. Number 0 is the kernel itself.
    if (count > 0) last = [...numbers.subarray(0, count)].filter((pid) => pid > 0);
    return last;
  };
  const exeOf = (pid: number): string | null => {
    const length = calls.pathOf(pid, path, PATH_MAX);
    return length > 0 ? path.toString('utf8', 0, length) : null;
  };
  return { pids, exeOf };
}

function bind(): { readonly list: Call; readonly pathOf: Call } | null {
  try {
    const system = koffi.load('/usr/lib/libSystem.B.dylib');
    return {
      list: system.func('proc_listallpids', 'int', ['void *', 'int']),
      pathOf: system.func('proc_pidpath', 'int', ['int', 'void *', 'uint32_t']),
    };
  } catch {
    return null;
  }
}
