import { readFileSync, statSync } from 'node:fs';
import type { z } from 'zod';
import { errorCode, errorWords } from './disk-trouble.ts';
import { replaceFile, replaceFileAsync, setAside } from './durable-file.ts';

/** What is larger was not written by us, and is not read into memory. Bytes. */
const MOST = 256 * 1024;

export type JsonRead<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'none' }
  /** Something lies there, and it is not what was written: `why`, in the words of whoever noticed. */
  | { readonly kind: 'damaged'; readonly why: string }
  /** What lies there may be sound, but the disk or the system does not show it. */
  | { readonly kind: 'unreadable'; readonly error: Error };

type Options = {
  /** The largest that is read, bytes. */
  readonly most?: number;
  /** As in chmod. */
  readonly mode?: number;
};

/** The text of a file of ours; a person may read it too. */
const textOf = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/**
 * A JSON file of one shape, whole or not there. Writing throws Node's fs error, and then what was there is still there.
 */
export function openJsonFile<Shape extends z.ZodType>(
  path: string,
  shape: Shape,
  { most = MOST, mode }: Options = {},
) {
  const damaged = (why: string) => ({ kind: 'damaged', why }) as const;

  function read(): JsonRead<z.output<Shape>> {
    try {
      const found = statSync(path);
      if (!found.isFile()) return damaged('it is no file');
      if (found.size > most) return damaged(`${found.size} bytes are more than ${most}`);
      const parsed = shape.safeParse(JSON.parse(readFileSync(path, 'utf8')));
      return parsed.success
        ? { kind: 'ok', value: parsed.data }
        : damaged(parsed.error.issues[0]?.message ?? 'another shape');
    } catch (error) {
      if (error instanceof SyntaxError) return damaged(error.message);
      if (errorCode(error) === 'ENOENT') return { kind: 'none' };
      if (error instanceof Error && errorCode(error) !== '') return { kind: 'unreadable', error };
      throw error;
    }
  }

  return {
    read,
    /** What it says; null where there is none, or none that can be read: for what may be lost. */
    value(): z.output<Shape> | null {
      const found = read();
      return found.kind === 'ok' ? found.value : null;
    },
    /**
     * What it says; null where there is none. A damaged one is set aside, and `said` hears where it lies now. Throws what
     * the disk says of one that may be sound: it must not be taken for none.
     */
    valueOrAside(said: (aside: string) => void): z.output<Shape> | null {
      const found = read();
      switch (found.kind) {
        case 'ok':
          return found.value;
        case 'none':
          return null;
        case 'damaged':
          said(setAside(path, Date.now()));
          return null;
        case 'unreadable':
          throw found.error;
      }
    },
    write: (value: z.input<Shape>): void => replaceFile(path, textOf(value), mode),
    /** As `write`, for whoever must not hold up the thread. */
    writeAsync: (value: z.input<Shape>): Promise<void> =>
      replaceFileAsync(path, textOf(value), mode),
  };
}

/**
 * A small JSON file whose loss costs nobody anything, such as where the window was. One that cannot be read is as none;
 * one that cannot be written is tried again with the next change.
 */
export function openJsonMemo<Shape extends z.ZodType>(
  path: string,
  shape: Shape,
  log: (line: string) => void,
) {
  const file = openJsonFile(path, shape);
  let written = '';
  return {
    read: file.value,
    write(value: z.input<Shape>): void {
      const text = textOf(value);
      if (text === written) return;
      try {
        file.write(value);
        written = text;
      } catch (error) {
        if (errorCode(error) === '') throw error;
        log(`${path} could not be written: ${errorWords(error)}`);
      }
    },
  };
}
