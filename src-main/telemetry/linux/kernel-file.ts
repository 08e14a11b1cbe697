import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';

/** The longest of the small files, in bytes; a longer one is read no further. */
const ROOM = 4096;
/** Of a file that holds one number. */
const DIGITS = 64;

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

/** A small file of the kernel that is read again and again. */
export type KernelFile = {
  /** As `readNumber`. */
  readonly number: () => number | null;
  /** Its bytes, until the next question to any file; null as for `readText`. */
  readonly bytes: () => Buffer | null;
};

export type KernelFiles = {
  readonly file: (path: string) => KernelFile;
  /** Forgets all files, for whatever may lie in their places from now on. */
  readonly close: () => void;
};

/**
 * Files that are opened once and then read from their start each time, which costs a fifth of opening them every time. One
 * that is not there is not looked for again.
 */
export function openKernelFiles(): KernelFiles {
  const room = Buffer.alloc(ROOM);
  const closers: (() => void)[] = [];

  function file(path: string): KernelFile {
    /** Null: not there. */
    let handle: number | null | 'unopened' = 'unopened';
    closers.push(() => {
      if (typeof handle === 'number') closeSync(handle);
      handle = 'unopened';
    });
    /** How many bytes are in `room`; 0 where there are none. */
    function read(most: number): number {
      if (handle === 'unopened') handle = openOrNull(path);
      if (handle === null) return 0;
      try {
        return readSync(handle, room, 0, most, 0);
      } catch {
        // A sleeping card, or one that is gone: the next reading may do better.
        return 0;
      }
    }
    return {
      number: () => asNumber(room.toString('latin1', 0, read(DIGITS))),
      bytes() {
        const length = read(ROOM);
        return length === 0 ? null : room.subarray(0, length);
      },
    };
  }
  return {
    file,
    close() {
      for (const close of closers) close();
    },
  };
}

function openOrNull(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch {
    return null;
  }
}

function asNumber(text: string | null): number | null {
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}
