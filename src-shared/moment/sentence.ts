import { forDuration, moment, money, percent, testCredits } from '../amount.ts';
import type { Words } from '../language/language.ts';
import { type Reader, sayTo } from '../language/reader.ts';
import { plain, TITLE_MAX } from '../plain-text.ts';
import type { Snapshot } from '../snapshot.ts';
import { type Millis, microUsd, millis } from '../units.ts';
import { sentenceOf } from '../wording.ts';
import { stateWords } from '../words/state-words.ts';
import type { Hero } from './hero.ts';
import { heldHero } from './hold-sentence.ts';
import { type Situation, situation } from './situation.ts';
import { hotLook, slowedReason } from './slowdown-sentence.ts';

/** How long a search may take before it is called fruitless. */
const STILL_LOOKING = 10_000;

const joined = (...sentences: readonly string[]): string =>
  sentences.filter((s) => s !== '').join(' ');

/** What to say about the owner while a job runs. */
function whileEarning({ settings, idleFor, locked }: Snapshot, reader: Reader): string {
  if (settings.when.kind === 'always') return sayTo(reader, stateWords.stopsForGames);
  if (settings.when.kind === 'working') return sayTo(reader, stateWords.stopsForWork);
  if (locked) return sayTo(reader, stateWords.locked);
  if (idleFor === null) return sayTo(reader, stateWords.stopsForOwner);
  if (idleFor < settings.when.after) return sayTo(reader, stateWords.startedByYou);
  return sayTo(reader, stateWords.away, { length: forDuration(idleFor, reader) });
}

function earnedToday({ network, today }: Snapshot, reader: Reader): string {
  if (network.test)
    return sayTo(reader, stateWords.testToday, { amount: testCredits(today.test, reader) });
  const net = microUsd(today.money - today.electricity);
  return sayTo(reader, stateWords.netToday, { amount: money(net, reader) });
}

function earning(now: Extract<Situation, { kind: 'earning' }>, s: Snapshot, reader: Reader): Hero {
  const all = now.jobs.length === now.lanes;
  const part = sayTo(reader, stateWords.someGpus, {
    some: String(now.jobs.length),
    all: String(now.lanes),
  });
  const tag = sayTo(reader, stateWords.earning);
  const word = all ? tag : sayTo(reader, stateWords.earningOn, { part });
  const notMoney = now.software ? stateWords.notMoneySoftware : stateWords.notMoney;
  return {
    state: 'earning',
    icon: 'bolt',
    word: now.slowed ? sayTo(reader, stateWords.slowedWord, { word }) : word,
    reason: joined(
      now.slowed ? slowedReason(now.slowed, now.jobs.length > 1, s.settings, reader) : '',
      s.network.test ? sayTo(reader, notMoney) : '',
      now.offlineSince === null
        ? ''
        : sayTo(reader, stateWords.resultKept, {
            since: moment(now.offlineSince, s.takenAt, reader),
          }),
      whileEarning(s, reader),
    ),
    tag,
    short: all ? earnedToday(s, reader) : part,
    // What is slowed on the owner's wish looks as always; what is slowed by heat they should see from afar.
    ...(now.slowed?.slowdown.because === 'heat' ? hotLook(now.slowed.slowdown, reader) : {}),
  };
}

function paused(until: Millis | 'forever', s: Snapshot, reader: Reader): Hero {
  const word = sayTo(reader, stateWords.paused);
  const look = { state: 'paused', icon: 'pause', word, tag: word } as const;
  if (until === 'forever') {
    const reason = sayTo(reader, stateWords.pausedForever);
    return { ...look, reason, short: sayTo(reader, stateWords.untilResume) };
  }
  const end = { until: moment(until, s.takenAt, reader) };
  const reason = sayTo(reader, stateWords.pausedUntil, end);
  return { ...look, reason, short: sayTo(reader, stateWords.until, end) };
}

