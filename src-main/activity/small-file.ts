import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';

/** Launchers' files are some kilobytes, the largest a list of all games an owner has. Bytes. */
const MAX_FILE = 1024 * 1024;
/** Nobody has more games than this in one folder. */
const MAX_NAMES = 10_000;

/** A small file, or null where there is none that we may read. A pipe or a device is none: it could hold us for ever. */
export function readSmall(path: string, max: number = MAX_FILE): Buffer | null {
  let handle: number | null = null;
  try {
    // Windows has no such flag, and no pipes in folders either.
    handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const about = fstatSync(handle);
    if (!about.isFile() || about.size > max) return null;
    const content = Buffer.alloc(about.size);
    return content.subarray(0, readSync(handle, content, 0, content.length, 0));
  } catch {
    return null;
  } finally {
    if (handle !== null) closeSync(handle);
  }
}

/** The text of a small file, without the mark some editors put first; or null. */
export const readText = (path: string): string | null =>
  readSmall(path)
    ?.toString('utf8')
    .replace(/^\uFEFF/, '') ?? null;

/** What a small JSON file says, where it says what `schema` wants; or null. */
export function readJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): z.infer<Schema> | null {
  const text = readText(path);
  if (text === null) return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** The names in a folder; none where it cannot be read. */
export function listNames(folder: string): string[] {
  try {
    return readdirSync(folder).slice(0, MAX_NAMES);
  } catch {
    return [];
  }
}

/** The names of the folders in a folder, links to folders among them; none where it cannot be read. */
export function listFolders(folder: string): string[] {
  return listNames(folder).filter((name) => {
    try {
      return statSync(join(folder, name)).isDirectory();
    } catch {
      return false;
    }
  });
}

/** When a file or folder changed last; null where there is none. */
export function modified(path: string): number | null {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return null;
  }
}

/** A path with every link resolved; null where nothing is there, or only links that go in a circle. */
export function realOrNull(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
