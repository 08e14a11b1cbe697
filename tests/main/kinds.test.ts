import { expect, test } from 'vitest';
import type { Effect } from '../../src-main/event.ts';
import { advertOf } from '../../src-main/offer.ts';
import { LaneId } from '../../src-shared/gpu.ts';
import { gibibytes } from '../../src-shared/units.ts';
import { away, card, empty, found, live, offered, reading, T0 } from './world.ts';

// Which kinds of jobs a machine takes, whatever its network offers.

const second = { ...card, lane: LaneId.parse('GPU-1'), index: 1 };
const model = { size: gibibytes(1), memory: null };
const question = { ...offered, model };
const last = (effects: readonly Effect[]) => {
  const effect = effects.at(-1);
  return effect?.kind === 'decline' ? effect.because : effect?.kind;
};
const cards = (...gpus: readonly (typeof card)[]) => [
  { ...found, gpus },
  { ...away, readings: gpus.map(({ lane }) => reading({ lane })) },
];

test('one card answers questions; beside a second one it computes only, because a model would spread over both', () => {
  expect(last(live(empty, [...cards(card), question]).effects)).toBe('accept');
  const two = live(empty, [...cards(card, second), question]);
  expect(last(two.effects)).toBe('such jobs are not done here');
  expect(two.agent.lanes.map((lane) => advertOf(two.agent, lane).kinds)).toEqual([
    ['kernel'],
    ['kernel'],
  ]);
});

test('a network that the owner does not vouch for brings neither PTX nor models onto the card', () => {
  const wary = { ...empty, trusted: false };
  for (const offer of [offered, question])
    expect(last(live(wary, [...cards(card), offer]).effects)).toBe('such jobs are not done here');
  const { agent } = live(wary, cards(card));
  expect(agent.lanes.map((lane) => advertOf(agent, lane))).toMatchObject([
    { ready: false, kinds: [] },
  ]);
});

test('where no model runs the owner hears why, once, and the network is told at once', () => {
  const news = { kind: 'no-models', at: T0, why: 'the libraries are not installed' } as const;
  const ready = live(empty, cards(card)).agent;
  const { agent, effects } = live(ready, [news, news, question]);
  expect(effects.map(({ kind }) => kind)).toEqual(['say', 'advertise', 'decline']);
  expect(effects[0]).toMatchObject({
    sentence: 'Language models do not run on this machine: the libraries are not installed.',
  });
  expect(last(live(agent, [offered]).effects)).toBe('accept');
});
