import { readdirSync, readlinkSync } from 'node:fs';

/**
 * The file a process runs: absolute and real, links resolved. Or its bare name (`game.exe`), where Windows keeps the
 * path of a protected program or of somebody else's to itself: ask `isAbsolute` before taking it for a path.
 */
export type Executable = string;

/** What one system tells of its processes. */
export type ProcessTable = {
  /**
   * Every process there is. A number that passed from one process to another since the last call may be left out once,
   * so that the end of one and the start of the other are both noticed.
   */
  readonly pids: () => readonly number[];
  /** Null for a process that has ended, and where the system hides its program altogether. */
  readonly exeOf: (pid: number) => Executable | null;
};

/** What Linux appends to the path of a program whose file was replaced or removed while it runs. */
const DELETED = ' (deleted)';

/** Every process there is. Empty where /proc cannot be read. */
export function listPids(): number[] {
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return [];
  }
  const pids: number[] = [];
  for (const name of names) {
    const first = name.charCodeAt(0);
    // Names of processes are the ones that begin with a digit.
    if (first >= 48 && first <= 57) pids.push(Number(name));
  }
  return pids;
}

/**
 * The file a process runs, links resolved. Null for one that has ended, for a kernel thread, and for other people's.
 * A script shows its interpreter.
 */
export function exeOf(pid: number): string | null {
  try {
    const path = readlinkSync(`/proc/${pid}/exe`);
    return path.endsWith(DELETED) ? path.slice(0, -DELETED.length) : path;
  } catch {
    return null;
  }
}

export const linuxTable: ProcessTable = { pids: listPids, exeOf };
