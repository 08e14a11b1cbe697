import { clock, type Reader } from '../src-shared/amount.ts';
import type { Situation } from '../src-shared/situation.ts';
import { hours, type Millis, millis } from '../src-shared/units.ts';
import type { CommandInput } from '../src-shared/window-protocol.ts';
import { t } from './texts.ts';

/** What the owner may do about a moment, most likely first. */
export type HeroAction =
  | { readonly kind: 'resume' }
  | { readonly kind: 'start-now' }
  | { readonly kind: 'try-again' }
  | { readonly kind: 'not-a-game'; readonly title: string; readonly path: string }
  | { readonly kind: 'pause' };

export function actionsFor(now: Situation): readonly HeroAction[] {
  switch (now.kind) {
    case 'off':
    case 'no-gpu':
    case 'looking':
      return [];
    case 'paused':
      return [{ kind: 'resume' }];
    case 'given-up':
      return [{ kind: 'try-again' }];
    case 'held':
      switch (now.because.kind) {
        case 'owner-active':
          return [{ kind: 'start-now' }, { kind: 'pause' }];
        case 'game-running': {
          const { title, path } = now.because;
          return path === ''
            ? [{ kind: 'pause' }]
            : [{ kind: 'not-a-game', title, path }, { kind: 'pause' }];
        }
        case 'gpu-lost':
        case 'leaving':
        case 'starting':
          return [];
        case 'on-battery':
        case 'too-hot':
          return [{ kind: 'pause' }];
      }
      break;
    case 'earning':
    case 'preparing':
    case 'offline':
    case 'seeking':
    case 'resting':
      return [{ kind: 'pause' }];
  }
}

/** When a pause for the night ends: a time most people are up or the machine is wanted for nothing else. */
const MORNING_HOUR = 6;

export type PauseChoice = { readonly label: string; readonly command: CommandInput };

/** The pauses beside "1 hour", seen from `now` in the time zone of this machine. */
export function pauseChoices(now: Millis, reader: Reader = {}): readonly PauseChoice[] {
  const morning = new Date(now);
  morning.setHours(MORNING_HOUR, 0, 0, 0);
  const isToday = morning.getTime() > now;
  if (!isToday) morning.setDate(morning.getDate() + 1);
  const at = millis(morning.getTime());
  return [
    { label: t('pauseFourHours'), command: { kind: 'pause', for: hours(4) } },
    {
      label: t(isToday ? 'pauseToday' : 'pauseTomorrow', { clock: clock(at, reader) }),
      // A pause shorter than a second is refused, and nobody would see it.
      command: { kind: 'pause', for: Math.max(1000, at - now) },
    },
    { label: t('pauseForever'), command: { kind: 'pause', for: 'forever' } },
  ];
}
