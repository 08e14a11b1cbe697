import type { LaneId } from '../../src-shared/gpu.ts';
import { type Joules, joules, type Millis } from '../../src-shared/units.ts';
import { type Work, workOf } from '../agent/lane.ts';
import type { Agent } from '../agent/state.ts';
import {
  LONGEST_GAP,
  openRestMeter,
  REST_OF_PC,
  WRITE_AFTER_WORK,
  WRITE_EVERY,
} from './rest-meter.ts';
import type { RunKey } from './runs.ts';

/** No card of a home draws more. A counter that says so is broken. */
const MOST_WATTS = 10_000;

/** What a card says about its energy: what it draws, and what its own counter shows. */
type Figures = { readonly watts: number | null; readonly counter: number | null };

/** What one run used, and what of it is not written down yet. */
type Share = { readonly work: Work; joules: number; unwritten: number };

type Meter = {
  at: Millis;
  figures: Figures;
  working: Share | null;
  /** Runs that are over, and not all of whose share is written. */
  over: Share[];
  joules: number;
  since: Millis;
  sharedAt: Millis;
};

/** What a run used since the last time. */
type RunJoules = RunKey & { readonly joules: Joules };

type Bill = {
  /** One more line for the ledger, with what runs had of it. False: the disk does not take it. */
  readonly write: (at: Millis, lane: LaneId, joules: number, runs: readonly RunJoules[]) => boolean;
};

/**
 * Sums what every lane uses while it works: by the card's own counter where it has one, else the trapezoid rule over its
 * power. A card that says neither is not counted, and the window says so. Each joule is also one run's: of a second in
 * which one run followed on another, each has its part of the time. The rest of the computer has a meter of its own.
 */
export function openEnergyMeter({ write }: Bill) {
  const meters = new Map<LaneId, Meter>();
  const rest = openRestMeter((at, used) => write(at, REST_OF_PC, used, []));

  /** What the disk would not take stays on the meter. `line`: for the ledger too, not only for the runs. */
  const flush = (lane: LaneId, meter: Meter, line: boolean) => {
    const shares = [...meter.over, ...(meter.working ? [meter.working] : [])];
    const runs = shares
      .filter(({ unwritten }) => unwritten > 0)
      .map(({ work: { job, fence }, unwritten }) => ({
        job: job.id,
        fence,
        joules: joules(unwritten),
      }));
    const used = line ? meter.joules : 0;
    if (used === 0 && runs.length === 0) return;
    if (write(meter.at, lane, used, runs)) {
      if (line) meter.joules = 0;
      for (const share of shares) share.unwritten = 0;
      meter.over = [];
    }
    if (line) meter.since = meter.at;
    meter.sharedAt = meter.at;
  };

  /** The second between two looks, in which work may have begun, ended or changed. */
  const add = (meter: Meter, after: Share | null, now: Millis, used: number) => {
    meter.joules += used;
    const before = meter.working;
    const changed = before !== null && after !== null && before !== after;
    const at = changed ? Math.min(Math.max(after.work.startedAt, meter.at), now) : meter.at;
    const first = changed ? (used * (at - meter.at)) / (now - meter.at) : used;
    for (const [share, part] of [
      [before ?? after, first],
      [after, used - first],
    ] as const)
      if (share) {
        share.joules += part;
        share.unwritten += part;
      }
  };

  return {
    /** After every sample. A second in which work began or ended counts whole. */
    look(agent: Agent): void {
      const { lanes, now } = agent;
      rest.look(agent);
      for (const lane of lanes) {
        const { lane: id } = lane.gpu;
        const figures = {
          watts: lane.reading?.power ?? null,
          counter: lane.reading?.energy ?? null,
        };
        const work = workOf(lane);
        const meter = meters.get(id);
        if (figures.watts === null && figures.counter === null) {
          if (meter) flush(id, meter, true);
          meters.delete(id);
        } else if (meter) {
          const before = meter.working;
          const working =
            work && before?.work.lease === work.lease
              ? before
              : work && { work, joules: 0, unwritten: 0 };
          const gap = now - meter.at;
          if ((working || before) && gap > 0 && gap <= LONGEST_GAP)
            add(meter, working, now, usedBetween(meter.figures, figures, gap / 1000));
          if (before && before !== working && before.unwritten > 0) meter.over.push(before);
          const due = before && !working ? WRITE_AFTER_WORK : WRITE_EVERY;
          Object.assign(meter, { at: now, figures, working });
          if (now - meter.since >= due) flush(id, meter, true);
          else if (meter.over.length > 0 && now - meter.sharedAt >= WRITE_AFTER_WORK)
            flush(id, meter, false);
        } else
          meters.set(id, {
            at: now,
            figures,
            working: work && { work, joules: 0, unwritten: 0 },
            over: [],
            joules: 0,
            since: now,
            sharedAt: now,
          });
      }
    },
    /** What the lane's job has used so far; null where nothing measures it. */
    usedBy(lane: LaneId, lease: string): Joules | null {
      const meter = meters.get(lane);
      if (!meter) return null;
      return joules(meter.working?.work.lease === lease ? meter.working.joules : 0);
    },
    /** Writes down what is not yet written. */
    close(): void {
      for (const [lane, meter] of meters) flush(lane, meter, true);
      rest.close();
      meters.clear();
    },
  };
}

/**
 * Joules between two readings. A counter that went back began anew, with its driver or because it was full, and one that
 * leaps is broken: the power over that time is then as good as can be had.
 */
function usedBetween(before: Figures, after: Figures, gapSeconds: number): number {
  if (before.counter !== null && after.counter !== null) {
    const counted = after.counter - before.counter;
    if (counted >= 0 && counted <= MOST_WATTS * gapSeconds) return counted;
  }
  if (before.watts === null || after.watts === null) return 0;
  return ((before.watts + after.watts) / 2) * gapSeconds;
}
