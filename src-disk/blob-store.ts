import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type Blob, MAX_BLOB, Sha256 } from '../src-shared/blob.ts';
import { bytes, type Millis } from '../src-shared/units.ts';
import { diskWords } from '../src-shared/words/disk-words.ts';
import { diskTrouble, errorCode, refused, type Unwritten } from './disk-trouble.ts';
import { syncFolder } from './durable-file.ts';

/** Ends of half-written files. Never a name of a blob, which is 64 hex digits. */
const TEMPORARY = '.part';
/** A half-written file this old belongs to nobody: the longest write is 256 MiB to a slow disk. */
const STALE_AFTER = 600_000;

export type Put =
  | { readonly kind: 'ok'; readonly blob: Blob }
  | Unwritten
  | { readonly kind: 'refused'; readonly detail: string };
export type Got =
  | { readonly kind: 'ok'; readonly bytes: Uint8Array }
  /** Not there, or damaged and therefore removed; `detail` says which. */
  | { readonly kind: 'missing'; readonly detail: string };

export type BlobStore = {
  /** Stores bytes under their SHA-256, durably. Storing them again costs one look. */
  readonly put: (content: Uint8Array) => Promise<Put>;
  /** The bytes, checked against their name. */
  readonly get: (sha256: Sha256) => Promise<Got>;
  /**
   * Removes every blob not named in `keep` that nobody stored for `unusedFor`, and leavings of writes that never ended.
   * Returns the bytes freed. A blob is stored before the row that names it, hence the time.
   */
  readonly sweep: (keep: ReadonlySet<Sha256>, unusedFor: Millis) => Promise<number>;
};

const digest = (content: Uint8Array) =>
  Sha256.parse(createHash('sha256').update(content).digest('hex'));

/** A folder of inputs, checkpoints and outputs, each file named by its SHA-256. Makes nothing until the first put. */
export function openBlobStore(folder: string): BlobStore {
  const pathOf = (sha256: Sha256) => join(folder, sha256);

  /** True where a whole file of that name lies there already; its content is checked when it is read. */
  const present = async (sha256: Sha256, size: number) => {
    try {
      return (await stat(pathOf(sha256))).size === size;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false;
      throw error;
    }
  };

  const write = async (path: string, content: Uint8Array) => {
    await mkdir(folder, { recursive: true });
    const part = `${path}.${randomUUID()}${TEMPORARY}`;
    try {
      const file = await open(part, 'wx');
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(part, path);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
    syncFolder(folder);
  };

  return {
    async put(content) {
      if (content.byteLength > MAX_BLOB)
        return refused(
          `a blob of ${content.byteLength} bytes is larger than the limit of ${MAX_BLOB}`,
        );
      const blob = { sha256: digest(content), size: bytes(content.byteLength) };
      try {
        // Storing it again makes it young again, so that no sweep takes it before it is named.
        if (await present(blob.sha256, blob.size))
          await utimes(pathOf(blob.sha256), new Date(), new Date());
        else await write(pathOf(blob.sha256), content);
        return { kind: 'ok', blob };
      } catch (error) {
        return diskTrouble(error, diskWords.jobData);
      }
    },

    async get(sha256) {
      let content: Uint8Array;
      try {
        content = await readFile(pathOf(sha256));
      } catch (error) {
        const code = errorCode(error);
        if (code === '') throw error;
        return {
          kind: 'missing',
          detail: `${sha256} is not stored here${code === 'ENOENT' ? '' : ` (${code})`}`,
        };
      }
      if (digest(content) === sha256) return { kind: 'ok', bytes: content };
      await rm(pathOf(sha256), { force: true });
      return { kind: 'missing', detail: `${sha256} was damaged on the disk and is removed` };
    },

    async sweep(keep, unusedFor) {
      let names: string[];
      try {
        names = await readdir(folder);
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return 0;
        throw error;
      }
      let freed = 0;
      for (const name of names) {
        const sha256 = Sha256.safeParse(name);
        if (sha256.success ? keep.has(sha256.data) : !name.endsWith(TEMPORARY)) continue;
        const { size, mtimeMs } = await stat(join(folder, name)).catch(() => ({
          size: 0,
          mtimeMs: 0,
        }));
        // A write, or the row that names it, may be under way this moment.
        const age = Date.now() - mtimeMs;
        if (age < (sha256.success ? unusedFor : STALE_AFTER)) continue;
        await rm(join(folder, name), { force: true });
        freed += size;
      }
      return freed;
    },
  };
}
