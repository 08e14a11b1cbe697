import { LaneId } from '../../src-shared/gpu.ts';
import { type Millis, minutes, seconds, type Watts } from '../../src-shared/units.ts';
import { type Lane, workOf } from '../agent/lane.ts';
import type { Agent } from '../agent/state.ts';

/** How often what was used is written down; a kill loses at most this much of the bill. */
export const WRITE_EVERY = minutes(1);
/** When work ends the bill is brought up to date, but not more often than this: jobs may last milliseconds. */
export const WRITE_AFTER_WORK = seconds(10);
/** Looks further apart than this leave a gap that nobody measured (sleep, a hanging driver): not counted. */
export const LONGEST_GAP = seconds(5);

/** The books' name for what the computer used beside its cards: no card's own, so that a job's energy stays its card's. */
export const REST_OF_PC = LaneId.parse('rest-of-pc');

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
 * Sums what the owner says that the rest of the computer draws, while at least one lane works, once however many do. `write`
 * puts joules down; false: the disk does not take them, and they stay.
 */
export function openRestMeter(write: (at: Millis, joules: number) => boolean) {
  let last: { at: Millis; watts: Watts; working: boolean } | null = null;
  let joules = 0;
  let since: Millis | null = null;

  const flush = (at: Millis) => {
    if (joules > 0 && write(at, joules)) joules = 0;
    since = at;
  };

  return {
    /** After every sample. A second in which work began or ended counts whole. */
    look({ lanes, now, settings: { restOfPc: watts } }: Agent): void {
      const working = bearsRest(lanes);
      const before = last;
      since ??= now;
      last = { at: now, watts, working };
      if (!before) return;
      const gap = now - before.at;
      if ((working || before.working) && gap > 0 && gap <= LONGEST_GAP)
        joules += (((before.watts + watts) / 2) * gap) / 1000;
      const due = before.working && !working ? WRITE_AFTER_WORK : WRITE_EVERY;
      if (now - since >= due) flush(now);
    },
    /** Writes down what is not yet written. */
    close(): void {
      if (last) flush(last.at);
    },
  };
}
