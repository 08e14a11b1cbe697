import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { GRACE, openPulse, type Pulse, QUICK, SLOW } from '../../../src-main/senses/pulse.ts';
import { minutes, seconds } from '../../../src-shared/units.ts';

let beats = 0;
let paces: number[] = [];
beforeEach(() => {
  beats = 0;
  paces = [];
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

function pulse(): Pulse {
  const life = new AbortController();
  onTestFinished(() => life.abort());
  return openPulse({
    beat: () => void beats++,
    changed: (every) => void paces.push(every),
    now: () => performance.now(),
    signal: life.signal,
  });
}

/** How many beats there are in so long. */
function beatsIn(time: number): number {
  const before = beats;
  vi.advanceTimersByTime(time);
  return beats - before;
}

test('an agent that nobody looks at and that has nothing to do looks at its machine less often', () => {
  pulse();
  beatsIn(minutes(1));
  expect(beatsIn(minutes(1))).toBe(minutes(1) / SLOW);
  expect(paces).toEqual([SLOW]);
});

test('work is looked after every second from the moment it begins until it ends', () => {
  const { keep } = pulse();
  beatsIn(minutes(1));
  keep(true);
  // The first look does not wait for the slow beat: what the work uses is measured from its beginning.
  expect(beatsIn(1)).toBe(1);
  expect(beatsIn(minutes(5))).toBe(minutes(5) / QUICK);
  keep(false);
  beatsIn(QUICK);
  expect(beatsIn(minutes(1))).toBe(minutes(1) / SLOW);
  expect(paces).toEqual([SLOW, QUICK, SLOW]);
});

test('for a while after something happened the next thing is noticed within a second', () => {
  const { stir } = pulse();
  beatsIn(minutes(1));
  stir();
  expect(beatsIn(seconds(10))).toBeGreaterThanOrEqual(10);
  stir();
  expect(beatsIn(seconds(10))).toBe(10);
  beatsIn(minutes(1));
  expect(beatsIn(minutes(1))).toBe(minutes(1) / SLOW);
});

test('while the cards are read there is one clock: each reading is a beat, and nothing else is', () => {
  const { reading, keep } = pulse();
  keep(true);
  reading();
  const before = beats;
  for (let second = 0; second < 60; second++) {
    vi.advanceTimersByTime(QUICK);
    reading();
  }
  expect(beats - before).toBe(60);
});

test('a driver that falls silent does not stop the agent’s looks, and sets their time again when it speaks', () => {
  const { reading, keep } = pulse();
  keep(true);
  reading();
  expect(beatsIn(QUICK + GRACE - 1)).toBe(0);
  expect(beatsIn(1)).toBe(1);
  expect(beatsIn(minutes(1))).toBe(minutes(1) / QUICK);
  beatsIn(QUICK / 2);
  reading();
  expect(beatsIn(QUICK + GRACE - 1)).toBe(0);
});

test('a reading that is on its way is not overtaken when work begins', () => {
  const { reading, keep } = pulse();
  beatsIn(minutes(1));
  reading();
  keep(true);
  // The probe reads at once when it is told to be quick.
  expect(paces.at(-1)).toBe(QUICK);
  expect(beatsIn(GRACE - 1)).toBe(0);
  const before = beats;
  reading();
  expect(beats - before).toBe(1);
});

test('an agent that is closed looks no more', () => {
  const life = new AbortController();
  const { reading } = openPulse({
    beat: () => void beats++,
    changed: () => undefined,
    now: () => performance.now(),
    signal: life.signal,
  });
  beatsIn(seconds(3));
  life.abort();
  reading();
  expect(beatsIn(minutes(10))).toBe(0);
  expect(beats).toBe(3);
});
