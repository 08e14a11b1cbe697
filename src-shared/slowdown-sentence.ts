import { clock, percent, temperature, wattage } from './amount.ts';
import { asSentence, plain, TITLE_MAX } from './plain-text.ts';
import type { Reader } from './reader.ts';
import type { Hero } from './sentence.ts';
import { cardSettings, type Settings } from './settings.ts';
import type { SlowedLane } from './situation.ts';
import type { Slowdown } from './snapshot.ts';
import { millis } from './units.ts';

/** Why work is slowed, in sentences. `named`: more than one card works, so the card is called by its name. */
export function slowedReason(
  { lane, gpu, slowdown, powerLimitTrouble }: SlowedLane,
  named: boolean,
  settings: Settings,
  reader: Reader = {},
): string {
  const card = (named && plain(gpu.name, TITLE_MAX)) || 'GPU';
  const { temperatureMax, powerLimit } = cardSettings(settings, lane);
  const slowed = `work is slowed to ${percent(slowdown.duty)}`;
  switch (slowdown.because) {
    case 'heat':
      return `${card} is close to your ${temperature(temperatureMax)} limit, so ${slowed}.`;
    case 'power': {
      const limit = powerLimit === null ? 'your power limit' : `your ${wattage(powerLimit)} limit`;
      const why = asSentence(powerLimitTrouble ?? '');
      return `${card} keeps to ${limit} by pauses: ${slowed}.${why && ` ${why}`}`;
    }
    case 'quiet-hours': {
      const { quietHours } = settings;
      return quietHours
        ? `Quiet hours until ${timeOfDay(quietHours.to, reader)}, so ${slowed}.`
        : `These are quiet hours, so ${slowed}.`;
    }
  }
}

/** How work that heat slows looks. */
export const hotLook = ({ duty }: Slowdown): Pick<Hero, 'state' | 'icon' | 'tag' | 'short'> => ({
  state: 'hot',
  icon: 'flame',
  tag: 'Hot',
  short: `Slowed to ${percent(duty)}`,
});

/** A minute of any day as the reader writes it; of a day on which no clock is changed. */
const timeOfDay = (minute: number, reader: Reader): string =>
  clock(millis(new Date(2001, 0, 1, 0, minute).getTime()), reader);
