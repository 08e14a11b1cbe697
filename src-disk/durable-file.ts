import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';

/** Modes as in chmod, of files on systems that know them. */
export const FOR_OWNER_ONLY = 0o600;
const READABLE = 0o644;

/** The end of every file that is not whole yet. */
export const PART = '.part';

/**
 * A name beside `path` for what will be there once it is whole. Another one at every call, so that two writers never share
 * a half-written file; what a kill leaves under it is small, and never read.
 */
export const partOf = (path: string): string => `${path}.${randomBytes(6).toString('hex')}${PART}`;

/** NTFS writes its journal itself, and a folder cannot be opened there. */
const FOLDERS_SYNC = process.platform !== 'win32';

/** Makes a rename or a new file in `folder` survive a power cut. Throws Node's fs error, as all of this file. */
export function syncFolder(folder: string): void {
  if (!FOLDERS_SYNC) return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** As `syncFolder`, for whoever must not hold up the thread. */
async function syncFolderAsync(folder: string): Promise<void> {
  if (!FOLDERS_SYNC) return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder for its owner only, and those above it that are not there, so that they survive a power cut. */
export async function makeFolderAsync(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = resolve(path); made.length >= first.length; made = dirname(made))
    await syncFolderAsync(dirname(made));
}

/** Gives a whole and synced file its name, over one that has it: after a power cut one of the two is there. */
export function moveFile(from: string, to: string): void {
  renameSync(from, to);
  syncFolder(dirname(to));
}

/** As `moveFile`, for whoever must not hold up the thread. */
export async function moveFileAsync(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolderAsync(dirname(to));
}

/**
 * Replaces the file at `path` whole: afterwards it holds either the old or the new data, even after a power cut. Leaves
 * nothing else behind where the disk refuses. `mode` is less what the umask takes.
 */
export function replaceFile(path: string, data: string | Uint8Array, mode = READABLE): void {
  const part = partOf(path);
  try {
    const handle = openSync(part, 'wx', mode);
    try {
      writeFileSync(handle, data);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    moveFile(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** As `replaceFile`, for whoever must not hold up the thread. */
export async function replaceFileAsync(
  path: string,
  data: string | Uint8Array,
  mode = READABLE,
): Promise<void> {
  const part = partOf(path);
  try {
    const handle = await open(part, 'wx', mode);
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await moveFileAsync(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** A moment as it may stand in a file name on every system: 2026-11-22T10-15-30-123Z. */
export const fileTime = (at: number): string => new Date(at).toISOString().replaceAll(/[:.]/g, '-');

/**
 * Keeps a file that cannot be used: renames `folder/name.ext` to `folder/name.corrupt-<time>.ext` and returns its new path.
 * Never overwrites another. Its `logs` (such as `-wal`), which mean nothing without it, go along where they are there.
 */
export function setAside(path: string, at: number, logs: readonly string[] = []): string {
  const ext = extname(path);
  const stem = join(dirname(path), `${basename(path, ext)}.corrupt-${fileTime(at)}`);
  const free = (turn: number): string => {
    const candidate = `${stem}${turn ? `-${turn}` : ''}${ext}`;
    return existsSync(candidate) ? free(turn + 1) : candidate;
  };
  const aside = free(0);
  renameSync(path, aside);
  for (const log of logs) if (existsSync(path + log)) renameSync(path + log, aside + log);
  return aside;
}
