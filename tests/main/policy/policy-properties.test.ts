import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Circumstances } from '../../../src-main/policy/circumstances.ts';
import { houseRules } from '../../../src-main/policy/house-rules.ts';
import { holdOf, type Memory } from '../../../src-main/policy/policy.ts';
import { Reading } from '../../../src-shared/gpu.ts';
import { Settings } from '../../../src-shared/settings.ts';
import { celsius, microUsd, millis, seconds } from '../../../src-shared/units.ts';
import { arbitraryOf } from '../../worlds/arbitrary.ts';
import { card, game, T0 } from '../../worlds/machine.ts';
import { program, quiet, showing, why } from './circumstances.ts';

/** Each hold that comes and goes with what is measured, what brings it about, and how long it stays afterwards. */
const BOUNCING = [
  ['game-running', { games: [game] }, 3],
  ['memory-wanted', showing({ memoryUsed: card.vramTotal, programs: [program({ load: 0 })] }), 30],
  ['too-hot', showing({ temperature: celsius(84) }), 10],
  ['on-battery', { onBattery: true }, 5],
  ['metered', { metered: true }, 10],
  ['power-dear', { earnsPerHour: microUsd(1) }, 30],
] as const satisfies readonly (readonly [string, Partial<Circumstances>, number])[];

test('every rule that outlasts what it saw is tried for that, and for as long', () => {
  const lingering = houseRules
    .filter(({ kind, leaveAfter }) => leaveAfter > 0 && kind !== 'other-program')
    .map(({ kind, leaveAfter }) => [kind, leaveAfter / 1000]);
  const tried = BOUNCING.map(([kind, , leaveAfter]) => [kind, leaveAfter]);
  expect(lingering.sort()).toEqual(tried.sort());
});

/** Hours of looks: without `size` a list stays at ten, and no hold-off would come to its end. */
const moves = fc.array(fc.tuple(fc.integer({ min: 1, max: 12_000 }), fc.boolean()), {
  maxLength: 200,
  size: 'max',
});

test.each(BOUNCING)(
  '%s: holds the lane at the first look, and no sequence of looks lets it go sooner than it may',
  (kind, on, leaveAfter) => {
    fc.assert(
      fc.property(moves, (looks) => {
        let memory: Memory = {};
        let at = 0;
        let lastOn = Number.NEGATIVE_INFINITY;
        for (const [later, isOn] of looks) {
          at += later;
          if (isOn) lastOn = at;
          const next = why({ ...(isOn ? on : {}), now: millis(T0 + at) }, memory);
          memory = next.memory;
          const held = at - lastOn < leaveAfter * 1000;
          expect(next.hold?.reason.kind).toBe(held ? kind : undefined);
        }
      }),
    );
  },
);

test('other-program: no sequence of looks holds the lane for less than five busy seconds, or frees it within ten', () => {
  const busy = showing({ programs: [program()] });
  fc.assert(
    fc.property(moves, (looks) => {
      let memory: Memory = {};
      let at = 0;
      let busyFrom = 0;
      let lastBusy = Number.NEGATIVE_INFINITY;
      let held = false;
      let wasBusy = false;
      for (const [later, isBusy] of looks) {
        at += later;
        if (isBusy && !wasBusy) busyFrom = at;
        if (isBusy) lastBusy = at;
        wasBusy = isBusy;
        const next = why({ ...(isBusy ? busy : {}), now: millis(T0 + at) }, memory);
        memory = next.memory;
        if (!held && next.hold) expect(at - busyFrom).toBeGreaterThanOrEqual(5000);
        if (held && !next.hold) expect(at - lastBusy).toBeGreaterThanOrEqual(10_000);
        if (isBusy && at - busyFrom >= 5000) expect(next.hold).not.toBeNull();
        held = next.hold !== null;
      }
    }),
  );
});

const anyClock = fc.oneof(
  fc.integer({ min: T0 - 1e9, max: T0 + 1e9 }),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -1, 8.64e15, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const anyMoment: fc.Arbitrary<Circumstances> = fc.record({
  now: anyClock.map(millis),
  settings: arbitraryOf(Settings).map((value) => Settings.parse(value)),
  gpu: fc.constant(card),
  reading: fc.option(arbitraryOf(Reading).map((value) => Reading.parse(value))),
  working: fc.boolean(),
  games: fc.constantFrom([], [game]),
  idleFor: fc.option(fc.nat().map(millis)),
  locked: fc.boolean(),
  onBattery: fc.boolean(),
  metered: fc.boolean(),
  sharedCards: fc.nat(16),
  earnsPerHour: fc.option(fc.nat().map(microUsd)),
  leaving: fc.boolean(),
  startNow: fc.boolean(),
});

test('whatever the clock, the settings and the card say: there is an answer, a game evicts, the switch is obeyed', () => {
  fc.assert(
    fc.property(fc.array(anyMoment, { maxLength: 12 }), (moments) => {
      let memory: Memory = {};
      for (const moment of moments) {
        const next = holdOf(moment, memory);
        memory = next.memory;
        if (moment.games.length > 0) expect(next.hold?.urgency).toBe('evict');
        if (!moment.settings.sharing) expect(next.hold?.reason.kind).toBe('switched-off');
        if (moment.settings.pausedUntil === 'forever') expect(next.hold?.urgency).toBe('evict');
        if (!moment.settings.builtInNetwork) expect(next.hold).not.toBeNull();
        if (moment.reading === null) expect(next.hold).not.toBeNull();
      }
    }),
    { numRuns: 300 },
  );
});

test('whatever came before: on a quiet machine every hold ends within half a minute', () => {
  fc.assert(
    fc.property(fc.array(anyMoment, { maxLength: 6 }), (moments) => {
      let memory: Memory = {};
      for (const moment of moments) ({ memory } = holdOf(moment, memory));
      for (let at = 0; at <= 30; at += 1)
        ({ memory } = holdOf({ ...quiet, now: millis(T0 + seconds(at)) }, memory));
      expect(holdOf({ ...quiet, now: millis(T0 + seconds(31)) }, memory).hold).toBeNull();
    }),
    { numRuns: 300 },
  );
});
