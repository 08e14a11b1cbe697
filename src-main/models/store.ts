import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { diskTrouble, errorCode, isFull } from '../../src-disk/disk-trouble.ts';
import { syncFolder } from '../../src-disk/durable-file.ts';
import { DISK_RESERVE, freeSpace } from '../../src-disk/free-space.ts';
import type { Models } from '../../src-network/model-transfer.ts';
import { figure, gigabytes } from '../../src-shared/amount.ts';
import { Sha256 } from '../../src-shared/blob.ts';
import { type GgufFacts, type GgufRead, inspectGguf } from '../../src-shared/gguf.ts';
import { sayToOwner } from '../../src-shared/language/reader.ts';
import type { Model } from '../../src-shared/llm.ts';
import type { Bytes } from '../../src-shared/units.ts';
import { diskWords } from '../../src-shared/words/disk-words.ts';
import { jobWords } from '../words/job-words.ts';
import { downloadModel, hashFile, type Progress } from './download.ts';

/** Ends of models, whole and half fetched. A half one never has a whole one's name. */
const WHOLE = '.gguf';
const PART = '.gguf.part';

export type Obtained =
  /** It lies there, checked against its digest. It stays until `release` is called. */
  | {
      readonly kind: 'ok';
      readonly path: string;
      readonly facts: GgufFacts;
      readonly release: () => void;
    }
  /** The network does not list it, or sends something else. */
  | { readonly kind: 'missing'; readonly detail: string }
  /** It is no model that can be loaded. */
  | { readonly kind: 'bad'; readonly detail: string }
  /** Not now. `disk`: it does not take the model, or the owner gives no room; that will not change in a moment. */
  | { readonly kind: 'later'; readonly because: 'line' | 'disk'; readonly detail: string };

export type ModelStore = {
  /** Brings a model here, whole and checked, if the network lists it now. `progress`: while it is fetched. */
  readonly obtain: (model: Model, progress: Progress, signal: AbortSignal) => Promise<Obtained>;
  /** What is known of a model that is here; null where it is not. */
  readonly facts: (sha256: Sha256) => GgufFacts | null;
};

type Options = {
  readonly folder: string;
  readonly source: Models;
  /** The most disk that models may take. */
  readonly quota: () => Bytes;
  /** What is free on the disk of the folder, which is there. */
  readonly free?: (folder: string) => Promise<Bytes>;
  readonly notice: (sentence: string) => void;
};

type Kept = {
  readonly sha256: string;
  readonly path: string;
  readonly size: number;
  readonly usedAt: number;
};

const inGb = (size: Bytes): string => `${figure(gigabytes(size), 1)} GB`;

/** The turn in which room is made, for one model after the other: two that each fit may not fit together. */
const ROOM = 'room';

