import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileDigest } from '../../src-disk/file-digest.ts';
import { Sha256 } from '../../src-shared/blob.ts';
import { type GgufRead, inspectGguf } from '../../src-shared/gguf.ts';
import type { Model } from '../../src-shared/llm.ts';
import type { ModelFile } from './room-plan.ts';

/** Ends of models, whole and half fetched. A half one never has a whole one's name. */
export const WHOLE = '.gguf';
export const PART = '.gguf.part';

/** All models in the folder, whole or not, whose names are ours. Throws what the disk says. */
export async function modelFiles(folder: string): Promise<ModelFile[]> {
  const all: ModelFile[] = [];
  for (const name of await readdir(folder)) {
    const [sha256 = ''] = name.split('.');
    if (!Sha256.safeParse(sha256).success) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found) all.push({ sha256, path, size: found.size, usedAt: found.mtimeMs });
  }
  return all;
}

/** What the header of the file says. Throws what the disk says. */
export async function inspectModel(
  path: string,
  size: number,
): Promise<Exclude<GgufRead, { kind: 'more' }>> {
  const file = await open(path, 'r');
  try {
    return await inspectGguf(size, async (length) => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, 0);
      return buffer.subarray(0, bytesRead);
    });
  } finally {
    await file.close();
  }
}

/** Whether the file is the model, by its digest: reads all of it. */
export async function isIntact(path: string, model: Model, signal: AbortSignal): Promise<boolean> {
  const read = await fileDigest(path, signal);
  return read.size === model.size && read.sha256 === model.sha256;
}
