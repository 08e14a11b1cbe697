import type { BlobStore } from '../../src-disk/blob-store.ts';
import type { NamedBlob } from '../../src-shared/blob.ts';
import type { NetworkLink } from './link.ts';

/** `missing`: one of the blobs is not even here any more. `later`: the line fails. */
export type Uploaded = 'ok' | 'missing' | 'later';

type Parts = {
  readonly store: BlobStore;
  readonly link: Pick<NetworkLink, 'upload'>;
  readonly signal: AbortSignal;
};

/** Brings all blobs to the network, one after the other. */
export const uploader =
  ({ store, link, signal }: Parts) =>
  async (blobs: readonly NamedBlob[]): Promise<Uploaded> => {
    for (const { sha256 } of blobs) {
      const got = await store.get(sha256);
      if (got.kind === 'missing') return 'missing';
      const sent = await link.upload(got.bytes, signal);
      if (sent.kind !== 'ok') return 'later';
    }
    return 'ok';
  };
export type Upload = ReturnType<typeof uploader>;
