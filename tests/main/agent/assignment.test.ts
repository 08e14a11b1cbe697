import { describe, expect, test } from 'vitest';
import type { Effect, Event } from '../../../src-main/agent/event.ts';
import { phaseView, workOf } from '../../../src-main/agent/lane.ts';
import type { Agent } from '../../../src-main/agent/state.ts';
import { LaneId } from '../../../src-shared/gpu.ts';
import { JobId } from '../../../src-shared/job.ts';
import { said } from '../../../src-shared/said.ts';
import {
  bytes,
  joules,
  microUsd,
  millis,
  minutes,
  seconds,
  watts,
} from '../../../src-shared/units.ts';
import {
  assigned,
  away,
  card,
  empty,
  found,
  game,
  job,
  live,
  offered,
  prepared,
  reading,
  T0,
  working,
} from '../../worlds/machine.ts';

const kindsOf = (effects: readonly Effect[]) => effects.map(({ kind }) => kind);
const seeking = live(empty, [found, away]).agent;
const promised = live(seeking, [offered]).agent;
const later = (time: number) => ({ ...away, at: millis(T0 + time) });
/** What becomes of the job when it comes. */
const taken = (agent: Agent, event: Event = assigned) =>
  kindsOf(live(agent, [event]).effects).filter((kind) => kind === 'prepare' || kind === 'release');
const back = { kind: 'release', lease: 'L1', because: { kind: 'not-wanted' } };

describe('a job that comes', () => {
  test('is taken on the terms on which it was offered, or on better ones', () => {
    expect(taken(promised)).toEqual(['prepare']);
    const less = { ...job, needs: { ...job.needs, vram: bytes(job.needs.vram - 1) } };
    expect(taken(promised, { ...assigned, job: less })).toEqual(['prepare']);
  });

  test.each<[string, Partial<typeof assigned>]>([
    ['under another offer', { offer: 'o2' }],
    ['for another pay', { job: { ...job, pay: { ...job.pay, amount: microUsd(999) } } }],
    ['for money where credits were offered', { job: { ...job, pay: { ...job.pay, test: false } } }],
    [
      'with a wish for more memory',
      { job: { ...job, needs: { ...job.needs, vram: bytes(job.needs.vram + 1) } } },
    ],
  ])('%s goes straight back', (_, change) => {
    const { agent, effects } = live(promised, [{ ...assigned, ...change }]);
    expect(effects).toContainEqual(back);
    expect(agent.lanes.map(workOf)).toEqual([null]);
  });

  test('within ten seconds of our yes is taken; after that the yes is forgotten', () => {
    expect(taken(live(promised, [later(seconds(10))]).agent)).toEqual(['prepare']);
    expect(taken(live(promised, [later(seconds(10) + 1)]).agent)).toEqual(['release']);
  });

  test('after the network withdrew its offer goes back; the end of another offer changes nothing', () => {
    const withdrawn = (offer: string): Event => ({ kind: 'withdrawn', at: T0, offer });
    expect(taken(live(promised, [withdrawn('o1')]).agent)).toEqual(['release']);
    expect(taken(live(promised, [withdrawn('o2')]).agent)).toEqual(['prepare']);
  });

  test('after the line broke goes back: nobody knows any more what was agreed', () => {
    const gone = live(promised, [{ kind: 'disconnected', at: T0 }]);
    expect(gone.effects).toEqual([]);
    expect(taken(gone.agent)).toEqual(['release']);
    // What is worked on is ours without a line.
    expect(live(working(), [{ kind: 'disconnected', at: T0 }]).agent).toEqual(working());
  });

  test('is begun once, however often it is said to be prepared', () => {
    const { agent, effects } = live(working(), [prepared]);
    expect(effects).toEqual([]);
    expect(agent).toEqual(working());
  });
});

