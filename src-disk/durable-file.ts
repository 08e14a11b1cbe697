import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Makes a rename or a new file in `folder` survive a power cut. Windows has no such call and needs none (NTFS journal). */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Replaces the file at `path` whole: afterwards it holds either the old or the new text, even after a power cut.
 * `mode` as in chmod. Throws Node's fs error and leaves no rubbish behind.
 */
export function replaceFile(path: string, text: string, mode = 0o644): void {
  const fresh = `${path}.new`;
  try {
    rmSync(fresh, { force: true }); // An old one might have wider permissions.
    const handle = openSync(fresh, 'wx', mode);
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** A moment as it may stand in a file name on every system: 2026-11-22T10-15-30-123Z. */
export const fileTime = (at: number): string => new Date(at).toISOString().replaceAll(/[:.]/g, '-');

/** Renames `folder/name.ext` to `folder/name.<why>-<time>.ext` and returns the new name; never overwrites another. */
export function setAside(folder: string, name: string, ext: string, why: string, at: number) {
  const free = (turn: number): string => {
    const candidate = `${name}.${why}-${fileTime(at)}${turn ? `-${turn}` : ''}${ext}`;
    return existsSync(join(folder, candidate)) ? free(turn + 1) : candidate;
  };
  const aside = free(0);
  renameSync(join(folder, `${name}${ext}`), join(folder, aside));
  return aside;
}
