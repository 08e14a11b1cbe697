import { duration, moment, money, NBSP, testCredits } from './amount.ts';
import { heldHero } from './hold-sentence.ts';
import { asSentence, plain, TITLE_MAX } from './plain-text.ts';
import type { Reader } from './reader.ts';
import { type Situation, situation } from './situation.ts';
import { hotLook, slowedReason } from './slowdown-sentence.ts';
import type { Snapshot, StateKind } from './snapshot.ts';
import { microUsd, millis } from './units.ts';

export type HeroIcon =
  | 'bolt'
  | 'hourglass'
  | 'gamepad'
  | 'pause'
  | 'moon'
  | 'battery-off'
  | 'flame'
  | 'calendar'
  | 'wifi-off'
  | 'cash'
  | 'cloud-off'
  | 'alert'
  | 'network'
  | 'power';

/** One moment in words. `word`: the headline; `reason`: why, in sentences; `tag` and `short`: the same for a narrow place. */
export type Hero = {
  readonly state: StateKind;
  readonly icon: HeroIcon;
  readonly word: string;
  readonly reason: string;
  readonly tag: string;
  readonly short: string;
};

/** How long a search may take before it is called fruitless. */
const STILL_LOOKING = 10_000;

const joined = (...sentences: readonly string[]): string =>
  sentences.filter((s) => s !== '').join(' ');

/** What to say about the owner while a job runs. */
function whileEarning({ settings, idleFor, locked }: Snapshot): string {
  if (settings.when.kind === 'always') return 'Stops the moment a game starts.';
  if (settings.when.kind === 'working')
    return 'Stops the moment a game starts, and for programs that keep the GPU busy.';
  if (locked) return 'Your screen is locked. Stops the moment you’re back.';
  if (idleFor === null) return 'Stops the moment you’re back.';
  if (idleFor < settings.when.after) return 'Started by you. Stops for games and when you pause.';
  return `Away for ${duration(idleFor)}. Stops the moment you’re back.`;
}

const earnedToday = (s: Snapshot, reader: Reader): string =>
  s.network.test
    ? `${testCredits(s.today.test, reader)} today`
    : `${money(microUsd(s.today.money - s.today.electricity), reader)} net today`;

function earning(now: Extract<Situation, { kind: 'earning' }>, s: Snapshot, reader: Reader): Hero {
  const all = now.jobs.length === now.lanes;
  const part = `${now.jobs.length} of ${now.lanes}${NBSP}GPUs`;
  const where = now.software ? ' on the software renderer' : '';
  return {
    state: 'earning',
    icon: 'bolt',
    word: `${all ? 'Earning' : `Earning on ${part}`}${now.slowed ? ', slowed' : ''}`,
    reason: joined(
      now.slowed ? slowedReason(now.slowed, now.jobs.length > 1, s.settings, reader) : '',
      s.network.test ? `Earning test credits${where}, not money.` : '',
      now.offlineSince === null
        ? ''
        : `No connection since ${moment(now.offlineSince, s.takenAt, reader)}; the result is kept and sent later.`,
      whileEarning(s),
    ),
    tag: 'Earning',
    short: all ? earnedToday(s, reader) : part,
    // What is slowed on the owner's wish looks as always; what is slowed by heat they should see from afar.
    ...(now.slowed?.slowdown.because === 'heat' ? hotLook(now.slowed.slowdown) : {}),
  };
}

