import { expect, test } from 'vitest';
import type { Effect, Event } from '../../../src-main/agent/event.ts';
import { phaseOf } from '../../../src-main/agent/lane.ts';
import { advertOf } from '../../../src-main/agent/offer.ts';
import { LaneId } from '../../../src-shared/gpu.ts';
import { LlmJob } from '../../../src-shared/job.ts';
import { said } from '../../../src-shared/said.ts';
import { defaults } from '../../../src-shared/settings.ts';
import { gibibytes } from '../../../src-shared/units.ts';
import {
  assigned,
  away,
  card,
  empty,
  found,
  job,
  live,
  offered,
  reading,
  sharing,
  T0,
  working,
} from '../../worlds/machine.ts';

// Which kinds of jobs a machine takes, whatever its network offers.

const second = { ...card, lane: LaneId.parse('GPU-1'), index: 1 };
const model = { size: gibibytes(1), memory: null };
const question = { ...offered, model, vram: model.size };
const llmAssigned = {
  ...assigned,
  job: LlmJob.parse({
    id: 'answer',
    kind: 'llm',
    title: 'A story',
    spec: {
      model: { sha256: 'a'.repeat(64), size: model.size },
      input: { kind: 'prompt', text: 'Once' },
      context: 256,
      maxTokens: 50,
    },
    pay: job.pay,
    needs: { vram: model.size, seconds: 1 },
    deadline: job.deadline,
  }),
};
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

test('a kind that the owner does not take is neither advertised nor accepted', () => {
  const kinds = (part: Partial<typeof defaults.kinds>) => ({
    ...empty,
    settings: { ...sharing, kinds: { ...defaults.kinds, ...part } },
  });
  const advert = (agent: typeof empty) => {
    const seen = live(agent, cards(card)).agent;
    return seen.lanes.map((lane) => advertOf(seen, lane))[0];
  };
  const refused = 'such jobs are not done here';
  const texts = kinds({ kernel: false });
  expect(advert(texts)).toMatchObject({ ready: true, kinds: ['llm', 'embed'] });
  expect(last(live(texts, [...cards(card), offered]).effects)).toBe(refused);
  expect(last(live(texts, [...cards(card), question]).effects)).toBe('accept');

  const kernels = kinds({ llm: false, embed: false });
  expect(last(live(kernels, [...cards(card), question]).effects)).toBe(refused);
  expect(advert(kinds({ kernel: false, llm: false, embed: false }))).toMatchObject({
    ready: false,
    kinds: [],
  });
});

test('an offer does not say what is asked of a model: the job itself does, and goes back where it is not taken', () => {
  const after = (settings: typeof sharing) =>
    live({ ...empty, settings }, [...cards(card), question, llmAssigned]).effects.map(
      ({ kind }) => kind,
    );
  expect(after(sharing)).toContain('prepare');
  const noAnswers = { ...sharing, kinds: { ...defaults.kinds, llm: false } };
  expect(after(noAnswers)).toContain('release');
  expect(after(noAnswers)).not.toContain('prepare');
});

const noDevice: Event = {
  kind: 'ended',
  at: T0,
  lease: 'L1',
  outcome: { kind: 'failed', because: 'no-device', detail: said('noModelBinaries') },
};

test('where no model runs the owner hears why, once, the job goes back, and the network is told at once', () => {
  const ready = live(empty, [...cards(card), question, llmAssigned]).agent;
  const { agent, effects } = live(ready, [noDevice, noDevice, question]);
  expect(effects.map(({ kind }) => kind)).toEqual(['say', 'release', 'advertise', 'decline']);
  expect(effects[0]).toMatchObject({
    what: said('noModels', { why: said('noModelBinaries') }),
  });
  // The card does not rest for it, and kernels run as before.
  expect(last(live(agent, [offered]).effects)).toBe('accept');
});

test('a kernel that finds no card says nothing about models: the card rests, and models are taken after', () => {
  const { agent, effects } = live(working(), [noDevice]);
  expect(effects.map(({ kind }) => kind)).toEqual(['fail', 'evict']);
  expect(agent.lanes.map((lane) => phaseOf(lane).kind)).toEqual(['resting']);
  expect(agent.models).toBe(true);
});
