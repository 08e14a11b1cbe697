import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openTurns } from '../../src-disk/turns.ts';

const nextTick = () => new Promise(setImmediate);

test('what is asked for under one name happens one after another, in the order asked', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ name: fc.constantFrom('a', 'b', 'c'), ticks: fc.nat(3) }), {
        maxLength: 20,
      }),
      async (asked) => {
        const inTurn = openTurns();
        const told: { name: string; nth: number; end: boolean }[] = [];
        await Promise.all(
          asked.map(({ name, ticks }, nth) =>
            inTurn(name, async () => {
              told.push({ name, nth, end: false });
              for (let i = 0; i < ticks; i++) await nextTick();
              told.push({ name, nth, end: true });
            }),
          ),
        );
        for (const name of ['a', 'b', 'c']) {
          const expected = asked.flatMap((one, nth) =>
            one.name === name
              ? [
                  { name, nth, end: false },
                  { name, nth, end: true },
                ]
              : [],
          );
          expect(told.filter((one) => one.name === name)).toEqual(expected);
        }
      },
    ),
    { numRuns: 30 },
  );
});

test('different names do not wait for each other', async () => {
  const inTurn = openTurns();
  let go = (): void => {};
  const held = inTurn('a', () => new Promise<void>((resolve) => (go = resolve)));
  expect(await inTurn('b', async () => 'done')).toBe('done');
  go();
  await held;
});

test('a turn that fails tells its own caller, and the next comes all the same', async () => {
  const inTurn = openTurns();
  const failing = inTurn('a', async () => {
    throw new Error('full');
  });
  const next = inTurn('a', async () => 'done');
  await expect(failing).rejects.toThrow('full');
  expect(await next).toBe('done');
});
