import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  beginWatch,
  consider,
  HOLD_OFF,
  IDLE_AFTER,
  type Message,
  nothingYet,
  OFF_AFTER,
  QUIET,
  Remembered,
  type Watch,
} from '../../../src-main/owner/notifications.ts';
import { quote } from '../../../src-shared/said.ts';
import type { Snapshot } from '../../../src-shared/snapshot.ts';
import { hours, type Millis, millis, minutes, seconds } from '../../../src-shared/units.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

const full = { id: 1, said: quote('The disk is full.') };
const repaired = { id: 2, said: quote('The books were repaired.') };

type Look = { readonly snapshot: Snapshot; readonly after: Millis };
type Told = Message & { readonly at: Millis };

/** Looks at one moment after the other, each so long after the one before. */
function live(looks: readonly Look[], from: Watch = beginWatch(nothingYet)) {
  let watch = from;
  let now = from.lookedAt ?? snapshots.fresh.takenAt;
  const said: Told[] = [];
  for (const { snapshot, after } of looks) {
    now = millis(now + after);
    const [next, message] = consider(watch, { ...snapshot, takenAt: now }, { language: 'en' });
    watch = next;
    if (message) said.push({ ...message, at: now });
  }
  return { watch, said };
}
const topics = ({ said }: { said: readonly Told[] }) => said.map(({ topic }) => topic);
/** The same moment for so long, looked at every half minute. */
const lasting = (snapshot: Snapshot, length: Millis): Look[] =>
  Array.from({ length: Math.ceil(length / seconds(30)) }, () => ({ snapshot, after: seconds(30) }));

const { gpuLost, earningMoney, givenUp, hot, seeking, waiting, off, fresh } = snapshots;
const playing = (snapshot: Snapshot): Snapshot => ({ ...snapshot, playing: true });

