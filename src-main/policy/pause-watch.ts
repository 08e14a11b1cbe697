import { hours, type Millis, millis, minutes } from '../../src-shared/units.ts';

/** A pause with an end, followed from look to look. */
export type PauseWatch = {
  /** When it was to end, as the settings have it. */
  readonly asked: Millis;
  /** When it ends by the clock as it goes now. */
  readonly until: Millis;
  /** How far the clock was set back without `until` going along. */
  readonly nudged: Millis;
  readonly at: Millis;
};

/** No pause with an end can be longer than the window may ask for: what says more was asked under another clock. */
const LONGEST_PAUSE = hours(7 * 24);
/** Less than this in all moves no promise: moving it too would show 21:59 where 22:00 was said. */
const NUDGE = minutes(1);

/**
 * Where a pause stands now. A clock that is set back brings the end with it, so that a pause of an hour stays an hour, give
 * or take a minute. One that is set forward cannot be told from sleep, in which a pause runs on, so then the pause ends by
 * the clock. After a restart nobody knows what the clock did meanwhile: the end is the one in the settings.
 */
export function watchPause(asked: Millis, now: Millis, before: PauseWatch | undefined): PauseWatch {
  if (!before || before.asked !== asked)
    return {
      asked,
      until: millis(Math.min(asked, now + LONGEST_PAUSE)),
      nudged: millis(0),
      at: now,
    };
  const nudged = millis(before.nudged + Math.max(0, before.at - now));
  return nudged < NUDGE
    ? { ...before, nudged, at: now }
    : { asked, until: millis(before.until - nudged), nudged: millis(0), at: now };
}
