import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { type Blob, MAX_BLOB, type Sha256 } from '../src-shared/blob.ts';
import { type Bytes, bytes, hours } from '../src-shared/units.ts';
import { diskTrouble } from './disk-trouble.ts';
import { syncFolder } from './durable-file.ts';

/** A half upload older than this was left by a crash; a younger one may belong to another process. */
const STALE_UPLOAD = hours(1);

export type Stored =
  | { readonly kind: 'stored'; readonly size: Bytes }
  | {
      readonly kind: 'refused';
      readonly because: 'too-big' | 'wrong-hash' | 'broken-off' | 'disk';
      readonly detail: string;
    };

/** Bytes by digest in a folder. Under its final name a file is always whole and its name is its digest. */
export type BlobStore = Readonly<{
  put(name: Sha256, body: Readable): Promise<Stored>;
  /** Its size; null where it is not here. */
  size(name: Sha256): Promise<Bytes | null>;
  read(name: Sha256): ReadStream;
  /** Those that are not here, or have another size than they say. */
  missing(blobs: readonly Blob[]): Promise<readonly Blob[]>;
}>;

type Refusal = Extract<Stored, { kind: 'refused' }>;
const refused = (because: Refusal['because'], detail: string): Refusal => ({
  kind: 'refused',
  because,
  detail,
});

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

async function clearStaleUploads(incoming: string, now: number): Promise<void> {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    const { mtimeMs } = await stat(path);
    if (now - mtimeMs > STALE_UPLOAD) await rm(path, { force: true });
  }
}

/** Streams `body` to `path`, to the platters, and returns its digest and size; or why not. */
async function receive(
  path: string,
  body: Readable,
): Promise<{ hash: string; size: number } | Refusal> {
  const hash = createHash('sha256');
  let size = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of body) {
      const data: Uint8Array = chunk;
      size += data.byteLength;
      if (size > MAX_BLOB) return refused('too-big', `a blob holds at most ${MAX_BLOB} bytes`);
      hash.update(data);
      for (let at = 0; at < data.byteLength; )
        at += (await file.write(data, at, data.byteLength - at)).bytesWritten;
    }
    await file.sync();
    return { hash: hash.digest('hex'), size };
  } catch (error) {
    const trouble = diskTrouble(error);
    if (trouble) return refused('disk', `the blob could not be kept: ${trouble}`);
    if (body.errored || body.destroyed)
      return refused('broken-off', `the upload broke off after ${size} bytes`);
    throw error;
  } finally {
    await file.close();
  }
}

/** Opens (or makes) the store. Throws what the disk says. */
export async function openBlobs(folder: string): Promise<BlobStore> {
  const incoming = join(folder, 'incoming');
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  await clearStaleUploads(incoming, Date.now());
  // Two levels, so that no folder grows to more than a few thousand names.
  const pathOf = (name: Sha256) => join(folder, name.slice(0, 2), name);

  const size = async (name: Sha256): Promise<Bytes | null> => {
    try {
      return bytes((await stat(pathOf(name))).size);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
  };

  const keep = async (name: Sha256, part: string, body: Readable): Promise<Stored> => {
    const received = await receive(part, body);
    if ('kind' in received) return received;
    if (received.hash !== name)
      return refused(
        'wrong-hash',
        `the ${received.size} bytes sent hash to ${received.hash}, not ${name}`,
      );
    const path = pathOf(name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rename(part, path);
    await syncFolder(dirname(path));
    return { kind: 'stored', size: bytes(received.size) };
  };

  return {
    size,
    read: (name) => createReadStream(pathOf(name)),
    async put(name, body) {
      const known = await size(name);
      if (known !== null) {
        // Somebody still wants it: a sweep by age must not take it from under them.
        await utimes(pathOf(name), new Date(), new Date());
        return { kind: 'stored', size: known };
      }
      const part = join(incoming, `${name}.${randomBytes(6).toString('hex')}`);
      try {
        return await keep(name, part, body);
      } catch (error) {
        const trouble = diskTrouble(error);
        if (trouble) return refused('disk', `the blob could not be kept: ${trouble}`);
        throw error;
      } finally {
        await rm(part, { force: true });
      }
    },
    async missing(blobs) {
      const sizes = await Promise.all(blobs.map((blob) => size(blob.sha256)));
      return blobs.filter((blob, i) => sizes[i] !== blob.size);
    },
  };
}
