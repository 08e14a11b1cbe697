import type { Week } from '../../src-shared/settings.ts';
import type { Millis } from '../../src-shared/units.ts';
import { minuteOfDay, nextMoment, weekday } from './local-time.ts';

const EVERY_HOUR = Array.from({ length: 24 }, (_, hour) => (hour + 1) * 60);

/** Whether the owner shares the hour that the clock on the wall shows. */
export function isShared(week: Week, now: Millis): boolean {
  const day = week[weekday(now)] ?? 0;
  return ((day >> Math.floor(minuteOfDay(now) / 60)) & 1) === 1;
}

/** When sharing begins or ends by the week; null where it never does. */
export function nextChange(week: Week, now: Millis): Millis | null {
  const shared = isShared(week, now);
  const even = week.every((day) => day === week[0]) && (week[0] === 0 || week[0] === 2 ** 24 - 1);
  return even ? null : nextMoment(now, EVERY_HOUR, (at) => isShared(week, at) !== shared);
}
