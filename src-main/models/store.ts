import { mkdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, isFull, unsaved } from '../../src-disk/disk-trouble.ts';
import { moveFileAsync } from '../../src-disk/durable-file.ts';
import { DISK_RESERVE, freeSpace } from '../../src-disk/free-space.ts';
import { openTurns } from '../../src-disk/turns.ts';
import type { ModelAnswer, Models } from '../../src-network/model-transfer.ts';
import { gigabytes } from '../../src-shared/amount.ts';
import type { Sha256 } from '../../src-shared/blob.ts';
import type { GgufFacts } from '../../src-shared/gguf.ts';
import type { Model } from '../../src-shared/llm.ts';
import { type Said, said } from '../../src-shared/said.ts';
import { type Bytes, bytes } from '../../src-shared/units.ts';
import { openCatalog } from './catalog.ts';
import { downloadModel, type Progress } from './download.ts';
import { modelFiles, PART, WHOLE } from './model-file.ts';
import { openModelsInUse } from './models-in-use.ts';
import { type ModelFile, planRoom, type RoomPlan } from './room-plan.ts';

export type Obtained =
  /** It lies there, checked against its digest. It stays until `release` is called. */
  | {
      readonly kind: 'ok';
      readonly path: string;
      readonly facts: GgufFacts;
      readonly release: () => void;
    }
  /** The network does not list it, or sends something else. */
  | { readonly kind: 'missing'; readonly detail: Said }
  /** It is no model that can be loaded. */
  | { readonly kind: 'bad'; readonly detail: Said }
  /** Not now. `disk`: it does not take the model, or the owner gives no room; that will not change in a moment. */
  | { readonly kind: 'later'; readonly because: 'line' | 'disk'; readonly detail: Said };

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
  readonly notice: (what: Said) => void;
};

const inGb = (size: Bytes): Said =>
  said('gigabytes', { size: { figure: gigabytes(size), digits: 1 } });

/** Why there is no room, for the owner. `most`: what models may take. */
function noRoom(
  because: Extract<RoomPlan, { kind: 'none' }>['because'],
  size: number,
  most: Bytes,
): Said {
  switch (because) {
    case 'quota':
      return said('modelTooLarge', { size: inGb(bytes(size)), most: inGb(most) });
    case 'reserve':
      return said('modelLeavesLittle', {
        size: inGb(bytes(size)),
        reserve: inGb(DISK_RESERVE),
      });
  }
}

type NotObtained = Exclude<Obtained, { kind: 'ok' }>;
type Brought =
  | NotObtained
  | { readonly kind: 'here'; readonly path: string; readonly facts: GgufFacts };

/** What it means for the job that the network did not send the model. */
const unobtained = (answer: Exclude<ModelAnswer, { kind: 'ok' }>): NotObtained =>
  answer.kind === 'unreachable'
    ? { kind: 'later', because: 'line', detail: answer.detail }
    : { kind: 'missing', detail: answer.detail };

/** The turn in which room is made, for one model after the other: two that each fit may not fit together. */
const ROOM = 'room';

/** A folder of models, each file named by its SHA-256. Makes nothing until the first is fetched. */
export function openModelStore(options: Options): ModelStore {
  const { folder, source, quota, notice, free = freeSpace } = options;
  const catalog = openCatalog(() => notice(said('modelDamaged')));
  /** Jobs that use a model, or fetch it. */
  const uses = openModelsInUse();
  /** Those being fetched: the room is theirs though it is not filled yet. */
  const coming = new Map<string, Model>();
  /** One thing at a time for each model: two cards may want the same one. */
  const inTurn = openTurns();

  /** Removes what was not used for longest until `model` fits, and claims the room for it; why it does not, or null. */
  async function makeRoom(model: Model): Promise<Said | null> {
    const most = quota();
    let kept = await modelFiles(folder);
    const others = [...coming.values()];
    let left = await free(folder);
    const stuck = new Set<string>();
    // Planned anew for each that goes: while it went, another may have become one that must stay.
    for (;;) {
      const stay = new Set([...uses.all(), ...stuck]);
      const asked = { model, kept, coming: others, uses: stay, quota: most, free: left };
      const plan = planRoom(asked);
      if (plan.kind === 'none') return noRoom(plan.because, model.size, most);
      const [next] = plan.goes;
      if (!next) break;
      if (await evict(next)) {
        kept = kept.filter(({ path }) => path !== next.path);
        left = bytes(left + next.size);
      } else stuck.add(next.sha256);
    }
    coming.set(model.sha256, model);
    return null;
  }

  /** Removes a model that nobody uses; false where somebody does by now, or a system that keeps open files refuses. */
  async function evict({ sha256, path }: ModelFile): Promise<boolean> {
    // Whoever wants it from here on waits for this turn, and finds it gone. In use, its turn may be waiting for ours.
    if (uses.has(sha256)) return false;
    return inTurn(sha256, async () => {
      const gone = await rm(path, { force: true }).then(
        () => true,
        () => false,
      );
      if (gone) catalog.forget(sha256);
      return gone;
    });
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

  /** Brings the model here, if it is not, and reads its header. Throws what the disk says. */
  async function bring(model: Model, progress: Progress, signal: AbortSignal): Promise<Brought> {
    const { sha256, size } = model;
    const path = join(folder, `${sha256}${WHOLE}`);
    const part = join(folder, `${sha256}${PART}`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (!(await catalog.isHere(model, path, signal))) {
      const tight = await inTurn(ROOM, () => makeRoom(model));
      if (tight !== null) return { kind: 'later', because: 'disk', detail: tight };
      const got = await fetched(model, part, progress, signal);
      if (got.kind !== 'ok') return unobtained(got);
      // Looked at before it gets the name under which it may be loaded.
      const found = await catalog.read(sha256, part, size);
      if (found.kind === 'bad') {
        await rm(part, { force: true });
        return found;
      }
      await moveFileAsync(part, path);
      catalog.check(sha256);
    }
    await utimes(path, new Date(), new Date());
    const found = await catalog.read(sha256, path, size);
    return found.kind === 'bad' ? found : { kind: 'here', path, facts: found.facts };
  }

  // What is here from before can be said of it at once; what cannot be read is seen when it is wanted.
  void modelFiles(folder)
    .then(async (all) => {
      for (const { sha256, path, size } of all)
        if (path.endsWith(WHOLE)) await catalog.read(sha256, path, size);
    })
    .catch((error: unknown) => {
      if (errorCode(error) === '') throw error;
    });

  return {
    facts: catalog.facts,
    async obtain(model, progress, signal) {
      const release = uses.hold(model.sha256);
      const got = await inTurn(model.sha256, async (): Promise<Obtained> => {
        const listed = await source.listed(model, signal);
        if (listed.kind !== 'ok') return unobtained(listed);
        try {
          const brought = await bring(model, progress, signal);
          return brought.kind === 'here' ? { ...brought, kind: 'ok', release } : brought;
        } catch (error) {
          if (signal.aborted)
            return { kind: 'later', because: 'line', detail: said('transferStopped') };
          const { detail } = unsaved(error, 'aModel');
          return { kind: 'later', because: 'disk', detail };
        }
      });
      if (got.kind !== 'ok') release();
      return got;
    },
  };
}
