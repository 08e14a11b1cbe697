import type { LaneId } from '../src-shared/gpu.ts';
import { type Millis, minutes, seconds } from '../src-shared/units.ts';
import type { Agent } from './agent.ts';
import { workOf } from './lane.ts';

/** How often what was used is written down; a kill loses at most this much of the bill. */
const WRITE_EVERY = minutes(1);
/** Readings further apart than this leave a gap nobody measured (sleep, a hanging driver): not counted. */
const LONGEST_GAP = seconds(5);

type Meter = { at: Millis; watts: number; joules: number; since: Millis };

/**
 * Sums the measured power of every lane while it works: the trapezoid rule over the readings. A card that does not say
 * what it draws is not counted, and the window says so.
 */
export function openEnergyMeter(write: (at: Millis, lane: LaneId, joules: number) => void) {
  const meters = new Map<LaneId, Meter>();

  const flush = (lane: LaneId, meter: Meter) => {
    if (meter.joules > 0) write(meter.at, lane, meter.joules);
    meter.joules = 0;
    meter.since = meter.at;
  };

  return {
    /** After every sample. */
    look({ lanes, now }: Agent): void {
      for (const lane of lanes) {
        const { lane: id } = lane.gpu;
        const watts = lane.reading?.power ?? null;
        const meter = meters.get(id);
        if (!workOf(lane) || watts === null) {
          if (meter) flush(id, meter);
          meters.delete(id);
          continue;
        }
        if (!meter) {
          meters.set(id, { at: now, watts, joules: 0, since: now });
          continue;
        }
        const gap = now - meter.at;
        if (gap > 0 && gap <= LONGEST_GAP)
          meter.joules += ((meter.watts + watts) / 2) * (gap / 1000);
        meter.at = now;
        meter.watts = watts;
        if (now - meter.since >= WRITE_EVERY) flush(id, meter);
      }
    },
    /** Writes down what is not yet written. */
    close(): void {
      for (const [lane, meter] of meters) flush(lane, meter);
      meters.clear();
    },
  };
}
