import { parse } from 'csv-parse/sync';
import type { FileInput } from '../src-shared/job-file.ts';

/** Bytes for a buffer, or one sentence that names the file. */
export type Packed =
  | { readonly kind: 'packed'; readonly data: Uint8Array }
  | { readonly kind: 'bad-input'; readonly detail: string };

const bad = (detail: string): Packed => ({ kind: 'bad-input', detail });

/** Little-endian f32, which is what both backends read. */
function packFloats(numbers: readonly number[]): Packed {
  const data = new Uint8Array(numbers.length * 4);
  const view = new DataView(data.buffer);
  numbers.forEach((number, i) => {
    view.setFloat32(i * 4, number, true);
  });
  return { kind: 'packed', data };
}

function packCsv(input: Extract<FileInput, { as: 'csv-f32' }>, text: string): Packed {
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, trim: true, skip_empty_lines: true });
  } catch (error) {
    return bad(`${input.file} is not CSV: ${error instanceof Error ? error.message : error}`);
  }
  const [header = [], ...body] = rows;
  const columns = input.columns.map((name) => ({ name, at: header.indexOf(name) }));
  const absent = columns.find(({ at }) => at < 0);
  if (absent)
    return bad(`${input.file} has no column ${absent.name}; it has ${header.join(', ') || 'none'}`);
  const numbers: number[] = [];
  for (const [i, row] of body.entries())
    for (const { name, at } of columns) {
      const cell = row[at] ?? '';
      const word = Object.hasOwn(input.words, cell) ? input.words[cell] : undefined;
      const number = word ?? (cell === '' ? Number.NaN : Number(cell));
      if (!Number.isFinite(number))
        return bad(
          `${input.file}, row ${i + 1}, column ${name}: ${JSON.stringify(cell)} is not a number`,
        );
      numbers.push(number);
    }
  return packFloats(numbers);
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}

function packJson(file: string, text: string): Packed {
  try {
    return packFloats(numbersIn(JSON.parse(text)));
  } catch (error) {
    return bad(`${file} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/** Turns the bytes of an input file into the bytes of a buffer. */
export function packInput(input: FileInput, data: Uint8Array): Packed {
  const text = () => new TextDecoder().decode(data);
  switch (input.as) {
    case 'bytes':
      return { kind: 'packed', data };
    case 'csv-f32':
      return packCsv(input, text());
    case 'json-f32':
      return packJson(input.file, text());
  }
}