test('where nothing is agreed with the network on pay, nothing is taken for money', () => {
  const paid: Event = { ...offered, pay: { amount: microUsd(1e6), test: false } };
  expect(live(seeking, [paid]).effects).toMatchObject([{ kind: 'decline' }]);
  const { agent } = live(seeking, [{ kind: 'connected', at: T0, test: false }]);
  expect(live(agent, [paid]).effects).toMatchObject([{ kind: 'accept' }]);
});

test('an offer for a card that is gone, or never was, is declined', () => {
  const stray: Event = { ...offered, lane: LaneId.parse('GPU-7') };
  expect(live(seeking, [stray]).effects).toMatchObject([
    { kind: 'decline', offer: 'o1', because: 'no such lane' },
  ]);
});

describe('what the owner sees of a job', () => {
  const used = (lease: string) => (lease === 'L1' ? joules(7) : null);
  const viewOf = ({ lanes: [lane] }: Agent) => lane && phaseView(lane, used);
  const step = (n: number, lease = 'L1'): Event => ({ kind: 'progressed', at: T0, lease, step: n });

  test('is its steps and its electricity, from the moment it runs until it has given way', () => {
    expect(viewOf(seeking)).toMatchObject({ kind: 'seeking', since: T0 });
    expect(viewOf(live(promised, [assigned]).agent)).toMatchObject({
      kind: 'preparing',
      fetching: null,
      job: { id: job.id, step: 0, steps: 100 },
    });
    const { agent } = live(working(), [step(7), step(9, 'L2')]);
    expect(viewOf(agent)).toEqual({
      kind: 'running',
      job: {
        id: job.id,
        title: job.title,
        what: 'kernel',
        pay: job.pay,
        joules: 7,
        firstStep: 0,
        step: 7,
        steps: 100,
        startedAt: T0,
      },
    });
    const here = live(agent, [{ ...away, idleFor: seconds(0) }, step(8)]).agent;
    expect(viewOf(here)).toMatchObject({
      kind: 'yielding',
      because: { kind: 'owner-active' },
      job: { step: 8 },
    });
  });

  test('begins where the job begins here, with what was done elsewhere behind it', () => {
    const checkpoint = { step: 40, buffers: [] };
    const { agent } = live(promised, [{ ...assigned, checkpoint }, prepared]);
    expect(viewOf(agent)).toMatchObject({ job: { firstStep: 40, step: 40 } });
  });

  test('is why there is none, where there is none', () => {
    expect(viewOf(live(seeking, [{ kind: 'game-started', at: T0, game }]).agent)).toMatchObject({
      kind: 'held',
      because: { kind: 'game-running', title: game.title },
    });
    const crash: Event = {
      kind: 'ended',
      at: T0,
      lease: 'L1',
      outcome: { kind: 'failed', because: 'runner-lost', detail: said('booksFull') },
    };
    const resting = live(working(), [crash]).agent;
    expect(viewOf(resting)).toEqual({
      kind: 'resting',
      until: T0 + seconds(5),
      detail: said('booksFull'),
    });
    expect(viewOf(live(resting, [later(seconds(5) - 1)]).agent)?.kind).toBe('resting');
    expect(viewOf(live(resting, [later(seconds(5))]).agent)?.kind).toBe('seeking');
  });
});

test('why a job was given back is what it gave way to, even where that is over by then', () => {
  const ended: Event = {
    kind: 'ended',
    at: T0,
    lease: 'L1',
    outcome: { kind: 'stopped', checkpoint: null },
  };
  const reason = (events: readonly Event[]) =>
    live(working(), [...events, ended]).effects.find(({ kind }) => kind === 'release');
  expect(reason([])).toMatchObject({ because: { kind: 'given-back' } });
  const here = { ...away, idleFor: seconds(0) };
  expect(reason([here])).toMatchObject({ because: { kind: 'owner-active' } });
  expect(reason([here, away])).toMatchObject({ because: { kind: 'owner-active' } });
  expect(reason([{ kind: 'skipped', at: T0, lane: card.lane }])).toMatchObject({
    because: { kind: 'skipped' },
  });
});

