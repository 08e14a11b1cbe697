import type { ReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { openBlobFolder } from '../../src-disk/blob-folder.ts';
import { diskTrouble, saidOf } from '../../src-disk/disk-trouble.ts';
import { type Blob, MAX_BLOB, type Sha256 } from '../../src-shared/blob.ts';
import { type Bytes, bytes, type Millis } from '../../src-shared/units.ts';
import { inEnglish } from '../../src-shared/wording.ts';

export type Stored =
  | { readonly kind: 'stored'; readonly size: Bytes }
  | {
      readonly kind: 'refused';
      readonly because: 'too-big' | 'wrong-hash' | 'broken-off' | 'disk';
      readonly detail: string;
    };

/** The blobs of a network's jobs, as buyers and agents send and want them. */
export type BlobStore = Readonly<{
  put(name: Sha256, body: Readable): Promise<Stored>;
  /** Its size; null where it is not here. Notes that somebody wants it. */
  want(name: Sha256): Promise<Bytes | null>;
  read(name: Sha256): ReadStream;
  /** Those that are not here, or have another size than they say. Notes that somebody wants the others. */
  missing(blobs: readonly Blob[]): Promise<readonly Blob[]>;
  /** See `BlobFolder`. */
  sweep(kept: ReadonlySet<string>, before: Millis, signal: AbortSignal): Promise<void>;
}>;

type Refusal = Extract<Stored, { kind: 'refused' }>;
const refused = (because: Refusal['because'], detail: string): Refusal => ({
  kind: 'refused',
  because,
  detail,
});

/** Opens (or makes) the store. Throws what the disk says. */
export async function openBlobs(folder: string, now: () => Millis): Promise<BlobStore> {
  const blobs = openBlobFolder(folder, { shelved: true, now });
  await blobs.make();

  async function receive(name: Sha256, body: Readable): Promise<Stored> {
    const known = await blobs.want(name);
    if (known !== null) return { kind: 'stored', size: known };
    const got = await blobs.receive(name, body);
    switch (got.kind) {
      case 'whole':
        return got.hash === name
          ? { kind: 'stored', size: bytes(got.size) }
          : refused('wrong-hash', `the ${got.size} bytes sent hash to ${got.hash}, not ${name}`);
      case 'too-big':
        return refused('too-big', `a blob holds at most ${MAX_BLOB} bytes`);
      case 'broken-off':
        return refused('broken-off', `the upload broke off after ${got.size} bytes`);
    }
  }

  return {
    want: blobs.want,
    read: blobs.stream,
    async put(name, body) {
      try {
        return await receive(name, body);
      } catch (error) {
        const trouble = diskTrouble(error);
        if (trouble)
          return refused('disk', `the blob could not be kept: ${inEnglish(saidOf(trouble))}`);
        throw error;
      }
    },
    async missing(wanted) {
      const sizes = await Promise.all(wanted.map((blob) => blobs.want(blob.sha256)));
      return wanted.filter((blob, i) => sizes[i] !== blob.size);
    },
    async sweep(kept, before, signal) {
      await blobs.sweep(kept, before, signal);
    },
  };
}
