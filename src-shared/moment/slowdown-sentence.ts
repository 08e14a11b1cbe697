import { clock, percent, temperature, wattage } from '../amount.ts';
import { type Reader, sayTo } from '../language/reader.ts';
import { asSentence, plain, TITLE_MAX } from '../plain-text.ts';
import { cardSettings, type Settings } from '../settings.ts';
import type { Slowdown } from '../snapshot.ts';
import { millis } from '../units.ts';
import { wordsOf } from '../wording.ts';
import { holdWords } from '../words/hold-words.ts';
import type { Hero } from './hero.ts';
import type { SlowedLane } from './situation.ts';

/** Why work is slowed, in sentences. `named`: more than one card works, so the card is called by its name. */
export function slowedReason(
  { lane, gpu, slowdown, powerLimitTrouble }: SlowedLane,
  named: boolean,
  settings: Settings,
  reader: Reader = {},
): string {
  const card = (named && plain(gpu.name, TITLE_MAX)) || 'GPU';
  const { temperatureMax, powerLimit } = cardSettings(settings, lane);
  const share = percent(slowdown.duty);
  switch (slowdown.because) {
    case 'heat':
      return sayTo(reader, holdWords.slowedByHeat, {
        card,
        limit: temperature(temperatureMax),
        share,
      });
    case 'power': {
      const why = powerLimitTrouble ? asSentence(wordsOf(powerLimitTrouble, reader)) : '';
      const kept =
        powerLimit === null
          ? sayTo(reader, holdWords.slowedBySomePower, { card, share })
          : sayTo(reader, holdWords.slowedByPower, { card, limit: wattage(powerLimit), share });
      return why === '' ? kept : `${kept} ${why}`;
    }
    case 'quiet-hours': {
      const { quietHours } = settings;
      return quietHours
        ? sayTo(reader, holdWords.slowedForQuiet, {
            until: timeOfDay(quietHours.to, reader),
            share,
          })
        : sayTo(reader, holdWords.slowedForSomeQuiet, { share });
    }
  }
}

/** How work that heat slows looks. */
export const hotLook = (
  { duty }: Slowdown,
  reader: Reader,
): Pick<Hero, 'state' | 'icon' | 'tag' | 'short'> => ({
  state: 'hot',
  icon: 'flame',
  tag: sayTo(reader, holdWords.hot),
  short: sayTo(reader, holdWords.hotShort, { share: percent(duty) }),
});

/** A minute of any day as the reader writes it; of a day on which no clock is changed. */
const timeOfDay = (minute: number, reader: Reader): string =>
  clock(millis(new Date(2001, 0, 1, 0, minute).getTime()), reader);
