import type { Gpu, Reading } from '../src-shared/gpu.ts';
import type { Settings } from '../src-shared/settings.ts';
import type { HoldReason } from '../src-shared/snapshot.ts';
import type { MicroUsd, Millis } from '../src-shared/units.ts';
import { houseRules } from './house-rules.ts';
import { type BusySince, watchPrograms } from './other-programs.ts';
import { type PauseWatch, watchPause } from './pause-watch.ts';

/** A program the owner plays. */
export type Game = { readonly pid: number; readonly path: string; readonly title: string };

/** All that policy looks at, for one lane at one moment. */
export type Circumstances = {
  readonly now: Millis;
  readonly settings: Settings;
  readonly gpu: Gpu;
  /** Null until the card has been read once; the software lane has readings full of nulls. */
  readonly reading: Reading | null;
  /** A job is on this lane, so what the card does may be our doing. */
  readonly working: boolean;
  readonly games: readonly Game[];
  /** Null where the system does not say (no display): nobody can be at the machine then. */
  readonly idleFor: Millis | null;
  readonly onBattery: boolean;
  readonly metered: boolean;
  /** How many cards the owner shares. */
  readonly sharedCards: number;
  /** What an hour of work has brought of late, in money; null where nobody knows, or the pay is test credits. */
  readonly earnsPerHour: MicroUsd | null;
  readonly leaving: boolean;
  /** The owner said "start now". */
  readonly startNow: boolean;
};

/** How the lane must give way: `evict` kills at once, `yield` finishes the step and saves a checkpoint first. */
export type Urgency = 'evict' | 'yield';

export type Hold = { readonly reason: HoldReason; readonly urgency: Urgency };

/** What one look at a lane leaves for the next; empty before the first. */
export type Memory = {
  /** When each rule last applied, and what it said: what the hold-off is measured from. */
  readonly holds?: Partial<
    Record<HoldReason['kind'], { readonly at: Millis; readonly hold: Hold }>
  >;
  readonly busySince?: BusySince;
  readonly pause?: PauseWatch;
};

/**
 * Whether a lane must be left alone, why (for a person) and how fast; null when we are welcome. Pure: the memory of
 * hold-offs goes in and comes out. The first rule that applies is the reason, the most urgent of all decides how fast.
 */
export function holdOf(
  now: Circumstances,
  memory: Memory,
): { readonly hold: Hold | null; readonly memory: Memory } {
  const busySince = watchPrograms(now, memory.busySince);
  const { pausedUntil } = now.settings;
  const pause =
    typeof pausedUntil === 'number' ? watchPause(pausedUntil, now.now, memory.pause) : null;
  const pauseEnds: Millis | 'forever' | null = pause ? pause.until : pausedUntil && 'forever';
  const look = { ...now, busySince, pauseEnds };

  const holds: Memory['holds'] = {};
  let reason: HoldReason | null = null;
  let urgency: Urgency = 'yield';
  for (const rule of houseRules) {
    const before = memory.holds?.[rule.kind];
    const said = rule.applies(look, before?.hold.reason ?? null);
    // A clock set back must not hold a lane for ever, so the time since is never taken as negative.
    const lingers = before && Math.abs(now.now - before.at) < rule.leaveAfter;
    if (!said && !lingers) continue;
    const entry = said ? { at: now.now, hold: said } : before;
    if (!entry) continue;
    holds[rule.kind] = entry;
    reason ??= entry.hold.reason;
    if (entry.hold.urgency === 'evict') urgency = 'evict';
  }
  return {
    hold: reason ? { reason, urgency } : null,
    memory: { holds, busySince, ...(pause ? { pause } : {}) },
  };
}