function words(now: Situation, s: Snapshot, reader: Reader): Hero {
  const waiting = { state: 'waiting', icon: 'hourglass', word: 'Waiting', tag: 'Waiting' } as const;
  switch (now.kind) {
    case 'off':
      return {
        state: 'off',
        icon: 'power',
        word: 'Off',
        reason: now.stopping
          ? 'Sharing is off. The job is being stopped.'
          : 'Sharing is off. Nothing runs on your GPU.',
        tag: 'Off',
        short: 'Sharing is off',
      };
    case 'paused': {
      const until = now.until === 'forever' ? 'you resume' : moment(now.until, s.takenAt, reader);
      return {
        state: 'paused',
        icon: 'pause',
        word: 'Paused',
        reason: `You paused sharing until ${until}.`,
        tag: 'Paused',
        short: `Until ${until}`,
      };
    }
    case 'no-gpu':
      return {
        state: 'error',
        icon: 'alert',
        word: 'No GPU found',
        reason: asSentence(now.detail) || 'This PC shows no GPU that Offpeak can use.',
        tag: 'GPU error',
        short: 'No GPU found',
      };
    case 'looking':
      return {
        ...waiting,
        word: 'Starting',
        reason: 'Looking for your GPU.',
        tag: 'Starting',
        short: 'Looking for GPU',
      };
    case 'earning':
      return earning(now, s, reader);
    case 'preparing': {
      const title = plain(now.job.title, TITLE_MAX);
      return {
        ...waiting,
        word: 'Starting',
        reason: joined(
          title === '' ? 'Loading the job.' : `Loading the job “${title}”.`,
          now.fetching === null
            ? ''
            : `Fetching the model, ${Math.floor(now.fetching * 100)}\u00a0%.`,
        ),
        tag: 'Starting',
        short: 'Loading job',
      };
    }
    case 'held':
      return heldHero(now.because, s, reader);
    case 'offline': {
      const since = moment(now.since, s.takenAt, reader);
      return {
        state: 'offline',
        icon: 'cloud-off',
        word: 'Offline',
        reason: joined(
          `No connection since ${since}.`,
          asSentence(now.detail),
          'Finished work is kept and sent later.',
        ),
        tag: 'Offline',
        short: `Since ${since}`,
      };
    }
    case 'seeking':
      return s.takenAt - now.since < STILL_LOOKING
        ? { ...waiting, reason: 'Looking for a job.', short: 'Looking for a job' }
        : {
            ...waiting,
            reason: 'No job fits this GPU right now. The next one starts by itself.',
            short: 'No job available',
          };
    case 'resting':
      return {
        ...waiting,
        reason: joined(
          'The last job ended with an error.',
          asSentence(now.detail),
          now.until > s.takenAt
            ? `Tries again in ${duration(millis(now.until - s.takenAt))}.`
            : 'Tries again now.',
        ),
        short: 'After an error',
      };
    case 'given-up':
      return {
        state: 'error',
        icon: 'alert',
        word: 'Stopped after errors',
        reason: joined(asSentence(now.detail), 'Nothing runs until you choose Try again.'),
        tag: 'Error',
        short: 'Needs you',
      };
  }
}

/** The moment in words: for the window's headline, its sidebar, and the tray. Never empty, whatever the snapshot. */
export const hero = (snapshot: Snapshot, reader: Reader = {}): Hero =>
  words(situation(snapshot), snapshot, reader);

/** One lane in words, as if it were the only one. */
export function laneHero(
  snapshot: Snapshot,
  lane: Snapshot['lanes'][number],
  reader: Reader = {},
): Hero {
  return hero({ ...snapshot, lanes: [lane] }, reader);
}

/** What a Windows tray tooltip holds, in UTF-16 units. */
const TOOLTIP_MAX = 127;

/** Cut between letters, not within one: a title of emoji is twice as long as it looks. */
function fitted(text: string): string {
  if (text.length <= TOOLTIP_MAX) return text;
  let kept = '';
  for (const letter of text) {
    if (kept.length + letter.length >= TOOLTIP_MAX) break;
    kept += letter;
  }
  return `${kept}…`;
}

/** What the tray icon says when pointed at. */
export function trayTooltip(snapshot: Snapshot, reader: Reader = {}): string {
  const { state, tag, short } = hero(snapshot, reader);
  if (state === 'off') return 'Offpeak: Off';
  if (state === 'offline' && snapshot.connection.kind === 'offline') {
    const { since } = snapshot.connection;
    return `Offpeak: Offline since ${moment(since, snapshot.takenAt, reader)}`;
  }
  return fitted(`Offpeak: ${tag}. ${short}`);
}
