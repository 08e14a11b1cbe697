import { pause } from '../../src-shared/timer.ts';
import { type Millis, millis, seconds } from '../../src-shared/units.ts';

/** Time, as the process or page tells it. */
export type Clock = {
  readonly now: () => Millis;
  /** Resolves after `length`, at once where `until` is or gets aborted. */
  readonly pause: (length: Millis, until: AbortSignal) => Promise<unknown>;
};

/** After a piece of rest this long a new duty is looked at, and whoever waits for a word from us gets one. */
const LONGEST_PAUSE = seconds(1);
/** Timers are not finer than some milliseconds: shorter rests are saved up. */
const SHORTEST_PAUSE = millis(20);

/**
 * Keeps steps to their share of the time: after so much work, so much rest, from one job to the next. Whatever lies between
 * two steps counts as rest, and a pause that was too long is made good by the next.
 */
export function openDutyCycle(clock: Clock) {
  /** Rest for each unit of work: 0 at full speed. */
  let restPerWork = 0;
  let owed = 0;
  let restingSince = clock.now();

  function countRest(): void {
    const now = clock.now();
    // A night without a job is no rest in advance.
    owed = Math.max(owed - (now - restingSince), -LONGEST_PAUSE);
    restingSince = now;
  }

  return {
    setDuty(duty: number): void {
      const next = (1 - duty) / duty;
      // The work is done; what it costs in rest is as if the new duty had been in force.
      if (owed > 0 && restPerWork > 0) owed *= next / restPerWork;
      restPerWork = next;
    },
    /** Before a step: what rest is due, or as much of it until `until` is aborted. `alive`: after every piece. */
    async rest(until: AbortSignal, alive: () => void): Promise<void> {
      countRest();
      if (owed < SHORTEST_PAUSE) return;
      while (owed > 0 && !until.aborted) {
        await clock.pause(millis(Math.min(owed, LONGEST_PAUSE)), until);
        countRest();
        alive();
      }
    },
    /** Whether rest is due before the next step. */
    due(): boolean {
      countRest();
      return owed >= SHORTEST_PAUSE;
    },
    /** After a step that began at `from` and has just ended. */
    worked(from: Millis, to: Millis): void {
      owed += (to - from) * restPerWork;
      restingSince = to;
    },
  };
}
export type DutyCycle = ReturnType<typeof openDutyCycle>;

/** The clock and timers of a Node process or a page that is not slowed down in the background. */
export const realClock: Clock = {
  now: () => millis(performance.now()),
  pause,
};
