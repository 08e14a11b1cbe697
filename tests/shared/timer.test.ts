import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { pause } from '../../src-shared/timer.ts';
import { millis, minutes } from '../../src-shared/units.ts';

test('a wait that nobody ends says that all of it has passed, and leaves no listener behind', async () => {
  const life = new AbortController();
  expect(await pause(millis(5), life.signal)).toBe(true);
  expect(getEventListeners(life.signal, 'abort')).toEqual([]);
});

test('whoever leaves in the middle of a wait, or before it, is not kept', async () => {
  const life = new AbortController();
  const waiting = pause(minutes(10), life.signal);
  life.abort();
  expect(await waiting).toBe(false);
  expect(await pause(minutes(10), life.signal)).toBe(false);
  expect(getEventListeners(life.signal, 'abort')).toEqual([]);
});