describe('the owner is told', () => {
  test('of a card that stopped, once, in the words of the window', () => {
    const story = live(lasting(gpuLost, hours(2)));
    expect(story.said).toMatchObject([
      { topic: 'gpu-lost', title: 'GPU stopped responding', page: 'home' },
    ]);
  });

  test('of nothing that is over within seconds', () => {
    expect(
      topics(live([...lasting(gpuLost, seconds(30)), ...lasting(earningMoney, hours(1))])),
    ).toEqual([]);
  });

  test('of heat that stopped the work, and the click leads to the limits', () => {
    expect(live(lasting(hot, minutes(5))).said).toMatchObject([{ topic: 'hot', page: 'limits' }]);
  });

  test('of a card given up, but not when it is given up again before long', () => {
    const again = [...lasting(givenUp, minutes(5)), ...lasting(earningMoney, minutes(5))];
    expect(topics(live([...again, ...again, ...again]))).toEqual(['given-up']);
    expect(
      topics(live([...again, { snapshot: earningMoney, after: HOLD_OFF['given-up'] }, ...again])),
    ).toEqual(['given-up', 'given-up']);
  });

  test('of the same trouble not a second time by a restart', () => {
    const { watch } = live(lasting(givenUp, minutes(5)));
    const kept = Remembered.parse(JSON.parse(JSON.stringify(watch.remembered)));
    const later = { ...beginWatch(kept), lookedAt: watch.lookedAt };
    expect(topics(live(lasting(givenUp, hours(1)), later))).toEqual([]);
  });

  test('of a notice, and of the next one when an hour has passed', () => {
    const one = { ...fresh, notices: [full] };
    const two = { ...fresh, notices: [full, repaired] };
    const story = live([...lasting(one, minutes(30)), ...lasting(two, hours(2))]);
    expect(story.said.map(({ body }) => body)).toEqual([
      'The disk is full.',
      'The books were repaired.',
    ]);
  });

  test('of a day in which a free machine earned nothing', () => {
    const story = live(lasting(seeking, hours(30)));
    expect(story.said).toMatchObject([{ topic: 'idle' }]);
    expect(story.said[0]?.body).toContain('No job fits this GPU right now.');
  });

  test('of no such day while they use the machine themselves, or a job was finished in it', () => {
    expect(topics(live(lasting(waiting, hours(30))))).toEqual([]);
    const half = lasting(seeking, hours(20));
    const [latest] = seeking.earnings.jobs;
    if (!latest) throw new Error('the moment has no job');
    const finished: Snapshot = {
      ...seeking,
      earnings: { ...seeking.earnings, jobs: [{ ...latest, at: millis(latest.at + 1) }] },
    };
    expect(topics(live([...half, ...lasting(finished, hours(20))]))).toEqual([]);
  });

  test('of no such day for the hours in which the computer slept', () => {
    const night = Array.from({ length: 40 }, () => ({ snapshot: seeking, after: hours(1) }));
    expect(topics(live(night))).toEqual([]);
    expect(IDLE_AFTER).toBeLessThan(hours(40));
  });

  test('that sharing is still off, days after they switched it off, and never if they never had it on', () => {
    const left = [{ snapshot: waiting, after: seconds(1) }, ...lasting(off, minutes(1))];
    const days = Array.from({ length: 20 }, () => ({ snapshot: off, after: hours(24) }));
    const story = live([...left, ...days]);
    expect(topics(story)).toEqual(['off']);
    expect(story.said[0]?.at).toBeGreaterThanOrEqual(fresh.takenAt + OFF_AFTER);
    expect(topics(live(days))).toEqual([]);
  });

  test('of nothing where they do not want it', () => {
    const silent: Snapshot = {
      ...gpuLost,
      settings: { ...gpuLost.settings, notifications: false },
    };
    expect(topics(live(lasting(silent, hours(2))))).toEqual([]);
  });

  test('after a game of the last thing that went wrong in it and still is, and no more', () => {
    const noticed = playing({ ...givenUp, notices: [full] });
    const game = [...lasting(playing(givenUp), minutes(10)), ...lasting(noticed, minutes(10))];
    const after = lasting({ ...givenUp, notices: [full] }, hours(1));
    expect(topics(live([...game, ...after]))).toEqual(['notice']);
    expect(topics(live([...game, ...lasting(earningMoney, hours(1))]))).toEqual([]);
  });
});

test('whatever happens: never during a game, never the same within its hold-off, never two at once', () => {
  const moment = fc.constantFrom<Snapshot>(
    gpuLost,
    givenUp,
    hot,
    seeking,
    off,
    earningMoney,
    waiting,
    { ...fresh, notices: [full] },
    { ...fresh, notices: [full, repaired] },
  );
  const look = fc.record({
    snapshot: fc
      .tuple(moment, fc.boolean())
      .map(([snapshot, game]) => (game ? playing(snapshot) : snapshot)),
    after: fc.constantFrom(seconds(1), seconds(40), minutes(5), hours(3), hours(30)),
  });
  let told = 0;
  fc.assert(
    fc.property(fc.array(look, { maxLength: 80 }), (looks) => {
      let watch = beginWatch(nothingYet);
      let now: Millis = fresh.takenAt;
      let last = -Infinity;
      const lastOf = new Map<string, number>();
      for (const { snapshot, after } of looks) {
        now = millis(now + after);
        const [next, message] = consider(watch, { ...snapshot, takenAt: now }, { language: 'en' });
        watch = next;
        if (!message) continue;
        told += 1;
        expect(snapshot.playing).toBe(false);
        expect(now - last).toBeGreaterThanOrEqual(QUIET);
        expect(now - (lastOf.get(message.topic) ?? -Infinity)).toBeGreaterThanOrEqual(
          HOLD_OFF[message.topic],
        );
        expect(message.title).not.toBe('');
        expect(message.body).not.toBe('');
        expect(Remembered.parse(watch.remembered)).toEqual(watch.remembered);
        last = now;
        lastOf.set(message.topic, now);
      }
    }),
  );
  expect(told).toBeGreaterThan(0);
});
