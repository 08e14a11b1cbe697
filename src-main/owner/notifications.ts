import { z } from 'zod';
import { date, duration } from '../../src-shared/amount.ts';
import { type Reader, sayTo } from '../../src-shared/language/reader.ts';
import { hero, laneHero } from '../../src-shared/moment/sentence.ts';
import { type Situation, situation } from '../../src-shared/moment/situation.ts';
import type { LaneView, Notice, Snapshot } from '../../src-shared/snapshot.ts';
import { hours, type Millis, millis, minutes, seconds } from '../../src-shared/units.ts';
import { messageOf } from '../../src-shared/wording.ts';
import { notifications } from '../words/notifications.ts';

/** What the owner may be told of, the worst first. Only trouble: everything else can wait until they look. */
export const Topic = z.enum(['gpu-lost', 'given-up', 'hot', 'notice', 'idle', 'off']);
export type Topic = z.infer<typeof Topic>;

/** One notification. `page`: where the window opens for whoever clicks it. */
export type Message = {
  readonly topic: Topic;
  readonly title: string;
  readonly body: string;
  readonly page: 'home' | 'limits';
};

/** The same thing is not told again within this time, whatever happened in between, also over a restart. */
export const HOLD_OFF: Readonly<Record<Topic, Millis>> = {
  'gpu-lost': hours(6),
  'given-up': hours(6),
  hot: hours(6),
  notice: hours(1),
  idle: hours(24),
  off: hours(7 * 24),
};
/** No two notifications come closer together than this. */
export const QUIET: Millis = minutes(1);
/** What is over sooner than this was nothing to be told of, such as a driver that is updated. */
const SETTLES: Readonly<Partial<Record<Topic, Millis>>> = {
  'gpu-lost': seconds(30),
  hot: minutes(1),
};
/** A free machine that earns nothing for this long, in sum, is not only unlucky. */
export const IDLE_AFTER: Millis = hours(24);
/** Whoever switched sharing off for an evening has forgotten it by now. */
export const OFF_AFTER: Millis = hours(3 * 24);
/** Between two looks further apart than this the computer slept. */
const LONGEST_GAP: Millis = minutes(1);

const at = z.int().transform(millis);

/** What is known of the past over a restart. */
export const Remembered = z.object({
  told: z.partialRecord(Topic, at),
  /** Sharing was on when last looked; null before the first look. */
  sharing: z.boolean().nullable(),
  /** Since when it is off by the owner's hand; null where it is on, or never was. */
  offSince: at.nullable(),
  /** How long the machine was free without finishing a job, in sum. */
  unearned: z.int().min(0).transform(millis),
  /** When the last job was finished. */
  lastJob: at.nullable(),
});
export type Remembered = Readonly<z.infer<typeof Remembered>>;

export const nothingYet: Remembered = {
  told: {},
  sharing: null,
  offSince: null,
  unearned: millis(0),
  lastJob: null,
};

/** A trouble that lasts: since when, and whether it has been told. */
type Lasting = { readonly since: Millis; readonly told: boolean };

export type Watch = {
  readonly remembered: Remembered;
  readonly lasting: Readonly<Partial<Record<Topic, Lasting>>>;
  readonly lookedAt: Millis | null;
  /** The notices that were there at the last look, told or not. */
  readonly notices: readonly Notice['id'][];
  /** The latest of them that is not yet told. */
  readonly notice: Notice['id'] | null;
};

export const beginWatch = (remembered: Remembered): Watch => ({
  remembered,
  lasting: {},
  lookedAt: null,
  notices: [],
  notice: null,
});

/** One more look at how things stand: what to tell the owner now, if anything. Never while a game runs. */
export function consider(
  before: Watch,
  snapshot: Snapshot,
  reader: Reader,
): readonly [Watch, Message | null] {
  const now = snapshot.takenAt;
  const watch = observe(before, snapshot);
  const messages = troubles(watch, snapshot, reader);
  const lasting = Object.fromEntries(
    messages.map(({ topic }) => {
      const known = watch.lasting[topic];
      return [topic, known && known.since <= now ? known : { since: now, told: false }];
    }),
  ) as Partial<Record<Topic, Lasting>>;
  const due = messages.filter(({ topic }) => isDue(topic, lasting[topic], watch, now));
  const [worst] = due;
  if (!worst || !snapshot.settings.notifications) return [{ ...watch, lasting }, null];
  if (snapshot.playing) {
    // One is kept for afterwards, if it is still true then: nobody wants to come back to a pile.
    const latest = due.reduce((a, b) => (sinceOf(lasting, b) > sinceOf(lasting, a) ? b : a));
    const dropped = due.filter((message) => message !== latest).map(({ topic }) => topic);
    return [{ ...watch, lasting: asTold(lasting, dropped) }, null];
  }
  const { told } = watch.remembered;
  if (Object.values(told).some((time) => Math.abs(now - time) < QUIET))
    return [{ ...watch, lasting }, null];
  const { topic } = worst;
  return [
    {
      ...watch,
      lasting: asTold(lasting, [topic]),
      notice: topic === 'notice' ? null : watch.notice,
      remembered: {
        ...watch.remembered,
        told: { ...told, [topic]: now },
        unearned: topic === 'idle' ? millis(0) : watch.remembered.unearned,
      },
    },
    worst,
  ];
}

