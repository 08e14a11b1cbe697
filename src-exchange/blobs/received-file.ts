import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { diskTrouble } from '../../src-disk/exchange-disk-trouble.ts';

export type ReceivedFile =
  /** On the platters. `hash`: SHA-256, 64 lower-case hex digits. */
  | { readonly kind: 'whole'; readonly hash: string; readonly size: number }
  /** More came than was allowed; the rest was not read. */
  | { readonly kind: 'too-big'; readonly size: number }
  | { readonly kind: 'broken-off'; readonly size: number };

/** Streams `body` to a new file at `path`, `most` bytes at the most. Throws Node's fs error where the disk fails. */
export async function receiveFile(
  path: string,
  body: Readable,
  most: number,
): Promise<ReceivedFile> {
  const hash = createHash('sha256');
  let size = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of body) {
      const data: Uint8Array = chunk;
      size += data.byteLength;
      if (size > most) return { kind: 'too-big', size };
      hash.update(data);
      for (let at = 0; at < data.byteLength; )
        at += (await file.write(data, at, data.byteLength - at)).bytesWritten;
    }
    await file.sync();
    return { kind: 'whole', hash: hash.digest('hex'), size };
  } catch (error) {
    if (!diskTrouble(error) && (body.errored || body.destroyed))
      return { kind: 'broken-off', size };
    throw error;
  } finally {
    await file.close();
  }
}
