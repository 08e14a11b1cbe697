import { clock, duration, moment, percent, temperature } from './amount.ts';
import { plain, TITLE_MAX } from './plain-text.ts';
import type { Reader } from './reader.ts';
import type { Hero } from './sentence.ts';
import { TEMPERATURE_LIMITS } from './settings.ts';
import type { Hold } from './situation.ts';
import type { Snapshot } from './snapshot.ts';

/** A limit that no owner can choose is the maker's, for the hottest spot of the chip. */
const reached = ({ temperature: t, limit }: Extract<Hold, { kind: 'too-hot' }>): string =>
  limit > TEMPERATURE_LIMITS.max
    ? `The hottest spot of the GPU reached ${temperature(t)}.`
    : `GPU reached ${temperature(t)}; your limit is ${temperature(limit)}.`;

/** Why a lane is left alone, in words. */
export function heldHero(because: Hold, s: Snapshot, reader: Reader = {}): Hero {
  const paused = { state: 'paused', word: 'Paused', tag: 'Paused' } as const;
  const waiting = { state: 'waiting', icon: 'hourglass', word: 'Waiting', tag: 'Waiting' } as const;
  switch (because.kind) {
    case 'game-running': {
      const title = plain(because.title, TITLE_MAX) || 'A game';
      return {
        ...paused,
        icon: 'gamepad',
        reason: `${title} is running. Resumes when you quit.`,
        short: title,
      };
    }
    case 'no-network':
      return {
        state: 'off',
        icon: 'network',
        word: 'Nothing to do',
        reason: 'All networks are switched off.',
        tag: 'Off',
        short: 'No network on',
      };
    case 'on-battery':
      return {
        ...paused,
        icon: 'battery-off',
        reason: 'On battery. Resumes when plugged in.',
        short: 'On battery',
      };
    case 'other-program': {
      const title = plain(because.title, TITLE_MAX) || 'Another program';
      return {
        ...paused,
        icon: 'pause',
        reason: `${title} is using the GPU (${percent(because.load)}). Resumes when it’s free.`,
        short: title,
      };
    }
    case 'memory-wanted': {
      const title = plain(because.title ?? '', TITLE_MAX) || 'Another program';
      return {
        ...paused,
        icon: 'pause',
        reason: `${title} needs the graphics memory. Resumes when there is room.`,
        short: title,
      };
    }
    case 'schedule': {
      const until = because.until && moment(because.until, s.takenAt, reader);
      const today = because.until !== null && until === clock(because.until, reader);
      return {
        ...paused,
        icon: 'calendar',
        reason: until
          ? `Outside your schedule. Resumes ${today ? 'today at ' : ''}${until}.`
          : 'Outside your schedule. No hour of your week is shared.',
        short: until ? `Until ${until}` : 'Outside your schedule',
      };
    }
    case 'metered':
      return {
        ...paused,
        icon: 'wifi-off',
        reason: 'Metered network. Resumes on an unmetered one.',
        short: 'Metered network',
      };
    case 'power-dear': {
      const until = because.until && moment(because.until, s.takenAt, reader);
      return {
        ...paused,
        icon: 'cash',
        reason: until
          ? `Power costs more than jobs pay until ${until}.`
          : 'Power costs more than jobs pay, at every hour of your tariff.',
        short: 'Power too dear',
      };
    }
    case 'card-off':
      return {
        state: 'off',
        icon: 'power',
        word: 'Off',
        reason: 'You don’t share this GPU.',
        tag: 'Off',
        short: 'Not shared',
      };
    case 'leaving':
      return {
        ...paused,
        icon: 'moon',
        reason: 'This PC is going to sleep or shutting down.',
        short: 'PC goes to sleep',
      };
    case 'too-hot':
      return {
        state: 'hot',
        icon: 'flame',
        word: 'Too hot, stopped',
        reason: `${reached(because)} Resumes below ${temperature(because.resumesBelow)}. Check the airflow.`,
        tag: 'Too hot',
        short: `Stopped at ${temperature(because.temperature)}`,
      };
    case 'owner-active': {
      const after = because.startsAfter;
      const away = after >= 1000 ? `after ${duration(after)} away` : 'as soon as you’re away';
      return s.hasRun
        ? { ...waiting, reason: `You’re using this PC. Starts ${away}.`, short: 'PC in use' }
        : { ...waiting, reason: `Ready. Your first job starts ${away}.`, short: 'Ready' };
    }
    case 'gpu-lost':
      return {
        state: 'error',
        icon: 'alert',
        word: 'GPU stopped responding',
        reason: 'Its driver no longer answers. Sharing stays stopped until it works again.',
        tag: 'GPU error',
        short: 'Not responding',
      };
    case 'starting':
      return {
        ...waiting,
        word: 'Starting',
        reason: 'Taking a first look at the GPU.',
        tag: 'Starting',
        short: 'Checking GPU',
      };
    case 'skipped':
      return {
        ...waiting,
        reason: 'You skipped this job. It is being given back.',
        short: 'Job skipped',
      };
  }
}