/** A folder of models, each file named by its SHA-256. Makes nothing until the first is fetched. */
export function openModelStore(options: Options): ModelStore {
  const { folder, source, quota, notice, free = freeSpace } = options;
  const pathOf = (sha256: string) => join(folder, `${sha256}${WHOLE}`);
  const known = new Map<string, GgufFacts>();
  /** Whose digest was checked since the start: a damaged disk shows at the first use. */
  const checked = new Set<string>();
  /** Jobs that use a model, or fetch it: it must stay. */
  const uses = new Map<string, number>();
  /** Those being fetched: the room is theirs though it is not filled yet. */
  const coming = new Map<string, Model>();
  /** One thing at a time for each model: two cards may want the same one. */
  const turns = new Map<string, Promise<unknown>>();

  const hold = (sha256: string): (() => void) => {
    uses.set(sha256, (uses.get(sha256) ?? 0) + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = (uses.get(sha256) ?? 1) - 1;
      if (left > 0) uses.set(sha256, left);
      else uses.delete(sha256);
    };
  };

  function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const mine = (turns.get(name) ?? Promise.resolve()).then(work);
    const over = mine.then(
      () => {},
      () => {},
    );
    turns.set(name, over);
    void over.then(() => turns.get(name) === over && turns.delete(name));
    return mine;
  }

  /** All models on the disk, whole or not, whose names are ours. */
  async function kept(): Promise<Kept[]> {
    const all: Kept[] = [];
    for (const name of await readdir(folder)) {
      const [sha256 = ''] = name.split('.');
      if (!Sha256.safeParse(sha256).success) continue;
      const path = join(folder, name);
      const found = await stat(path).catch(() => null);
      if (found) all.push({ sha256, path, size: found.size, usedAt: found.mtimeMs });
    }
    return all;
  }

  /** Removes what was not used for longest until `model` fits, and claims the room for it; why it does not, or null. */
  async function makeRoom(model: Model): Promise<string | null> {
    const most = quota();
    const all = await kept();
    const others = all.filter(({ sha256 }) => sha256 !== model.sha256 && !coming.has(sha256));
    const here = (sha256: string) =>
      all.reduce((sum, file) => (file.sha256 === sha256 ? sum + file.size : sum), 0);
    let used = others.reduce((sum, { size }) => sum + size, 0) + model.size;
    let missing = Math.max(0, model.size - here(model.sha256));
    for (const { sha256, size } of coming.values()) {
      used += size;
      missing += Math.max(0, size - here(sha256));
    }
    const idle = others.filter(({ sha256 }) => !uses.has(sha256));
    idle.sort((a, b) => a.usedAt - b.usedAt);
    let left = (await free(folder)) - missing;
    const tight = () => {
      if (used > most)
        return sayToOwner(jobWords.modelTooLarge, { size: inGb(model.size), most: inGb(most) });
      return left < DISK_RESERVE
        ? sayToOwner(jobWords.modelLeavesLittle, {
            size: inGb(model.size),
            reserve: inGb(DISK_RESERVE),
          })
        : null;
    };
    // Nothing goes for a model that would not fit even then.
    const idleSize = idle.reduce((sum, { size }) => sum + size, 0);
    const hopeless = used - idleSize > most || left + idleSize < DISK_RESERVE;
    for (const file of hopeless ? [] : idle) {
      if (tight() === null) break;
      if (!(await evict(file))) continue;
      used -= file.size;
      left += file.size;
    }
    const why = tight();
    if (why === null) coming.set(model.sha256, model);
    return why;
  }

  /** Removes a model that nobody uses; false where somebody does by now, or a system that keeps open files refuses. */
  async function evict({ sha256, path }: Kept): Promise<boolean> {
    // Whoever wants it from here on waits for this turn, and finds it gone. In use, its turn may be waiting for ours.
    if (uses.has(sha256)) return false;
    return inTurn(sha256, async () => {
      const gone = await rm(path, { force: true }).then(
        () => true,
        () => false,
      );
      if (gone) {
        known.delete(sha256);
        checked.delete(sha256);
      }
      return gone;
    });
  }

  /** What the header of the file says. */
  async function inspect(path: string, size: number): Promise<Exclude<GgufRead, { kind: 'more' }>> {
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

  /** Whether the whole model lies here. One that is damaged is removed, and said. */
  async function isHere(model: Model, signal: AbortSignal): Promise<boolean> {
    const { sha256, size } = model;
    const path = pathOf(sha256);
    const found = await stat(path).catch(() => null);
    if (!found) return false;
    if (checked.has(sha256) && found.size === size) return true;
    const hash = createHash('sha256');
    const read = await hashFile(path, hash, signal);
    if (read === size && hash.digest('hex') === sha256) {
      checked.add(sha256);
      return true;
    }
    notice(sayToOwner(jobWords.modelDamaged));
    await rm(path, { force: true });
    known.delete(sha256);
    return false;
  }

  /** The room that was claimed for it is its own until it is filled or given up. */
  async function fetched(model: Model, part: string, progress: Progress, signal: AbortSignal) {
    try {
      return await downloadModel(model, part, source, progress, signal);
    } catch (error) {
      // What came is worth less than the owner's room.
      if (isFull(error)) await rm(part, { force: true });
      throw error;
    } finally {
      coming.delete(model.sha256);
    }
  }

  async function bring(model: Model, progress: Progress, signal: AbortSignal) {
    const path = pathOf(model.sha256);
    const part = join(folder, `${model.sha256}${PART}`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (!(await isHere(model, signal))) {
      const tight = await inTurn(ROOM, () => makeRoom(model));
      if (tight !== null) return { kind: 'later', because: 'disk', detail: tight } as const;
      const got = await fetched(model, part, progress, signal);
      if (got.kind === 'unreachable')
        return { kind: 'later', because: 'line', detail: got.detail } as const;
      if (got.kind !== 'ok') return { kind: 'missing', detail: got.detail } as const;
      // Looked at before it gets the name under which it may be loaded.
      const found = await inspect(part, model.size);
      if (found.kind === 'bad') {
        await rm(part, { force: true });
        return { kind: 'bad', detail: `this is no model: ${found.detail}` } as const;
      }
      await rename(part, path);
      syncFolder(folder);
      checked.add(model.sha256);
      known.set(model.sha256, found.facts);
    }
    await utimes(path, new Date(), new Date());
    const found = known.get(model.sha256) ?? (await remember(model.sha256, path, model.size));
    return typeof found === 'string'
      ? ({ kind: 'bad', detail: found } as const)
      : ({ kind: 'here', path, facts: found } as const);
  }

  async function remember(sha256: string, path: string, size: number): Promise<GgufFacts | string> {
    const found = await inspect(path, size);
    if (found.kind === 'bad') return `this is no model: ${found.detail}`;
    known.set(sha256, found.facts);
    return found.facts;
  }

  // What is here from before can be said of it at once; what cannot be read is seen when it is wanted.
  void kept()
    .then(async (all) => {
      for (const { sha256, path, size } of all)
        if (path.endsWith(WHOLE)) await remember(sha256, path, size);
    })
    .catch((error: unknown) => {
      if (errorCode(error) === '') throw error;
    });

  return {
    facts: (sha256) => known.get(sha256) ?? null,
    async obtain(model, progress, signal) {
      const release = hold(model.sha256);
      const got = await inTurn(model.sha256, async (): Promise<Obtained> => {
        const listed = await source.listed(model, signal);
        if (listed.kind === 'unreachable')
          return { kind: 'later', because: 'line', detail: listed.detail };
        if (listed.kind !== 'ok') return { kind: 'missing', detail: listed.detail };
        try {
          const brought = await bring(model, progress, signal);
          return brought.kind === 'here' ? { ...brought, kind: 'ok', release } : brought;
        } catch (error) {
          if (signal.aborted)
            return { kind: 'later', because: 'line', detail: 'the transfer was stopped' };
          const { detail } = diskTrouble(error, diskWords.aModel);
          return { kind: 'later', because: 'disk', detail };
        }
      });
      if (got.kind !== 'ok') release();
      return got;
    },
  };
}
