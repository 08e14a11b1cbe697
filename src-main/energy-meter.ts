import type { LaneId } from '../src-shared/gpu.ts';
import { type Millis, minutes, seconds } from '../src-shared/units.ts';
import type { Agent } from './agent.ts';
import { workOf } from './lane.ts';

/** How often what was used is written down; a kill loses at most this much of the bill. */
const WRITE_EVERY = minutes(1);
/** When work ends the bill is brought up to date, but not more often than this: jobs may last milliseconds. */
const WRITE_AFTER_WORK = seconds(10);
/** Readings further apart than this leave a gap nobody measured (sleep, a hanging driver): not counted. */
const LONGEST_GAP = seconds(5);

type Meter = { at: Millis; watts: number; working: boolean; joules: number; since: Millis };

/**
 * Sums the measured power of every lane while it works: the trapezoid rule over the readings. A card that does not say
 * what it draws is not counted, and the window says so.
 */
export function openEnergyMeter(write: (at: Millis, lane: LaneId, joules: number) => boolean) {
  const meters = new Map<LaneId, Meter>();

  /** What the disk would not take stays on the meter. */
  const flush = (lane: LaneId, meter: Meter) => {
    if (meter.joules === 0) return;
    if (write(meter.at, lane, meter.joules)) meter.joules = 0;
    meter.since = meter.at;
  };

  return {
    /** After every sample. A second in which work began or ended counts whole. */
    look({ lanes, now }: Agent): void {
      for (const lane of lanes) {
        const { lane: id } = lane.gpu;
        const watts = lane.reading?.power ?? null;
        const working = workOf(lane) !== null;
        const meter = meters.get(id);
        if (watts === null) {
          if (meter) flush(id, meter);
          meters.delete(id);
        } else if (meter) {
          const gap = now - meter.at;
          if ((working || meter.working) && gap > 0 && gap <= LONGEST_GAP)
            meter.joules += ((meter.watts + watts) / 2) * (gap / 1000);
          const due = meter.working && !working ? WRITE_AFTER_WORK : WRITE_EVERY;
          Object.assign(meter, { at: now, watts, working });
          if (now - meter.since >= due) flush(id, meter);
        } else meters.set(id, { at: now, watts, working, joules: 0, since: now });
      }
    },
    /** Writes down what is not yet written. */
    close(): void {
      for (const [lane, meter] of meters) flush(lane, meter);
      meters.clear();
    },
  };
}
