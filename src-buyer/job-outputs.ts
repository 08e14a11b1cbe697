import { PNG } from 'pngjs';
import type { FileOutput } from '../src-shared/job-file.ts';
import { LlmResult } from '../src-shared/llm.ts';

/** The contents of a file, or one sentence that names it. */
export type Unpacked =
  | { readonly kind: 'file'; readonly data: Uint8Array }
  | { readonly kind: 'bad-output'; readonly detail: string };

const bad = (detail: string): Unpacked => ({ kind: 'bad-output', detail });
const BYTES_PER_PIXEL = 4;

function unpackCsv(output: Extract<FileOutput, { as: 'csv-f32' }>, all: Buffer): Unpacked {
  const width = output.columns.length;
  const count = all.byteLength / 4;
  if (!Number.isInteger(count / width))
    return bad(`${output.file}: ${all.byteLength} bytes are not whole rows of ${width} numbers`);
  const lines = [output.columns.join(',')];
  for (let row = 0; row < count; row += width)
    lines.push(
      // Nine significant digits tell any two f32 apart; shorter numbers stay short.
      output.columns
        .map((_, i) => String(Number(all.readFloatLE((row + i) * 4).toPrecision(9))))
        .join(','),
    );
  return { kind: 'file', data: Buffer.from(`${lines.join('\n')}\n`) };
}

/** The result of an `llm` job, or null where it is none. */
export function readResult(bytes: Uint8Array): LlmResult | null {
  try {
    return LlmResult.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return null;
  }
}

function unpackText(file: string, parts: readonly Uint8Array[]): Unpacked {
  const results = parts.map(readResult);
  const texts = results.flatMap((result) => (result ? [result.text] : []));
  return texts.length === parts.length
    ? { kind: 'file', data: Buffer.from(`${texts.join('\n')}\n`) }
    : bad(`${file}: the result is not one of a language model`);
}

function unpackPng(output: Extract<FileOutput, { as: 'png' }>, tiles: readonly Buffer[]): Unpacked {
  const { tileWidth, tileHeight } = output;
  const stride = tileWidth * BYTES_PER_PIXEL;
  const wrong = tiles.findIndex((tile) => tile.byteLength !== stride * tileHeight);
  if (wrong >= 0)
    return bad(
      `${output.file}: tile ${wrong} has ${tiles[wrong]?.byteLength} bytes; ${tileWidth} x ${tileHeight} pixels need ${stride * tileHeight}`,
    );
  const across = Math.min(output.across, tiles.length);
  const down = Math.ceil(tiles.length / across);
  const png = new PNG({ width: across * tileWidth, height: down * tileHeight });
  png.data.fill(0);
  for (const [i, tile] of tiles.entries()) {
    const left = (i % across) * stride;
    const top = Math.floor(i / across) * tileHeight;
    for (let y = 0; y < tileHeight; y += 1)
      tile.copy(png.data, (top + y) * across * stride + left, y * stride, (y + 1) * stride);
  }
  return { kind: 'file', data: PNG.sync.write(png) };
}

/** Makes one file of the same output of all jobs of an array, in the order of the array. */
export function unpackOutput(output: FileOutput, parts: readonly Uint8Array[]): Unpacked {
  const buffers = parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength));
  switch (output.as) {
    case 'bytes':
      return { kind: 'file', data: Buffer.concat(buffers) };
    case 'text':
      return unpackText(output.file, parts);
    case 'csv-f32':
      return unpackCsv(output, Buffer.concat(buffers));
    case 'png':
      return unpackPng(output, buffers);
  }
}
