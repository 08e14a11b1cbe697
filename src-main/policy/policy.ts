import type { HoldReason } from '../../src-shared/snapshot.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { Circumstances, Hold, Urgency } from './circumstances.ts';
import { houseRules } from './house-rules.ts';
import { type BusySince, watchPrograms } from './other-programs.ts';
import { type PauseWatch, watchPause } from './pause-watch.ts';

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
 * The hold on a lane: why it must be left alone and how fast; null when we are welcome. Pure: the memory of hold-offs
 * goes in and comes out. The first rule that applies is the reason, the most urgent of all decides how fast.
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
