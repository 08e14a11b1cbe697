import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Changes, type Later, NEWS_EVERY } from '../../src-exchange/queue/changes.ts';

/** Time that stands still until it is told how far to go. */
function stoppedClock() {
  let now = 0;
  const due = new Set<{ at: number; wake: () => void }>();
  const later: Later = (ms, wake) => {
    const timer = { at: now + ms, wake };
    due.add(timer);
    return () => due.delete(timer);
  };
  return {
    later,
    async pass(ms: number) {
      // Whoever is about to wait does so first.
      await setImmediate();
      now += ms;
      for (const timer of due)
        if (timer.at <= now) {
          due.delete(timer);
          timer.wake();
        }
      await setImmediate();
    },
  };
}

/** Somebody who asks for news again as soon as there is an answer. */
function reader(changes: Changes, wait: number) {
  const answers: number[] = [];
  const read = async (seen: number): Promise<void> => {
    await changes.after(seen, wait);
    answers.push(changes.count);
    return read(changes.count);
  };
  void read(0);
  return answers;
}

test('who waits for news of a busy array is told at once, and then once a second however much happens', async () => {
  const clock = stoppedClock();
  const changes = new Changes(clock.later);
  const answers = reader(changes, 25_000);
  await clock.pass(0);
  expect(answers).toEqual([1]);
  for (let ms = 0; ms < 10 * NEWS_EVERY; ms += 10) {
    changes.bump();
    await clock.pass(10);
  }
  expect(answers).toHaveLength(1 + 10);
  expect(answers.at(-1)).toBe(changes.count);
});

test('news after a quiet second is told at once, and where there is none the wait ends', async () => {
  const clock = stoppedClock();
  const changes = new Changes(clock.later);
  const answers = reader(changes, 25_000);
  await clock.pass(NEWS_EVERY);
  expect(answers).toEqual([1]);
  changes.bump();
  await clock.pass(0);
  expect(answers).toEqual([1, 2]);
  await clock.pass(NEWS_EVERY);
  await clock.pass(25_000 - NEWS_EVERY);
  expect(answers).toEqual([1, 2, 2]);
});

test('a wait shorter than a second ends when it says', async () => {
  const clock = stoppedClock();
  const changes = new Changes(clock.later);
  const answers = reader(changes, 100);
  await clock.pass(100);
  await clock.pass(0);
  expect(answers).toEqual([1, 1]);
});
