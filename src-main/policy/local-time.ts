import { type Millis, millis, minutes } from '../../src-shared/units.ts';

/** Minutes in a day of the clock; a day of the calendar may have more or fewer. */
export const DAY_MINUTES = 24 * 60;
/** Two weeks and a day: an hour that one week lacks (clocks go forward) is in the next. */
const REACH = 15 * DAY_MINUTES * minutes(1);

const offset = (at: number): number => new Date(at).getTimezoneOffset();

/** What the clock on the wall shows, in minutes after midnight. */
export function minuteOfDay(at: Millis): number {
  const local = new Date(at);
  return local.getHours() * 60 + local.getMinutes();
}

/** 0 for Monday, as in the owner's week. */
export const weekday = (at: Millis): number => (new Date(at).getDay() + 6) % 7;

/**
 * The first moment after `now` at which the clock on the wall comes to one of `marks` (minutes after midnight, with
 * DAY_MINUTES among them) or is put forward or back.
 */
function nextMark(now: number, marks: readonly number[]): number {
  const local = new Date(now);
  const minute = minuteOfDay(millis(now));
  const mark = marks.reduce((next, m) => (m > minute && m < next ? m : next), DAY_MINUTES);
  const whole = now - (local.getSeconds() * 1000 + local.getMilliseconds());
  const reached = whole + (mark - minute) * minutes(1);
  if (offset(reached) === offset(now)) return reached;
  let before = now;
  let after = reached;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offset(middle) === offset(now)) before = middle;
    else after = middle;
  }
  return after;
}

/** The first moment after `now`, at one of `marks` or a change of the clocks, for which `wanted` holds; else null. */
export function nextMoment(
  now: Millis,
  marks: readonly number[],
  wanted: (at: Millis) => boolean,
): Millis | null {
  const end = now + REACH;
  for (let at = nextMark(now, marks); at <= end; at = nextMark(at, marks))
    if (wanted(millis(at))) return millis(at);
  return null;
}

/** Whether a part of every day is on at this minute. `from` after `to` spans midnight; from a minute to itself is never. */
export const isWithin = (
  { from, to }: { readonly from: number; readonly to: number },
  minute: number,
): boolean => (from <= to ? from <= minute && minute < to : from <= minute || minute < to);
