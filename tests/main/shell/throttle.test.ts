import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openThrottle } from '../../../src-main/shell/throttle.ts';
import { seconds } from '../../../src-shared/units.ts';

/** An icon, and a clock that one moves by hand. */
function icon() {
  const put: { value: string; at: number }[] = [];
  let now = 0;
  let alarm: { then: () => void; at: number } | null = null;
  const say = openThrottle<string>({
    put: (value) => put.push({ value, at: now }),
    every: seconds(2),
    now: () => now,
    later: (then, after) => {
      alarm = { then, at: now + after };
    },
  });
  return {
    put,
    say,
    pass(time: number): void {
      const end = now + time;
      while (alarm && alarm.at <= end) {
        const { then, at } = alarm;
        alarm = null;
        now = at;
        then();
      }
      now = end;
    },
  };
}

test('an icon whose state flickers shows the first state and the last one, two seconds apart', () => {
  const { put, say, pass } = icon();
  say('earning');
  for (const state of ['paused', 'waiting', 'hot']) {
    pass(300);
    say(state);
  }
  pass(5000);
  expect(put).toEqual([
    { value: 'earning', at: 0 },
    { value: 'hot', at: 2000 },
  ]);
});

test('a state that is back before its time is not drawn again', () => {
  const { put, say, pass } = icon();
  say('earning');
  pass(100);
  say('paused');
  pass(100);
  say('earning');
  pass(5000);
  expect(put).toHaveLength(1);
});

test('whatever is said when: never two within two seconds, and the last one is shown in the end', () => {
  const word = fc.record({
    value: fc.constantFrom('earning', 'paused', 'waiting'),
    after: fc.integer({ min: 0, max: 4000 }),
  });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), (words) => {
      const { put, say, pass } = icon();
      for (const { value, after } of words) {
        pass(after);
        say(value);
      }
      pass(10_000);
      expect(put.at(-1)?.value).toBe(words.at(-1)?.value);
      put.forEach(({ at, value }, n) => {
        const before = put[n - 1];
        if (!before) return;
        expect(at - before.at).toBeGreaterThanOrEqual(2000);
        expect(value).not.toBe(before.value);
      });
    }),
  );
});
