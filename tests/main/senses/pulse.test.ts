import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { openPulse, type Pulse, QUICK, SLOW } from '../../../src-main/senses/pulse.ts';
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

test('an agent that is closed looks no more', () => {
  const life = new AbortController();
  openPulse({
    beat: () => void beats++,
    changed: () => undefined,
    now: () => performance.now(),
    signal: life.signal,
  });
  beatsIn(seconds(3));
  life.abort();
  expect(beatsIn(minutes(10))).toBe(0);
});
