import { posix } from 'node:path';
import { readText } from '../small-file.ts';

/** Where programs of a Flatpak lie, as they see themselves. */
const INSIDE = '/app/';
/** Whether a program says to lie where only Flatpak's do. */
export const isInFlatpak = (exePath: string): boolean => exePath.startsWith(INSIDE);

/**
 * The path, from outside, of a program that runs in a Flatpak's sandbox, the same after each update; null where its
 * sandbox does not say. `info`: the text of `/.flatpak-info` in the sandbox.
 */
export function flatpakProgram(exePath: string, info: string): string | null {
  const files = /^app-path=(\/.+\/app\/[^/\n]+)\/[^/\n]+\/[^/\n]+\/[^/\n]+\/files$/m.exec(
    info,
  )?.[1];
  if (files === undefined) return null;
  return posix.normalize(posix.join(files, 'current/active/files', exePath.slice(INSIDE.length)));
}

/** The text in which a sandbox says what it is. Readable for our own processes only. */
export const flatpakInfo = (pid: number): string | null =>
  readText(`/proc/${pid}/root/.flatpak-info`);
