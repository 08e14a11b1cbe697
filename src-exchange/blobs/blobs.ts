import { randomBytes } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { diskTrouble } from '../../src-disk/exchange-disk-trouble.ts';
import { syncFolder } from '../../src-disk/exchange-durable-file.ts';
import { type Blob, MAX_BLOB, Sha256 } from '../../src-shared/blob.ts';
import { type Bytes, bytes, hours, type Millis } from '../../src-shared/units.ts';
import { receiveFile } from './received-file.ts';

/** A half upload older than this was left by a crash; a younger one may belong to another process. */
const STALE_UPLOAD = hours(1);

/** Blobs lie in folders called by the first two digits of their names. */
const SHELF = /^[0-9a-f]{2}$/;

export type Stored =
  | { readonly kind: 'stored'; readonly size: Bytes }
  | {
      readonly kind: 'refused';
      readonly because: 'too-big' | 'wrong-hash' | 'broken-off' | 'disk';
      readonly detail: string;
    };

/**
 * Bytes by digest in a folder. Under its final name a file is always whole and its name is its digest; its time says
 * when somebody last wanted it.
 */
export type BlobStore = Readonly<{
  put(name: Sha256, body: Readable): Promise<Stored>;
  /** Its size; null where it is not here. Notes that somebody wants it. */
  want(name: Sha256): Promise<Bytes | null>;
  read(name: Sha256): ReadStream;
  /** Those that are not here, or have another size than they say. Notes that somebody wants the others. */
  missing(blobs: readonly Blob[]): Promise<readonly Blob[]>;
  /**
   * Removes, one after another, what is not in `kept` and was not wanted since `before`. Whoever stores or wants a blob
   * at the same moment either keeps it from going or is told that it is gone.
   */
  sweep(kept: ReadonlySet<string>, before: Millis, signal: AbortSignal): Promise<void>;
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
    const found = await ifThere(() => stat(path));
    if (found && now - found.mtimeMs > STALE_UPLOAD) await rm(path, { force: true });
  }
}

/** Streams `body` to `path` and returns its digest and size; or why not. */
async function receive(
  path: string,
  body: Readable,
): Promise<{ hash: string; size: number } | Refusal> {
  try {
    const got = await receiveFile(path, body, MAX_BLOB);
    switch (got.kind) {
      case 'whole':
        return { hash: got.hash, size: got.size };
      case 'too-big':
        return refused('too-big', `a blob holds at most ${MAX_BLOB} bytes`);
      case 'broken-off':
        return refused('broken-off', `the upload broke off after ${got.size} bytes`);
    }
  } catch (error) {
    const trouble = diskTrouble(error);
    if (trouble) return refused('disk', `the blob could not be kept: ${trouble}`);
    throw error;
  }
}

/** What is done under one name is done one after another. */
function turns() {
  const last = new Map<string, Promise<unknown>>();
  return async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const mine = (last.get(name) ?? Promise.resolve()).then(work);
    const over = mine.catch(() => {});
    last.set(name, over);
    try {
      return await mine;
    } finally {
      if (last.get(name) === over) last.delete(name);
    }
  };
}

/** What `work` says about a file; null where the file is not there. */
async function ifThere<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Opens (or makes) the store. Throws what the disk says. */
export async function openBlobs(folder: string, now: () => Millis): Promise<BlobStore> {
  const incoming = join(folder, 'incoming');
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  await clearStaleUploads(incoming, now());
  // Two levels, so that no folder grows to more than a few thousand names.
  const shelfOf = (name: string) => join(folder, name.slice(0, 2));
  const pathOf = (name: string) => join(shelfOf(name), name);
  const inTurn = turns();
  const touch = (path: string) => utimes(path, now() / 1000, now() / 1000);

  const want = (name: Sha256): Promise<Bytes | null> =>
    inTurn(name, () =>
      ifThere(async () => {
        const { size } = await stat(pathOf(name));
        // A disk that is too full to note it can still be read.
        await touch(pathOf(name)).catch((error: unknown) => {
          if (codeOf(error) === 'ENOENT' || !diskTrouble(error)) throw error;
        });
        return bytes(size);
      }),
    );

  const keep = async (name: Sha256, part: string, body: Readable): Promise<Stored> => {
    const received = await receive(part, body);
    if ('kind' in received) return received;
    if (received.hash !== name)
      return refused(
        'wrong-hash',
        `the ${received.size} bytes sent hash to ${received.hash}, not ${name}`,
      );
    await touch(part);
    await mkdir(shelfOf(name), { recursive: true, mode: 0o700 });
    await inTurn(name, () => rename(part, pathOf(name)));
    await syncFolder(shelfOf(name));
    return { kind: 'stored', size: bytes(received.size) };
  };

  return {
    want,
    read: (name) => createReadStream(pathOf(name)),
    async put(name, body) {
      const known = await want(name);
      if (known !== null) return { kind: 'stored', size: known };
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
      const sizes = await Promise.all(blobs.map((blob) => want(blob.sha256)));
      return blobs.filter((blob, i) => sizes[i] !== blob.size);
    },
    async sweep(kept, before, signal) {
      await clearStaleUploads(incoming, now());
      for (const shelf of await readdir(folder)) {
        if (!SHELF.test(shelf)) continue;
        for (const name of await readdir(join(folder, shelf))) {
          if (signal.aborted) return;
          if (kept.has(name) || !Sha256.safeParse(name).success) continue;
          await inTurn(name, async () => {
            const found = await ifThere(() => stat(pathOf(name)));
            if (found && found.mtimeMs < before) await rm(pathOf(name), { force: true });
          });
        }
      }
    },
  };
}
