import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Circumstances, holdOf, type Memory } from '../../src-main/policy.ts';
import { defaults } from '../../src-shared/settings.ts';
import { celsius, millis, minutes, seconds } from '../../src-shared/units.ts';
import { game, reading, sharing, T0 } from './world.ts';

const quiet: Circumstances = {
  now: T0,
  settings: sharing,
  reading: reading(),
  games: [],
  idleFor: minutes(60),
  onBattery: false,
  leaving: false,
  startNow: false,
};
const why = (now: Partial<Circumstances>, memory: Memory = {}) =>
  holdOf({ ...quiet, ...now }, memory);

test('a quiet machine whose owner shares it is welcome', () => {
  expect(why({}).hold).toBeNull();
});

test('the owner reads the reason they would mind most, and the most urgent one decides how fast', () => {
  const { hold } = why({ games: [game], idleFor: seconds(0), onBattery: true });
  expect(hold).toEqual({
    urgency: 'evict',
    reason: { kind: 'game-running', title: game.title, path: game.path },
  });
  const hotGame = why({ reading: reading({ temperature: celsius(90) }), onBattery: true }).hold;
  expect(hotGame?.reason.kind).toBe('too-hot');
  expect(hotGame?.urgency).toBe('evict');
});

test('out of the box nothing runs', () => {
  expect(why({ settings: defaults }).hold?.reason.kind).toBe('switched-off');
});

test('a hot card stops at its limit and starts again only well below it', () => {
  const at = (temperature: number, memory: Memory) =>
    why({ reading: reading({ temperature: celsius(temperature) }) }, memory);
  expect(at(77, {}).hold).toBeNull();
  const hot = at(78, {});
  expect(hot.hold?.reason).toMatchObject({ kind: 'too-hot', limit: 78, resumesBelow: 70 });
  expect(at(72, hot.memory).hold?.reason.kind).toBe('too-hot');
  expect(at(69, at(72, hot.memory).memory).hold).toBeNull();
});

test('on battery nothing runs, unless the owner allowed it', () => {
  expect(why({ onBattery: true }).hold?.reason.kind).toBe('on-battery');
  expect(why({ onBattery: true, settings: { ...sharing, pauseOnBattery: false } }).hold).toBeNull();
});

test('the owner at the machine holds it only if they chose "while I am away"', () => {
  expect(why({ idleFor: seconds(3) }).hold?.reason).toEqual({
    kind: 'owner-active',
    startsAfter: minutes(5),
  });
  expect(
    why({ idleFor: seconds(3), settings: { ...sharing, when: { kind: 'always' } } }).hold,
  ).toBeNull();
  expect(why({ idleFor: null }).hold).toBeNull();
});

test('no sequence of games makes the lane flap faster than the gap it allows', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 2000 }), fc.boolean()), { maxLength: 200 }),
      (moves) => {
        let memory: Memory = {};
        let now = 0;
        let held = false;
        let lastGame = Number.NEGATIVE_INFINITY;
        for (const [later, playing] of moves) {
          now += later;
          if (playing) lastGame = now;
          const next = holdOf(
            { ...quiet, now: millis(T0 + now), games: playing ? [game] : [] },
            memory,
          );
          memory = next.memory;
          if (held && !next.hold) expect(now - lastGame).toBeGreaterThanOrEqual(3000);
          if (playing) expect(next.hold).not.toBeNull();
          held = next.hold !== null;
        }
      },
    ),
  );
});

test('a clock set back does not hold the machine for ever', () => {
  const { memory } = why({ games: [game] });
  expect(why({ now: millis(T0 - 86_400_000) }, memory).hold).toBeNull();
});
