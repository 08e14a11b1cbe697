import { clock } from './amount.ts';
import { type Reader, sayTo } from './language/reader.ts';
import { hours, type Millis, millis, minutes } from './units.ts';
import { amountWords } from './words/amount-words.ts';

/** The pauses that the tray and the window offer, shortest first. */
export const PAUSES = ['quarter', 'hour', 'morning', 'forever'] as const;
export type Pause = (typeof PAUSES)[number];

/** When a pause for the night ends: most people are up, and know whether they need the machine. */
const MORNING_HOUR = 8;

/** The next morning after `now`, in the time zone of this machine. */
function nextMorning(now: Millis): Date {
  const morning = new Date(now);
  morning.setHours(MORNING_HOUR, 0, 0, 0);
  if (morning.getTime() <= now) {
    morning.setDate(morning.getDate() + 1);
    // Once more, for a night in which the clocks change.
    morning.setHours(MORNING_HOUR, 0, 0, 0);
  }
  return morning;
}

/** How long a pause lasts that the owner chooses now. */
export function pauseLength(pause: Pause, now: Millis): Millis | 'forever' {
  switch (pause) {
    case 'quarter':
      return minutes(15);
    case 'hour':
      return hours(1);
    case 'morning':
      // A pause shorter than a second is refused, and nobody would see it.
      return millis(Math.max(1000, nextMorning(now).getTime() - now));
    case 'forever':
      return 'forever';
  }
}

/** What a pause is called in a menu. */
export function pauseLabel(pause: Pause, now: Millis, reader: Reader = {}): string {
  switch (pause) {
    case 'quarter':
      return sayTo(reader, amountWords.pauseQuarter);
    case 'hour':
      return sayTo(reader, amountWords.pauseHour);
    case 'morning': {
      const morning = nextMorning(now);
      const tomorrow = morning.getDate() !== new Date(now).getDate();
      const words = tomorrow ? amountWords.pauseUntilTomorrow : amountWords.pauseUntil;
      return sayTo(reader, words, { time: clock(millis(morning.getTime()), reader) });
    }
    case 'forever':
      return sayTo(reader, amountWords.pauseForever);
  }
}
