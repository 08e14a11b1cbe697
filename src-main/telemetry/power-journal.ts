import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCode } from '../../src-disk/disk-trouble.ts';
import { replaceFile, setAside } from '../../src-disk/durable-file.ts';
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

const NAME = 'power-limits';
const EXT = '.json';
/** Eight cards are one kilobyte. More than this was not written by us, and is not read into memory. */
const MAX_JOURNAL = 64 * 1024;

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
  const path = join(folder, `${NAME}${EXT}`);
  const changed = new Map<LaneId, ChangedLimit>();

  function save(next: ReadonlyMap<LaneId, ChangedLimit>): void {
    replaceFile(path, `${JSON.stringify(Object.fromEntries(next), null, 2)}\n`);
  }

  const found = readJournal(path);
  if (found === 'unreadable') keepAside(folder, now());
  else for (const [lane, change] of found) changed.set(lane, change);

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

function readJournal(path: string): ReadonlyMap<LaneId, ChangedLimit> | 'unreadable' {
  try {
    if (statSync(path).size > MAX_JOURNAL) return 'unreadable';
    const read = ChangedLimits.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (!read.success) return 'unreadable';
    return new Map(Object.entries(read.data).map(([lane, change]) => [lane as LaneId, change]));
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? new Map() : 'unreadable';
  }
}

function keepAside(folder: string, at: number): void {
  try {
    setAside(folder, NAME, EXT, 'corrupt', at);
  } catch {
    // Then the next change replaces it. What it said is lost either way.
  }
}