test('"start now" lasts until its owner has been away as long as they said, and where that is not known', () => {
  const at = (idleFor: number | null): Event => ({
    ...away,
    idleFor: idleFor === null ? null : millis(idleFor),
  });
  const started = live(empty, [found, at(0), { kind: 'start-now', at: T0 }]).agent;
  const after = (idleFor: number | null, agent = started) =>
    live(agent, [at(idleFor)]).agent.startNow;
  const { when } = started.settings;
  if (when.kind !== 'away') throw new Error('the usual rule is to wait until the owner is away');
  expect(after(when.after - 1)).toBe(true);
  expect(after(when.after)).toBe(false);
  expect(after(null)).toBe(true);
  const always = {
    ...started,
    settings: { ...started.settings, when: { kind: 'always' as const } },
  };
  expect(after(minutes(600), always)).toBe(true);
});

describe('of two cards', () => {
  const other = { ...card, lane: LaneId.parse('GPU-1'), index: 1 };
  const both: Event = { ...found, gpus: [card, other] };
  const seen: Event = { ...away, readings: [reading(), reading({ lane: other.lane })] };
  const named = (n: number) => JobId.parse(`job-${n}`);
  const on = (lane: typeof card.lane, n: number): Event[] => [
    { ...offered, lane, offer: `o${n}`, job: named(n) },
    { ...assigned, lane, offer: `o${n}`, lease: `L${n}`, job: { ...job, id: named(n) } },
    { ...prepared, lease: `L${n}` },
  ];
  const atWork = live(empty, [both, seen, ...on(card.lane, 1), ...on(other.lane, 2)]).agent;
  const doing = ({ lanes }: Agent) => lanes.map((lane) => lane.doing.kind);

  test('each has its own job, and one that is skipped is the one that was named', () => {
    expect(atWork.lanes.map((lane) => workOf(lane)?.lease)).toEqual(['L1', 'L2']);
    const { agent, effects } = live(atWork, [{ kind: 'skipped', at: T0, lane: other.lane }]);
    expect(doing(agent)).toEqual(['running', 'yielding']);
    expect(effects).toEqual([{ kind: 'yield', lane: other.lane, lease: 'L2' }]);
    expect(agent.skipped).toEqual([named(2)]);
  });

  test('only the one that would not take its power limit is said to be in trouble', () => {
    const limited: Event = {
      kind: 'settings-changed',
      at: T0,
      settings: {
        ...atWork.settings,
        cards: {
          [card.lane]: { powerLimit: watts(100) },
          [other.lane]: { powerLimit: watts(100) },
        },
      },
    };
    const why = said('booksFull');
    const { agent } = live(atWork, [
      limited,
      { kind: 'power-limited', at: T0, lane: other.lane, trouble: why },
    ]);
    expect(agent.lanes.map((lane) => lane.powerLimitTrouble)).toEqual([null, why]);
  });

  test('an offer to one is no promise of the other', () => {
    const idle = live(empty, [both, seen, { ...offered, lane: other.lane }]).agent;
    expect(taken(idle, { ...assigned, lane: card.lane })).toEqual(['release']);
    expect(taken(idle, { ...assigned, lane: other.lane })).toEqual(['prepare']);
  });

  test('one that got another number in the driver, or another way to work, gives its job back; its neighbour works on', () => {
    for (const changed of [
      { ...other, index: 2 },
      { ...other, backend: 'webgpu' as const },
    ]) {
      const { agent, effects } = live(atWork, [{ ...found, gpus: [card, changed] }]);
      expect(agent.lanes.map((lane) => workOf(lane)?.lease ?? null)).toEqual(['L1', null]);
      expect(kindsOf(effects).slice(0, 2)).toEqual(['evict', 'release']);
    }
    expect(live(atWork, [both]).agent).toEqual(atWork);
  });
});
