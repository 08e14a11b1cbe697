import { LaneId } from '../src-shared/gpu.ts';
import { type Millis, minutes, seconds } from '../src-shared/units.ts';
import type { Agent } from './agent.ts';
import { type Lane, workOf } from './lane.ts';

/** How often what was used is written down; a kill loses at most this much of the bill. */
const WRITE_EVERY = minutes(1);
/** When work ends the bill is brought up to date, but not more often than this: jobs may last milliseconds. */
const WRITE_AFTER_WORK = seconds(10);
/** Readings further apart than this leave a gap nobody measured (sleep, a hanging driver): not counted. */
const LONGEST_GAP = seconds(5);

/** No card of a home draws more. A counter that says so is broken. */
const MOST_WATTS = 10_000;

/** What a card says about its energy: what it draws, and what its own counter shows. */
type Figures = { readonly watts: number | null; readonly counter: number | null };

/** The books' name for what the computer used beside its cards: no card's own, so that a job's energy stays its card's. */
export const REST_OF_PC = LaneId.parse('rest-of-pc');

type Meter = { at: Millis; figures: Figures; working: boolean; joules: number; since: Millis };

/**
 * Sums what every lane uses while it works: by the card's own counter where it has one, else the trapezoid rule over its
 * power. A card that says neither is not counted, and the window says so. What the owner says of the rest of the computer
 * is counted beside it, once however many lanes work.
 */
export function openEnergyMeter(write: (at: Millis, lane: LaneId, joules: number) => boolean) {
  const meters = new Map<LaneId, Meter>();

  /** What the disk would not take stays on the meter. */
  const flush = (lane: LaneId, meter: Meter) => {
    if (meter.joules === 0) return;
    if (write(meter.at, lane, meter.joules)) meter.joules = 0;
    meter.since = meter.at;
  };

  function count(id: LaneId, meter: Meter, now: Millis, figures: Figures, working: boolean): void {
    const gap = now - meter.at;
    if ((working || meter.working) && gap > 0 && gap <= LONGEST_GAP)
      meter.joules += used(meter.figures, figures, gap / 1000);
    const due = meter.working && !working ? WRITE_AFTER_WORK : WRITE_EVERY;
    Object.assign(meter, { at: now, figures, working });
    if (now - meter.since >= due) flush(id, meter);
  }

  function lookAtRest({ lanes, now, settings }: Agent): void {
    const working = bearsRest(lanes);
    const meter = meters.get(REST_OF_PC);
    const figures = { watts: settings.restOfPc, counter: null };
    if (!meter) meters.set(REST_OF_PC, { at: now, figures, working, joules: 0, since: now });
    else count(REST_OF_PC, meter, now, figures, working);
  }

  return {
    /** After every sample. A second in which work began or ended counts whole. */
    look(agent: Agent): void {
      const { lanes, now } = agent;
      lookAtRest(agent);
      for (const lane of lanes) {
        const { lane: id } = lane.gpu;
        const figures = {
          watts: lane.reading?.power ?? null,
          counter: lane.reading?.energy ?? null,
        };
        const working = workOf(lane) !== null;
        const meter = meters.get(id);
        if (figures.watts === null && figures.counter === null) {
          if (meter) flush(id, meter);
          meters.delete(id);
        } else if (meter) count(id, meter, now, figures, working);
        else meters.set(id, { at: now, figures, working, joules: 0, since: now });
      }
    },
    /** Writes down what is not yet written. */
    close(): void {
      for (const [lane, meter] of meters) flush(lane, meter);
      meters.clear();
    },
  };
}

/**
 * Whether the rest of the computer works for us. Beside a card that does not say what it draws it is not counted: a part of the
 * bill would look like all of it. The software renderer is the rest of the computer.
 */
const bearsRest = (lanes: readonly Lane[]): boolean =>
  lanes.some(
    (lane) =>
      workOf(lane) !== null &&
      (lane.gpu.software || lane.reading?.power != null || lane.reading?.energy != null),
  );

/**
 * Joules between two readings. A counter that went back began anew, with its driver or because it was full, and one that
 * leaps is broken: the power over that time is then as good as can be had.
 */
function used(before: Figures, after: Figures, gapSeconds: number): number {
  if (before.counter !== null && after.counter !== null) {
    const counted = after.counter - before.counter;
    if (counted >= 0 && counted <= MOST_WATTS * gapSeconds) return counted;
  }
  if (before.watts === null || after.watts === null) return 0;
  return ((before.watts + after.watts) / 2) * gapSeconds;
}
