import { readFileSync, statSync } from 'node:fs';
import type { z } from 'zod';
import { errorCode, errorWords } from './disk-trouble.ts';
import { replaceFile } from './durable-file.ts';

/** What is larger was not written by us. Bytes. */
const MAX_FILE = 256 * 1024;

/**
 * A small JSON file whose loss costs nobody anything, such as where the window was. One that cannot be read is as none;
 * one that cannot be written is tried again with the next change.
 */
export function openJsonFile<Shape extends z.ZodType>(
  path: string,
  shape: Shape,
  log: (line: string) => void,
) {
  let written = '';
  return {
    read(): z.output<Shape> | null {
      try {
        if (statSync(path).size > MAX_FILE) return null;
        return shape.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? null;
      } catch (error) {
        if (error instanceof SyntaxError || errorCode(error) !== '') return null;
        throw error;
      }
    },
    write(value: z.input<Shape>): void {
      const text = `${JSON.stringify(value)}\n`;
      if (text === written) return;
      try {
        replaceFile(path, text);
        written = text;
      } catch (error) {
        if (errorCode(error) === '') throw error;
        log(`${path} could not be written: ${errorWords(error)}`);
      }
    },
  };
}
