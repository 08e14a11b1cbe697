import { unsaved } from '../../src-disk/disk-trouble.ts';
import type { LaneId } from '../../src-shared/gpu.ts';
import { type Said, said } from '../../src-shared/said.ts';
import { millis, type Watts, watts } from '../../src-shared/units.ts';
import type { CardPower } from './card/power.ts';
import type { PowerJournal } from './power-journal.ts';

/** A driver may round what it is told; nobody sets a limit so close to ours by hand. */
const ABOUT = watts(1);

const GONE = said('cardGone');
const UNKNOWN = said('powerUnknown');

export type PowerKeeper = {
  /**
   * Keeps a card to a limit, or puts back what was there (null). Null where that holds now; else why not.
   */
  readonly limit: (lane: LaneId, limit: Watts | null) => Said | null;
  /**
   * Puts back what should be back and could not be so far, and limits again what came back from a driver that started
   * anew. Costs nothing while nothing is changed.
   */
  readonly tidy: () => void;
  /** Puts everything back that can be reached; the rest stays in the journal for the next start. Never throws. */
  readonly leave: () => void;
};

/**
 * Changes power limits, and sees to it that they come back. The journal is written before a limit is changed, and says
 * so until the old one is back, so whoever reads it after a crash knows what to do.
 */
export function openPowerKeeper(
  journal: PowerJournal,
  powerOf: (lane: LaneId) => CardPower | null,
): PowerKeeper {
  /** What main wants now. What the journal names besides is left from before and goes back. */
  const wanted = new Map<LaneId, Watts>();
  /** Of those, cards that did not answer: their driver may come back with a limit of its own. */
  const silent = new Set<LaneId>();

  /**
   * A present limit that is not the one we set was set meanwhile by the owner, or by the driver starting anew: it is not
   * ours to undo, so we only forget what we did. The same where a crash came between the journal and the change.
   */
  function putBack(lane: LaneId): Said | null {
    const change = journal.changed().get(lane);
    if (change === undefined) return null;
    const card = powerOf(lane);
    const now = card?.read() ?? null;
    // It stays in the journal: the card may come back as we left it.
    if (card === null || now === null) return GONE;
    if (isAbout(now, change.set)) {
      const trouble = card.set(change.was);
      if (trouble !== null) return trouble;
    }
    strike(lane);
    return null;
  }

  /** An entry that a full disk keeps there is harmless: the next reader finds another limit than the one it names. */
  function strike(lane: LaneId): void {
    try {
      journal.remove(lane);
    } catch (error) {
      unsaved(error, 'powerLimit');
    }
  }

  function lower(lane: LaneId, limit: Watts): Said | null {
    const card = powerOf(lane);
    if (card === null) return GONE;
    const set = withinRange(limit, card);
    const change = journal.changed().get(lane);
    const present = card.read();
    if (change && present !== null && isAbout(present, change.set) && change.set === set)
      return null;
    // From one limit to another through the old one: so the journal never has to name two, and a crash in between
    // leaves the card as its owner had it.
    const trouble = putBack(lane);
    if (trouble !== null) return trouble;
    const was = card.read();
    if (was === null) return UNKNOWN;
    // Never above what was there before.
    if (set >= was) return null;
    try {
      journal.add(lane, { was, set, at: millis(Date.now()) });
    } catch (error) {
      return said('powerUnwritten', { why: unsaved(error, 'oldPowerLimit').detail });
    }
    const refused = card.set(set);
    if (refused !== null) strike(lane);
    return refused;
  }

  function tidyLane(lane: LaneId): void {
    const limit = wanted.get(lane);
    if (limit === undefined) return void putBack(lane);
    if ((powerOf(lane)?.read() ?? null) === null) silent.add(lane);
    else if (silent.delete(lane)) lower(lane, limit);
  }

  return {
    limit(lane, limit) {
      silent.delete(lane);
      if (limit === null) {
        wanted.delete(lane);
        return putBack(lane);
      }
      const trouble = lower(lane, limit);
      if (trouble === null) wanted.set(lane, limit);
      else wanted.delete(lane);
      return trouble;
    },
    tidy() {
      for (const lane of new Set([...journal.changed().keys(), ...wanted.keys()])) tidyLane(lane);
    },
    leave() {
      wanted.clear();
      for (const lane of [...journal.changed().keys()])
        try {
          putBack(lane);
        } catch {
          // The others must come back too; this one is in the journal.
        }
    },
  };
}

const isAbout = (a: Watts, b: Watts): boolean => Math.abs(a - b) < ABOUT;

/** Whole watts, because a driver may take no others; within what the card can be set to. */
const withinRange = (limit: Watts, { min, max }: CardPower): Watts =>
  watts(Math.max(Math.min(Math.floor(limit), max ?? limit), min ?? 0));