function preparing(
  { job, fetching }: Extract<Situation, { kind: 'preparing' }>,
  reader: Reader,
): Pick<Hero, 'reason' | 'short'> {
  const title = plain(job.title, TITLE_MAX);
  return {
    reason: joined(
      title === ''
        ? sayTo(reader, stateWords.loadingJob)
        : sayTo(reader, stateWords.loadingNamed, { title }),
      fetching === null
        ? ''
        : // Rounded down: all of it is there only when it is.
          sayTo(reader, stateWords.fetchingModel, {
            share: percent(Math.floor(fetching * 100) / 100),
          }),
    ),
    short: sayTo(reader, stateWords.loadingShort),
  };
}

function words(now: Situation, s: Snapshot, reader: Reader): Hero {
  const called = (word: Words) => ({ word: sayTo(reader, word), tag: sayTo(reader, word) });
  const waiting = { state: 'waiting', icon: 'hourglass', ...called(stateWords.waiting) } as const;
  const starting = { ...waiting, ...called(stateWords.starting) };
  const error = { state: 'error', icon: 'alert' } as const;
  switch (now.kind) {
    case 'off':
      return {
        state: 'off',
        icon: 'power',
        ...called(stateWords.off),
        reason: sayTo(reader, now.stopping ? stateWords.offStopping : stateWords.offWhy),
        short: sayTo(reader, stateWords.offShort),
      };
    case 'paused':
      return paused(now.until, s, reader);
    case 'no-gpu':
      return {
        ...error,
        word: sayTo(reader, stateWords.noGpu),
        reason: sentenceOf(now.detail, reader) || sayTo(reader, stateWords.noGpuWhy),
        tag: sayTo(reader, stateWords.gpuError),
        short: sayTo(reader, stateWords.noGpu),
      };
    case 'looking':
      return {
        ...starting,
        reason: sayTo(reader, stateWords.looking),
        short: sayTo(reader, stateWords.lookingShort),
      };
    case 'earning':
      return earning(now, s, reader);
    case 'preparing':
      return { ...starting, ...preparing(now, reader) };
    case 'held':
      return heldHero(now.because, s, reader);
    case 'offline': {
      const since = moment(now.since, s.takenAt, reader);
      return {
        state: 'offline',
        icon: 'cloud-off',
        ...called(stateWords.offline),
        reason: joined(
          sayTo(reader, stateWords.noConnection, { since }),
          sentenceOf(now.detail, reader),
          sayTo(reader, stateWords.workKept),
        ),
        short: sayTo(reader, stateWords.since, { since }),
      };
    }
    case 'seeking': {
      const fresh = s.takenAt - now.since < STILL_LOOKING;
      return {
        ...waiting,
        reason: sayTo(reader, fresh ? stateWords.seeking : stateWords.noJob),
        short: sayTo(reader, fresh ? stateWords.seekingShort : stateWords.noJobShort),
      };
    }
    case 'resting': {
      const length = forDuration(millis(now.until - s.takenAt), reader);
      return {
        ...waiting,
        reason: joined(
          sayTo(reader, stateWords.lastFailed),
          sentenceOf(now.detail, reader),
          now.until > s.takenAt
            ? sayTo(reader, stateWords.triesAgainIn, { length })
            : sayTo(reader, stateWords.triesAgainNow),
        ),
        short: sayTo(reader, stateWords.lastFailedShort),
      };
    }
    case 'given-up':
      return {
        ...error,
        word: sayTo(reader, stateWords.givenUp),
        reason: joined(sentenceOf(now.detail, reader), sayTo(reader, stateWords.givenUpWhy)),
        tag: sayTo(reader, stateWords.error),
        short: sayTo(reader, stateWords.givenUpShort),
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
  if (state === 'off') return `Offpeak: ${tag}`;
  if (state === 'offline' && snapshot.connection.kind === 'offline') {
    const { since } = snapshot.connection;
    const when = { since: moment(since, snapshot.takenAt, reader) };
    return `Offpeak: ${sayTo(reader, stateWords.offlineSince, when)}`;
  }
  return fitted(`Offpeak: ${tag}. ${short}`);
}
