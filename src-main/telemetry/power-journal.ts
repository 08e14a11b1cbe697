import { join } from 'node:path';
import { z } from 'zod';
import { setAside } from '../../src-disk/durable-file.ts';
import { openJsonFile } from '../../src-disk/json-file.ts';
import { LaneId } from '../../src-shared/gpu.ts';
import { millis, watts } from '../../src-shared/units.ts';

/** As with the owner's wishes: no card takes more than this. */
const limit = z.number().min(1).max(10_000).transform(watts);

/** A power limit that we changed: what it was, what we set, and when. */
export const ChangedLimit = z.object({
  was: limit,
  set: limit,
  at: z.int().transform(millis),
});
export type ChangedLimit = Readonly<z.infer<typeof ChangedLimit>>;

const ChangedLimits = z.record(LaneId, ChangedLimit);

export type PowerJournal = {
  readonly changed: () => ReadonlyMap<LaneId, ChangedLimit>;
  /** Durable when it returns. Throws Node's fs error, and then nothing has changed. */
  readonly add: (lane: LaneId, change: ChangedLimit) => void;
  /** Throws Node's fs error; the change is forgotten by this process all the same. */
  readonly remove: (lane: LaneId) => void;
};

/**
 * What must be put back, on disk before it is changed: `<folder>/power-limits.json`. A file that cannot be understood
 * says nothing about any card: it is kept aside, and no limit is touched because of it.
 */
export function openPowerJournal(folder: string, now: () => number): PowerJournal {
  const path = join(folder, 'power-limits.json');
  const file = openJsonFile(path, ChangedLimits);
  const changed = new Map<LaneId, ChangedLimit>();

  function save(next: ReadonlyMap<LaneId, ChangedLimit>): void {
    file.write(Object.fromEntries(next));
  }

  const found = file.read();
  switch (found.kind) {
    case 'ok':
      for (const [lane, change] of Object.entries(found.value)) changed.set(lane as LaneId, change);
      break;
    case 'damaged':
    case 'unreadable':
      keepAside(path, now());
      break;
    case 'none':
  }

  return {
    changed: () => changed,
    add(lane, change) {
      save(new Map(changed).set(lane, change));
      changed.set(lane, change);
    },
    remove(lane) {
      if (changed.delete(lane)) save(changed);
    },
  };
}

function keepAside(path: string, at: number): void {
  try {
    setAside(path, at);
  } catch {
    // Then the next change replaces it. What it said is lost either way.
  }
}
