import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';

/** The longest of the small files, in bytes; a longer one is read no further. */
const ROOM = 4096;

/** Null where there is no such file, or its driver cannot say now (a sleeping card answers with an error). */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

/** A number of 0 or more; null for anything else. */
export const readNumber = (path: string): number | null => asNumber(readText(path));

/** The names in a folder; none where it cannot be read. */
export function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

export type KernelFiles = {
  /** As `readText`. */
  readonly text: (path: string) => string | null;
  /** As `readNumber`. */
  readonly number: (path: string) => number | null;
  /** The bytes of a file, until the next question; null as for `text`. */
  readonly bytes: (path: string) => Buffer | null;
  /** Forgets all files, for whatever may lie in their places from now on. */
  readonly close: () => void;
};

/**
 * Small files of the kernel that are read again and again: each is opened once and then read from its start, which costs a
 * fifth of opening it every time. One that is not there is not looked for again.
 */
export function openKernelFiles(): KernelFiles {
  const handles = new Map<string, number | null>();
  const room = Buffer.alloc(ROOM);

  function handleOf(path: string): number | null {
    const known = handles.get(path);
    if (known !== undefined) return known;
    let handle: number | null = null;
    try {
      handle = openSync(path, 'r');
    } catch {
      // This card has no such file.
    }
    handles.set(path, handle);
    return handle;
  }

  function bytes(path: string): Buffer | null {
    const handle = handleOf(path);
    if (handle === null) return null;
    try {
      return room.subarray(0, readSync(handle, room, 0, ROOM, 0));
    } catch {
      // A sleeping card, or one that is gone: the next reading may do better.
      return null;
    }
  }
  const text = (path: string) => bytes(path)?.toString('latin1').trim() ?? null;

  return {
    text,
    number: (path) => asNumber(text(path)),
    bytes,
    close() {
      for (const handle of handles.values()) if (handle !== null) closeSync(handle);
      handles.clear();
    },
  };
}

function asNumber(text: string | null): number | null {
  const value = text === null || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}
