import { readdirSync, readlinkSync } from 'node:fs';

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
