import { type Blob, MAX_BLOB, type Sha256 } from '../src-shared/blob.ts';
import { type Said, said } from '../src-shared/said.ts';
import { bytes, type Millis, millis } from '../src-shared/units.ts';
import { openBlobFolder } from './blob-folder.ts';
import { refused, type Unwritten, unsaved } from './disk-trouble.ts';

export type Put =
  | { readonly kind: 'ok'; readonly blob: Blob }
  | Unwritten
  | { readonly kind: 'refused'; readonly detail: Said };
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

/** The inputs, checkpoints and outputs of an agent's jobs. Makes nothing until the first put. */
export function openBlobStore(folder: string): BlobStore {
  const now = () => millis(Date.now());
  const blobs = openBlobFolder(folder, { shelved: false, now });

  return {
    async put(content) {
      const size = content.byteLength;
      if (size > MAX_BLOB)
        return refused(said('blobTooLarge', { size: String(size), most: String(MAX_BLOB) }));
      try {
        // Storing it again makes it young again, so that no sweep takes it before it is named.
        return { kind: 'ok', blob: { sha256: await blobs.put(content), size: bytes(size) } };
      } catch (error) {
        return unsaved(error, 'jobData');
      }
    },

    async get(sha256) {
      const found = await blobs.get(sha256);
      switch (found.kind) {
        case 'ok':
          return found;
        case 'missing': {
          const why = found.code === 'ENOENT' ? '' : ` (${found.code})`;
          return { kind: 'missing', detail: `${sha256} is not stored here${why}` };
        }
        case 'damaged':
          return { kind: 'missing', detail: `${sha256} was damaged on the disk and is removed` };
      }
    },

    sweep: (keep, unusedFor) => blobs.sweep(keep, millis(now() - unusedFor)),
  };
}
