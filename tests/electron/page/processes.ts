import { readdirSync, readFileSync } from 'node:fs';

/** A living process, as a failed check prints it. */
export type Found = { readonly pid: number; readonly command: string };

const read = (pid: string, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // It ended while we looked, or has nothing to say.
  }
};

/** The fields of a process's stat after its name, which may hold anything: state, parent, process group. */
const statOf = (pid: string): readonly string[] => {
  const stat = read(pid, 'stat');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};
/** Z: dead, and waits only for its parent to notice. */
const isDead = ([state]: readonly string[]): boolean =>
  state === undefined || state === '' || state === 'Z' || state === 'X';

/**
 * Every living process of the apps with these main processes. Each app leads a process group; what has left it still
 * names the data folder, which is looked for in arguments and environment (Chromium wipes its main process's own).
 */
export function processesOf(folder: string, mains: readonly number[]): Found[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const stat = statOf(pid);
      const command = read(pid, 'cmdline');
      const ours =
        mains.includes(Number(stat[2])) ||
        command.includes(folder) ||
        read(pid, 'environ').includes(folder);
      return ours && !isDead(stat)
        ? [{ pid: Number(pid), command: command.replaceAll('\0', ' ').slice(0, 200) }]
        : [];
    });
}

export const isAlive = (pid: number): boolean => !isDead(statOf(String(pid)));