const sinceOf = (lasting: Watch['lasting'], { topic }: Message): number =>
  lasting[topic]?.since ?? 0;

function asTold(lasting: Watch['lasting'], topics: readonly Topic[]): Watch['lasting'] {
  const told = { ...lasting };
  for (const topic of topics) {
    const one = told[topic];
    if (one) told[topic] = { ...one, told: true };
  }
  return told;
}

function isDue(topic: Topic, one: Lasting | undefined, { remembered }: Watch, now: Millis) {
  if (!one || one.told || now - one.since < (SETTLES[topic] ?? 0)) return false;
  const told = remembered.told[topic];
  return told === undefined || Math.abs(now - told) >= HOLD_OFF[topic];
}

/** What this moment adds to what is known of the past. */
function observe(watch: Watch, snapshot: Snapshot): Watch {
  const { remembered, lookedAt, notices } = watch;
  const { takenAt: now, settings, earnings } = snapshot;
  const sharing = settings.sharing && settings.pausedUntil !== 'forever';
  const lastJob = earnings.jobs[0]?.at ?? remembered.lastJob;
  const gap = lookedAt === null ? 0 : now - lookedAt;
  const waited = gap > 0 && gap <= LONGEST_GAP && isFree(situation(snapshot)) ? gap : 0;
  const switchedOff = remembered.sharing === true && !sharing ? now : remembered.offSince;
  const ids = snapshot.notices.map(({ id }) => id);
  const fresh = ids.filter((id) => !notices.includes(id)).at(-1);
  const still = watch.notice !== null && ids.includes(watch.notice);
  return {
    ...watch,
    lookedAt: now,
    notices: ids,
    notice: fresh ?? (still ? watch.notice : null),
    // Another notice is another occurrence.
    lasting: fresh === undefined ? watch.lasting : without(watch.lasting, 'notice'),
    remembered: {
      ...remembered,
      sharing,
      offSince: sharing ? null : switchedOff,
      lastJob,
      unearned: lastJob === remembered.lastJob ? millis(remembered.unearned + waited) : millis(0),
    },
  };
}

function without(lasting: Watch['lasting'], topic: Topic): Watch['lasting'] {
  const { [topic]: _gone, ...rest } = lasting;
  return rest;
}

/** Whether only a job is missing, or something is broken: the owner left the card to us. */
function isFree(now: Situation): boolean {
  switch (now.kind) {
    case 'seeking':
    case 'offline':
    case 'resting':
    case 'given-up':
    case 'no-gpu':
      return true;
    case 'held':
      return now.because.kind === 'gpu-lost';
    case 'off':
    case 'paused':
    case 'looking':
    case 'earning':
    case 'preparing':
      return false;
  }
}

/** Everything that is wrong now, the worst first. */
function troubles(watch: Watch, snapshot: Snapshot, reader: Reader): readonly Message[] {
  const { remembered } = watch;
  const { takenAt: now, settings, lanes } = snapshot;
  const notice = snapshot.notices.find(({ id }) => id === watch.notice);
  const shared = settings.sharing && settings.pausedUntil === null ? lanes : [];
  const held = (kind: 'gpu-lost' | 'too-hot') =>
    shared.find(({ phase }) => phase.kind === 'held' && phase.because.kind === kind);
  const messages: (Message | null)[] = [
    ofLane('gpu-lost', snapshot, held('gpu-lost'), reader),
    ofLane(
      'given-up',
      snapshot,
      shared.find(({ phase }) => phase.kind === 'given-up'),
      reader,
    ),
    ofLane('hot', snapshot, held('too-hot'), reader),
    notice === undefined
      ? null
      : {
          topic: 'notice',
          title: sayTo(reader, notifications.notice),
          body: messageOf(notice.said, reader),
          page: 'home',
        },
    remembered.unearned < IDLE_AFTER || shared.length === 0
      ? null
      : {
          topic: 'idle',
          title: sayTo(reader, notifications.idle),
          body: sayTo(reader, notifications.idleWhy, {
            hours: duration(remembered.unearned, reader),
            reason: hero(snapshot, reader).reason,
          }),
          page: 'home',
        },
    remembered.offSince === null || now - remembered.offSince < OFF_AFTER
      ? null
      : {
          topic: 'off',
          title: sayTo(reader, notifications.off),
          body: sayTo(reader, notifications.offWhy, {
            day: date(
              remembered.offSince,
              { weekday: 'long', month: 'long', day: 'numeric' },
              reader,
            ),
          }),
          page: 'home',
        },
  ];
  return messages.filter((message) => message !== null);
}

const ofLane = (
  topic: Topic,
  snapshot: Snapshot,
  lane: LaneView | undefined,
  reader: Reader,
): Message | null => {
  if (!lane) return null;
  const { word, reason } = laneHero(snapshot, lane, reader);
  const card = snapshot.lanes.length > 1 ? `${lane.gpu.name}: ` : '';
  return {
    topic,
    title: word,
    body: `${card}${reason}`,
    page: topic === 'hot' ? 'limits' : 'home',
  };
};
