import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { open, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MAX_BLOB, Sha256 } from '../src-shared/blob.ts';
import { type Bytes, bytes, hours, type Millis } from '../src-shared/units.ts';
import { errorCode } from './disk-trouble.ts';
import { FOR_OWNER_ONLY, makeFolderAsync, moveFileAsync, PART, partOf } from './durable-file.ts';
import { type ReceivedFile, receiveFile, writeAll } from './received-file.ts';
import { openTurns } from './turns.ts';

/** A half-written file older than this was left by a crash; a younger one may belong to another process. */
const STALE_AFTER = hours(1);
/** Where blobs are shelved, they lie in folders called by the first two digits of their names. */
const SHELF = /^[0-9a-f]{2}$/;
/** Where half-written files lie beside the shelves. */
const INCOMING = 'incoming';

export type Read =
  | { readonly kind: 'ok'; readonly bytes: Uint8Array }
  /** `code`: what the disk said, ENOENT where nothing is there. */
  | { readonly kind: 'missing'; readonly code: string }
  /** What was there is not what its name says; it is removed. */
  | { readonly kind: 'damaged' };

/**
 * Bytes by digest in a folder. Under its name, which is its SHA-256, a file is always whole; its time says when somebody
 * last wanted it. Everything here throws what the disk says.
 */
export type BlobFolder = Readonly<{
  /** Makes what must be there to take a blob in; `put` and `receive` do so themselves. */
  make(): Promise<void>;
  /** Its size; null where it is not here. Notes that somebody wants it. */
  want(name: Sha256): Promise<Bytes | null>;
  /** Keeps bytes, durably, and returns their name. Keeping them again costs one look. */
  put(content: Uint8Array): Promise<Sha256>;
  /** Keeps what `body` sends if it is whole and hashes to `name`; says what came. */
  receive(name: Sha256, body: AsyncIterable<Uint8Array>): Promise<ReceivedFile>;
  /** All of it, checked against its name. */
  get(name: Sha256): Promise<Read>;
  /** As it lies there: whoever receives it checks it. */
  stream(name: Sha256): ReadStream;
  /**
   * Removes, one after another, what is not in `kept` and was not wanted after `before`, and what writes that never ended
   * have left. Returns the bytes freed. Whoever stores or wants a blob at the same moment either keeps it from going or
   * is told that it is gone.
   */
  sweep(kept: ReadonlySet<string>, before: Millis, signal?: AbortSignal): Promise<number>;
}>;

const digest = (content: Uint8Array) =>
  Sha256.parse(createHash('sha256').update(content).digest('hex'));

/** What `work` says about a file or a folder; null where it is not there. */
async function ifThere<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * The blobs in `folder`, which need not be there. `shelved`: two levels, so that no folder grows to more than a few
 * thousand names. `now`: tells when a blob was wanted.
 */
export function openBlobFolder(
  folder: string,
  { shelved, now }: { readonly shelved: boolean; readonly now: () => Millis },
): BlobFolder {
  const incoming = shelved ? join(folder, INCOMING) : folder;
  const pathOf = (name: string) =>
    shelved ? join(folder, name.slice(0, 2), name) : join(folder, name);
  const inTurn = openTurns();
  const touch = (path: string) => utimes(path, now() / 1000, now() / 1000);

  const want = (name: Sha256): Promise<Bytes | null> =>
    inTurn(name, () =>
      ifThere(async () => {
        const { size } = await stat(pathOf(name));
        // A disk that is too full to note it can still be read.
        await touch(pathOf(name)).catch((error: unknown) => {
          if (['ENOENT', ''].includes(errorCode(error))) throw error;
        });
        return bytes(size);
      }),
    );

  /** Has `fill` write a half-written file, and gives it its name where that says so. */
  async function take<T>(
    name: Sha256,
    fill: (part: string) => Promise<T>,
    whole: (filled: T) => boolean,
  ): Promise<T> {
    await makeFolderAsync(incoming);
    const part = partOf(join(incoming, name));
    try {
      const filled = await fill(part);
      if (whole(filled)) {
        await touch(part);
        await makeFolderAsync(dirname(pathOf(name)));
        await inTurn(name, () => moveFileAsync(part, pathOf(name)));
      }
      return filled;
    } finally {
      await rm(part, { force: true });
    }
  }

  async function writeNew(part: string, content: Uint8Array): Promise<void> {
    const file = await open(part, 'wx', FOR_OWNER_ONLY);
    try {
      await writeAll(file, content);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async function clearParts(): Promise<number> {
    let freed = 0;
    for (const name of (await ifThere(() => readdir(incoming))) ?? []) {
      // An older Offpeak gave uploads no end of their own; beside the shelves there is nothing else.
      if (!shelved && !name.endsWith(PART)) continue;
      const path = join(incoming, name);
      const found = await ifThere(() => stat(path));
      if (!found || now() - found.mtimeMs <= STALE_AFTER) continue;
      await rm(path, { force: true });
      freed += found.size;
    }
    return freed;
  }

  /** The names of the blobs, folder by folder. */
  async function* shelves(): AsyncGenerator<readonly Sha256[]> {
    const namesIn = async (path: string) =>
      ((await ifThere(() => readdir(path))) ?? []).flatMap(
        (name) => Sha256.safeParse(name).data ?? [],
      );
    if (!shelved) yield await namesIn(folder);
    else
      for (const shelf of (await ifThere(() => readdir(folder))) ?? [])
        if (SHELF.test(shelf)) yield await namesIn(join(folder, shelf));
  }

  return {
    make: () => makeFolderAsync(incoming),
    want,
    async put(content) {
      const name = digest(content);
      // A file of another size is torn, and is written anew.
      if ((await want(name)) !== content.byteLength)
        await take(
          name,
          (part) => writeNew(part, content),
          () => true,
        );
      return name;
    },
    receive: (name, body) =>
      take(
        name,
        (part) => receiveFile(part, body, MAX_BLOB),
        (got) => got.kind === 'whole' && got.hash === name,
      ),
    async get(name) {
      let content: Uint8Array;
      try {
        content = await readFile(pathOf(name));
      } catch (error) {
        const code = errorCode(error);
        if (code === '') throw error;
        return { kind: 'missing', code };
      }
      if (digest(content) === name) return { kind: 'ok', bytes: content };
      await inTurn(name, () => rm(pathOf(name), { force: true }));
      return { kind: 'damaged' };
    },
    stream: (name) => createReadStream(pathOf(name)),
    async sweep(kept, before, signal) {
      let freed = await clearParts();
      for await (const names of shelves())
        for (const name of names) {
          if (signal?.aborted) return freed;
          if (kept.has(name)) continue;
          await inTurn(name, async () => {
            const found = await ifThere(() => stat(pathOf(name)));
            if (!found || found.mtimeMs > before) return;
            await rm(pathOf(name), { force: true });
            freed += found.size;
          });
        }
      return freed;
    },
  };
}
