import { expect, test } from 'vitest';
import { openCards } from '../../src-main/cards.ts';
import { millis } from '../../src-shared/units.ts';
import { card, reading, T0 } from './world.ts';

const none = { kind: 'inventory', gpus: [], trouble: 'No NVIDIA driver found.' } as const;

test('a machine without a card gets one software lane, with a reading that guesses nothing', () => {
  const cards = openCards();
  cards.hear({ ...none, gpus: [] }, T0);
  expect(cards.gpus().map(({ software }) => software)).toEqual([true]);
  expect(cards.trouble()).toBe('No NVIDIA driver found.');
  expect(cards.readings(T0)).toMatchObject([{ lost: false, temperature: null, power: null }]);
});

test('a machine whose card fails does not start to cook its processor instead', () => {
  const cards = openCards();
  cards.hear({ kind: 'inventory', gpus: [card], trouble: null }, T0);
  cards.hear({ ...none, gpus: [] }, T0);
  expect(cards.gpus()).toEqual([]);
});

test('a card that nobody could read for ten seconds is treated as lost', () => {
  const cards = openCards();
  cards.hear({ kind: 'inventory', gpus: [card], trouble: null }, T0);
  expect(cards.readings(T0)).toEqual([]);
  cards.hear({ kind: 'readings', takenAt: T0, readings: [reading()] }, T0);
  expect(cards.readings(millis(T0 + 9_000))).toEqual([reading()]);
  expect(cards.readings(millis(T0 + 11_000))).toMatchObject([{ lost: true }]);
});
