import { expect, test } from 'vitest';
import { openCards } from '../../../src-main/telemetry/cards.ts';
import { said } from '../../../src-shared/said.ts';
import { millis } from '../../../src-shared/units.ts';
import { card, reading, T0 } from '../../worlds/machine.ts';

const none = { kind: 'inventory', gpus: [], trouble: said('noDriver') } as const;

test('every machine has a software lane, with a reading that guesses nothing', () => {
  const cards = openCards();
  cards.take({ ...none, gpus: [] }, T0);
  expect(cards.gpus().map(({ software }) => software)).toEqual([true]);
  expect(cards.trouble()).toEqual(said('noDriver'));
  expect(cards.readings()).toMatchObject([{ lost: false, temperature: null, power: null }]);
  cards.take({ kind: 'inventory', gpus: [card], trouble: null }, T0);
  expect(cards.gpus().map(({ software }) => software)).toEqual([false, true]);
});

test('a card’s last reading is kept, and it is told for how long nothing was heard since', () => {
  const cards = openCards();
  const ofCard = () => cards.readings().filter(({ lane }) => lane === card.lane);
  cards.take({ kind: 'inventory', gpus: [card], trouble: null }, T0);
  expect(ofCard()).toEqual([]);
  cards.take({ kind: 'readings', takenAt: T0, readings: [reading()] }, T0);
  expect(ofCard()).toEqual([reading()]);
  expect(cards.silentFor(T0)).toBe(0);
  expect(cards.silentFor(millis(T0 + 11_000))).toBe(11_000);
});

test('programs are known by name, asked for once each, and our own are marked', () => {
  const asked: number[] = [];
  let kept: { readonly has: (pid: number) => boolean } = new Set();
  const cards = openCards({
    nameOf: (pid) => {
      asked.push(pid);
      return pid === 7 ? null : `game-${pid}`;
    },
    own: {
      isOurs: (pid) => pid === 9,
      forgetAllBut: (pids) => {
        kept = pids;
      },
    },
  });
  cards.take({ kind: 'inventory', gpus: [card], trouble: null }, T0);
  const see = (...pids: readonly number[]) => {
    const programs = pids.map((pid) => ({
      pid,
      memory: null,
      load: null,
      name: null,
      ours: false,
    }));
    cards.take({ kind: 'readings', takenAt: T0, readings: [reading({ programs })] }, T0);
    return cards.readings()[0]?.programs;
  };
  const seen = [
    { pid: 7, name: null, ours: false },
    { pid: 9, name: 'game-9', ours: true },
  ];
  expect(see(7, 9)).toMatchObject(seen);
  expect(see(7, 9)).toMatchObject(seen);
  expect(asked).toEqual([7, 9]);
  // A number that was free for a while may be another program.
  see(7);
  see(7, 9);
  expect(asked).toEqual([7, 9, 9]);
  expect(kept.has(9)).toBe(true);
  see(7);
  expect([kept.has(7), kept.has(9)]).toEqual([true, false]);
});

test('an answer about a power limit is no news of the cards', () => {
  const cards = openCards();
  const answer = { kind: 'power-limited', order: 1, lane: card.lane, trouble: null } as const;
  expect(cards.take(answer, T0)).toBe(false);
});
