import { expect, test } from 'vitest';
import { sharedCards } from '../../../src-main/policy/tariff.ts';
import { LaneId } from '../../../src-shared/gpu.ts';
import { bytes, mebibytes, millis, minutes } from '../../../src-shared/units.ts';
import { card, sharing, T0 } from '../../worlds/machine.ts';
import { program, showing, watched, why, wishing } from './circumstances.ts';

// What mutation testing found untried: lines of the policy that could be changed without a test that fell.

test('an app that ends gives its cards back at once, and says so', () => {
  expect(why({ leaving: true }).hold).toEqual({ urgency: 'evict', reason: { kind: 'leaving' } });
});

test('an owner is away from the very minute that they chose on', () => {
  const after = minutes(10);
  const away = wishing({ when: { kind: 'away', after } });
  expect(why({ ...away, idleFor: after }).hold).toBeNull();
  expect(why({ ...away, idleFor: millis(after - 1) }).hold?.reason.kind).toBe('owner-active');
});

test.each([
  ['first', [0.9, 0.5]],
  ['last', [0.5, 0.9]],
] as const)(
  'of two programs that are busy the busier one is named, be it the %s',
  (_which, loads) => {
    const programs = loads.map((load, n) => program({ pid: n + 1, load, name: `${load}` }));
    const { memory } = why(showing({ programs }));
    const later = { ...showing({ programs }), now: millis(T0 + 10_000) };
    expect(why(later, memory).hold?.reason).toEqual({
      kind: 'other-program',
      title: '0.9',
      load: 0.9,
    });
  },
);

/** A card as Windows shows it: what it does as a whole, not for whom. */
const wholeCard = (load: number, ...names: string[]) => {
  const programs = names.map((name, n) => program({ pid: n + 1, load: null, name }));
  return showing({ load, programs });
};
const afterSix = (now: ReturnType<typeof wholeCard>) =>
  watched([
    [0, now],
    [6, now],
  ]).at(-1);

test('a desktop alone may be as lively as a desktop is; with another program beside it, or with nobody known, the card is busy', () => {
  expect(afterSix(wholeCard(0.4, 'dwm.exe'))).toBeNull();
  expect(afterSix(wholeCard(0.4, 'dwm.exe', 'blender.exe'))).toBe('other-program');
  expect(afterSix(wholeCard(0.4))).toBe('other-program');
});

test('who fills the memory is named by who holds most of it, in whatever order; who holds none is none', () => {
  const full = { memoryUsed: card.vramTotal };
  const [small, large] = [
    program({ pid: 1, name: 'small', memory: mebibytes(100), load: 0 }),
    program({ pid: 2, name: 'large', memory: mebibytes(9000), load: 0 }),
  ];
  for (const programs of [
    [small, large],
    [large, small],
  ])
    expect(why(showing({ ...full, programs })).hold?.reason).toEqual({
      kind: 'memory-wanted',
      title: 'large',
    });
  const idle = program({ name: 'idle', memory: bytes(0), load: 0 });
  expect(why(showing({ ...full, programs: [idle] })).hold).toBeNull();
  const unsaid = program({ name: 'unsaid', memory: null, load: 0 });
  expect(why(showing({ ...full, programs: [unsaid] })).hold?.reason).toEqual({
    kind: 'memory-wanted',
    title: null,
  });
});

test('electricity at rest is shared among the cards that are shared, not among all', () => {
  const other = { ...card, lane: LaneId.parse('GPU-1') };
  const lanes = [{ gpu: card }, { gpu: other }];
  expect(sharedCards(sharing, lanes)).toBe(2);
  expect(sharedCards({ ...sharing, cards: { [other.lane]: { enabled: false } } }, lanes)).toBe(1);
});
