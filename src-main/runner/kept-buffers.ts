import type { BlobStore } from '../../src-disk/blob-store.ts';
import type { NamedBlob } from '../../src-shared/blob.ts';
import type { Said } from '../../src-shared/said.ts';

/** Stores buffers under their names, durably; or why the disk would not take one. */
export async function keepBuffers(
  store: BlobStore,
  buffers: Readonly<Record<string, Uint8Array>>,
): Promise<NamedBlob[] | { readonly detail: Said }> {
  const blobs: NamedBlob[] = [];
  for (const [name, bytes] of Object.entries(buffers)) {
    const put = await store.put(bytes);
    if (put.kind !== 'ok') return { detail: put.detail };
    blobs.push({ name, ...put.blob });
  }
  return blobs;
}
