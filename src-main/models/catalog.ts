import { rm, stat } from 'node:fs/promises';
import type { GgufFacts } from '../../src-shared/gguf.ts';
import type { Model } from '../../src-shared/llm.ts';
import { type Said, said } from '../../src-shared/said.ts';
import { inspectModel, isIntact } from './model-file.ts';

export type Known =
  | { readonly kind: 'ok'; readonly facts: GgufFacts }
  /** It is no model that can be loaded; `detail` says why. */
  | { readonly kind: 'bad'; readonly detail: Said };

/** What is known of the models on this disk. `damaged`: the owner is told that one was, and is gone. */
export function openCatalog(damaged: () => void) {
  const known = new Map<string, GgufFacts>();
  /** Whose digest was checked since the start: a damaged disk shows at the first use. */
  const checked = new Set<string>();

  /** Reads the header of the file unless it is known. Throws what the disk says. */
  async function read(sha256: string, path: string, size: number): Promise<Known> {
    const before = known.get(sha256);
    if (before) return { kind: 'ok', facts: before };
    const found = await inspectModel(path, size);
    if (found.kind === 'bad')
      return { kind: 'bad', detail: said('noModel', { why: found.detail }) };
    known.set(sha256, found.facts);
    return { kind: 'ok', facts: found.facts };
  }

  const forget = (sha256: string): void => {
    known.delete(sha256);
    checked.delete(sha256);
  };

  return {
    /** What the header of a model said; null where none was read. */
    facts: (sha256: string): GgufFacts | null => known.get(sha256) ?? null,
    read,
    /** It was fetched, and its digest is right. */
    check: (sha256: string): void => void checked.add(sha256),
    /** It is gone from this disk. */
    forget,
    /** Whether the whole model lies at `path`. One that is damaged is removed, and said. Throws what the disk says. */
    async isHere(model: Model, path: string, signal: AbortSignal): Promise<boolean> {
      const { sha256, size } = model;
      const found = await stat(path).catch(() => null);
      if (!found) return false;
      if (checked.has(sha256) && found.size === size) return true;
      if (await isIntact(path, model, signal)) {
        checked.add(sha256);
        return true;
      }
      damaged();
      await rm(path, { force: true });
      forget(sha256);
      return false;
    },
  };
}
