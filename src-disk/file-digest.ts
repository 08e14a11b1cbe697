import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Sha256 } from '../src-shared/blob.ts';

/** Read at once: a model is gigabytes, and small pieces cost more than their hashing. Bytes. */
const PIECE = 1024 ** 2;

/**
 * A file's SHA-256 and its size, read piece by piece. `heard`: bytes read so far. Throws what the disk says, and what
 * `signal` was aborted with.
 */
export async function fileDigest(
  path: string,
  signal: AbortSignal,
  heard: (size: number) => void = () => {},
): Promise<{ readonly sha256: Sha256; readonly size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of createReadStream(path, { signal, highWaterMark: PIECE })) {
    const data: Uint8Array = piece;
    hash.update(data);
    size += data.byteLength;
    heard(size);
  }
  return { sha256: Sha256.parse(hash.digest('hex')), size };
}
