import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { FOR_OWNER_ONLY } from './durable-file.ts';

export type ReceivedFile =
  /** On the platters. `hash`: SHA-256, 64 lower-case hex digits. */
  | { readonly kind: 'whole'; readonly hash: string; readonly size: number }
  /** More came than was allowed; the rest was not read. */
  | { readonly kind: 'too-big'; readonly size: number }
  | { readonly kind: 'broken-off'; readonly size: number };

/** Writes all of `data` at the end of what was written: a call of the system may take less than it was given. */
export async function writeAll(file: FileHandle, data: Uint8Array): Promise<void> {
  for (let at = 0; at < data.byteLength; )
    at += (await file.write(data, at, data.byteLength - at)).bytesWritten;
}

/** Streams `body` to a new file at `path`, `most` bytes at the most. Throws Node's fs error where the disk fails. */
export async function receiveFile(
  path: string,
  body: AsyncIterable<Uint8Array>,
  most: number,
): Promise<ReceivedFile> {
  const hash = createHash('sha256');
  let size = 0;
  let broken = false;
  /** What comes, until it ends or breaks off: an error of the sender is none of the disk. */
  async function* heard() {
    try {
      yield* body;
    } catch {
      broken = true;
    }
  }
  const file = await open(path, 'wx', FOR_OWNER_ONLY);
  try {
    for await (const chunk of heard()) {
      size += chunk.byteLength;
      if (size > most) return { kind: 'too-big', size };
      hash.update(chunk);
      await writeAll(file, chunk);
    }
    if (broken) return { kind: 'broken-off', size };
    await file.sync();
    return { kind: 'whole', hash: hash.digest('hex'), size };
  } finally {
    await file.close();
  }
}
