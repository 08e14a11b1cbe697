import { clock, forDuration, moment, percent, temperature } from '../amount.ts';
import type { Values, Words } from '../language/language.ts';
import { type Reader, sayTo } from '../language/reader.ts';
import { plain, TITLE_MAX } from '../plain-text.ts';
import { TEMPERATURE_LIMITS } from '../settings.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Millis } from '../units.ts';
import { holdWords } from '../words/hold-words.ts';
import { stateWords } from '../words/state-words.ts';
import type { Hero } from './hero.ts';
import type { Hold } from './situation.ts';

/** A limit that no owner can choose is the maker's, for the hottest spot of the chip. */
const reached = (
  { temperature: t, limit }: Extract<Hold, { kind: 'too-hot' }>,
  reader: Reader,
): string =>
  limit > TEMPERATURE_LIMITS.max
    ? sayTo(reader, holdWords.reachedInside, { temperature: temperature(t) })
    : sayTo(reader, holdWords.reached, { temperature: temperature(t), limit: temperature(limit) });

function inUse(startsAfter: Millis, s: Snapshot, reader: Reader): Pick<Hero, 'reason' | 'short'> {
  const atOnce = startsAfter < 1000;
  const words = s.hasRun
    ? {
        reason: atOnce ? holdWords.inUseAtOnce : holdWords.inUse,
        short: holdWords.inUseShort,
      }
    : { reason: atOnce ? holdWords.readyAtOnce : holdWords.ready, short: holdWords.readyShort };
  return {
    reason: sayTo(reader, words.reason, { length: forDuration(startsAfter, reader) }),
    short: sayTo(reader, words.short),
  };
}

function schedule(
  until: Millis | null,
  s: Snapshot,
  reader: Reader,
): Pick<Hero, 'reason' | 'short'> {
  if (until === null)
    return {
      reason: sayTo(reader, holdWords.scheduleNever),
      short: sayTo(reader, holdWords.scheduleShort),
    };
  const end = moment(until, s.takenAt, reader);
  const words = end === clock(until, reader) ? holdWords.scheduleToday : holdWords.schedule;
  return {
    reason: sayTo(reader, words, { until: end }),
    short: sayTo(reader, stateWords.until, { until: end }),
  };
}

/** Why a lane is left alone, in words. */
export function heldHero(because: Hold, s: Snapshot, reader: Reader = {}): Hero {
  const called = (word: Words) => ({ word: sayTo(reader, word), tag: sayTo(reader, word) });
  const paused = { state: 'paused', icon: 'pause', ...called(stateWords.paused) } as const;
  const waiting = { state: 'waiting', icon: 'hourglass', ...called(stateWords.waiting) } as const;
  const off = { state: 'off', ...called(stateWords.off) } as const;
  const told = (reason: Words, short: Words, values: Values = {}) => ({
    reason: sayTo(reader, reason, values),
    short: sayTo(reader, short, values),
  });
  /** A program by its title, or by what it is. */
  const named = (reason: Words, title: string, otherwise: Words, values: Values = {}) => {
    const short = plain(title, TITLE_MAX) || sayTo(reader, otherwise);
    return { reason: sayTo(reader, reason, { ...values, title: short }), short };
  };
  switch (because.kind) {
    case 'game-running':
      return {
        ...paused,
        icon: 'gamepad',
        ...named(holdWords.game, because.title, holdWords.aGame),
      };
    case 'no-network':
      return {
        ...off,
        icon: 'network',
        word: sayTo(reader, holdWords.nothingToDo),
        ...told(holdWords.noNetwork, holdWords.noNetworkShort),
      };
    case 'on-battery':
      return {
        ...paused,
        icon: 'battery-off',
        ...told(holdWords.battery, holdWords.batteryShort),
      };
    case 'other-program': {
      const load = percent(because.load);
      return {
        ...paused,
        ...named(holdWords.program, because.title, holdWords.anotherProgram, { load }),
      };
    }
    case 'memory-wanted':
      return {
        ...paused,
        ...named(holdWords.memory, because.title ?? '', holdWords.anotherProgram),
      };
    case 'schedule':
      return { ...paused, icon: 'calendar', ...schedule(because.until, s, reader) };
    case 'metered':
      return { ...paused, icon: 'wifi-off', ...told(holdWords.metered, holdWords.meteredShort) };
    case 'power-dear': {
      const until = because.until === null ? '' : moment(because.until, s.takenAt, reader);
      const reason = until === '' ? holdWords.dearAlways : holdWords.dear;
      return { ...paused, icon: 'cash', ...told(reason, holdWords.dearShort, { until }) };
    }
    case 'card-off':
      return { ...off, icon: 'power', ...told(holdWords.cardOff, holdWords.cardOffShort) };
    case 'leaving':
      return { ...paused, icon: 'moon', ...told(holdWords.leaving, holdWords.leavingShort) };
    case 'too-hot': {
      const below = { temperature: temperature(because.resumesBelow) };
      const at = { temperature: temperature(because.temperature) };
      return {
        state: 'hot',
        icon: 'flame',
        word: sayTo(reader, holdWords.tooHot),
        reason: `${reached(because, reader)} ${sayTo(reader, holdWords.resumesBelow, below)}`,
        tag: sayTo(reader, holdWords.tooHotTag),
        short: sayTo(reader, holdWords.tooHotShort, at),
      };
    }
    case 'owner-active':
      return { ...waiting, ...inUse(because.startsAfter, s, reader) };
    case 'gpu-lost':
      return {
        state: 'error',
        icon: 'alert',
        word: sayTo(reader, holdWords.lost),
        tag: sayTo(reader, stateWords.gpuError),
        ...told(holdWords.lostWhy, holdWords.lostShort),
      };
    case 'starting':
      return {
        ...waiting,
        ...called(stateWords.starting),
        ...told(holdWords.firstLook, holdWords.firstLookShort),
      };
    case 'skipped':
      return {
        ...waiting,
        ...told(holdWords.skipped, holdWords.skippedShort),
      };
  }
}
