import { expect, test } from 'vitest';
import type { Effect, Event } from '../../../src-main/agent/event.ts';
import type { Agent } from '../../../src-main/agent/state.ts';
import { quote } from '../../../src-shared/said.ts';
import type { Settings } from '../../../src-shared/settings.ts';
import { celsius, millis, minutes, seconds, watts } from '../../../src-shared/units.ts';
import {
  assigned,
  away,
  card,
  done,
  empty,
  found,
  game,
  limited,
  live,
  offered,
  prepared,
  reading,
  sharing,
  T0,
} from '../../worlds/machine.ts';

const limitsTold = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === 'limit-power' ? [effect.limit] : []));
const duties = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === 'slow' ? [effect.duty] : []));

const begin = [found, away, offered, assigned, prepared];
const under = (settings: Settings) => live({ ...empty, settings }, begin);
/** A lane that works, and whose card was told to take 200 W. */
const limitedWork = () => under(limited(200)).agent;
const after = (ms: number) => millis(T0 + ms);
const gameStarts: Event = { kind: 'game-started', at: T0, game };

test('a card with a power limit of its owner is told it before work begins, and only once', () => {
  const { effects } = live({ ...empty, settings: limited(200) }, [...begin, away, away]);
  expect(limitsTold(effects)).toEqual([200]);
  const kinds = effects.map(({ kind }) => kind);
  expect(kinds.indexOf('limit-power')).toBeLessThan(kinds.indexOf('run'));
});

test('without a wish of the owner no card is told anything', () => {
  expect(limitsTold(live(empty, [...begin, done, gameStarts]).effects)).toEqual([]);
});

test('an idle card keeps its own limit', () => {
  expect(limitsTold(live({ ...empty, settings: limited(200) }, [found, away]).effects)).toEqual([]);
});

test('a game gets the whole card in the same breath, right after the runner is killed', () => {
  const { effects } = live(limitedWork(), [gameStarts]);
  expect(effects).toEqual([
    { kind: 'evict', lane: card.lane },
    {
      kind: 'release',
      lease: 'L1',
      because: { kind: 'game-running', title: game.title, path: game.path },
    },
    { kind: 'limit-power', lane: card.lane, limit: null },
  ]);
});

test('an owner who comes back has the whole card once the step is saved', () => {
  const asked = live(limitedWork(), [{ ...away, idleFor: seconds(0) }]);
  expect(limitsTold(asked.effects)).toEqual([]);
  const gone = live(asked.agent, [
    { kind: 'ended', at: T0, lease: 'L1', outcome: { kind: 'stopped', checkpoint: null } },
  ]);
  expect(limitsTold(gone.effects)).toEqual([null]);
});

const waysOut: readonly (readonly [string, Event])[] = [
  [
    'the switch',
    { kind: 'settings-changed', at: T0, settings: { ...limited(200), sharing: false } },
  ],
  [
    'a pause',
    { kind: 'settings-changed', at: T0, settings: { ...limited(200), pausedUntil: 'forever' } },
  ],
  ['no limit any more', { kind: 'settings-changed', at: T0, settings: sharing }],
  ['sleep or the end of the app', { kind: 'leaving', at: T0, on: true }],
  ['a card that vanishes', { kind: 'gpus-found', at: T0, gpus: [] }],
  ['a card with another number', { kind: 'gpus-found', at: T0, gpus: [{ ...card, index: 1 }] }],
  ['a battery', { ...away, onBattery: true }],
  [
    'a runner that crashed',
    {
      kind: 'ended',
      at: T0,
      lease: 'L1',
      outcome: { kind: 'failed', because: 'runner-lost', detail: quote('x') },
    },
  ],
];
test.each(waysOut)('%s puts the card’s own limit back, once', (_, event) => {
  const out = live(limitedWork(), [event, event]);
  expect(limitsTold(out.effects)).toEqual([null]);
});

test('between two jobs the limit stays; a card that finds none for a minute has its own again', () => {
  const idle = live(limitedWork(), [done, { ...away, at: after(30_000) }]);
  expect(limitsTold(idle.effects)).toEqual([]);
  const long = live(idle.agent, [
    { ...away, at: after(61_000) },
    { ...away, at: after(minutes(5)) },
  ]);
  expect(limitsTold(long.effects)).toEqual([null]);
});

test('another limit is told at once', () => {
  const { effects } = live(limitedWork(), [
    { kind: 'settings-changed', at: T0, settings: limited(150) },
  ]);
  expect(limitsTold(effects)).toEqual([150]);
});

/** So many seconds on a card that reads the same all the time. */
const during = (n: number, more: Parameters<typeof reading>[0]): Event[] =>
  Array.from({ length: n }, (_, i) => ({
    ...away,
    at: after(1000 * (i + 1)),
    readings: [reading(more)],
  }));
const trouble = quote('No rights to set it.');
const refused: Event & { kind: 'power-limited' } = {
  kind: 'power-limited',
  at: T0,
  lane: card.lane,
  trouble,
};

test('a card that does not take the limit is slowed until it keeps to it, and its owner is told why', () => {
  const before = live(limitedWork(), during(5, { power: watts(300) }));
  expect(duties(before.effects)).toEqual([]);
  const held = live(limitedWork(), [refused, ...during(5, { power: watts(300) })]);
  expect(held.agent.lanes[0]?.powerLimitTrouble).toEqual(trouble);
  expect(held.agent.lanes[0]?.governor.slowdown?.because).toBe('power');
  expect(duties(held.effects).at(-1)).toBeLessThan(0.9);
});

test('the trouble is over when the card takes a limit, or when the owner wants none', () => {
  const stuck = live(limitedWork(), [refused]).agent;
  const trouble = (events: readonly Event[]) =>
    live(stuck, events).agent.lanes[0]?.powerLimitTrouble;
  expect(trouble([{ ...refused, trouble: null }])).toBeNull();
  expect(trouble([{ kind: 'settings-changed', at: T0, settings: sharing }])).toBeNull();
  // Until it is told again it is known to fail.
  expect(trouble([gameStarts])).not.toBeNull();
});

test('a card near its limit is slowed step by step, and told nothing while nothing changes', () => {
  const { effects, agent } = live(under(sharing).agent, during(20, { temperature: celsius(77) }));
  const said = duties(effects);
  expect(said[0]).toBeLessThan(0.2);
  for (const [n, duty] of said.entries()) expect(duty).not.toBe(said[n - 1]);
  expect(agent.lanes[0]?.doing.kind).toBe('running');
});

test('a job that begins in quiet hours begins slowly', () => {
  const quiet = { ...sharing, quietHours: { from: 0, to: 1440, duty: 0.4 } };
  const { effects } = under(quiet);
  expect(effects).toContainEqual({ kind: 'run', lane: card.lane, lease: 'L1', duty: 0.4 });
  expect(duties(live(under(quiet).agent, [away, away]).effects)).toEqual([]);
});

test('each card is paced by its own readings', () => {
  const second = { ...card, lane: card.lane.replace('0', '1') as typeof card.lane, index: 1 };
  const cool = reading({ temperature: celsius(50) });
  const begun = live({ ...empty, settings: sharing }, [
    { ...found, gpus: [card, second] },
    { ...away, readings: [cool, { ...cool, lane: second.lane }] },
    offered,
    assigned,
    prepared,
    { ...offered, offer: 'o2', lane: second.lane },
    { ...assigned, offer: 'o2', lane: second.lane, lease: 'L2' },
    { ...prepared, lease: 'L2' },
  ]).agent;
  const seen: Event = {
    ...away,
    at: after(60_000),
    readings: [reading({ temperature: celsius(77) }), { ...cool, lane: second.lane }],
  };
  const slows = live(begun, [seen]).effects.filter(({ kind }) => kind === 'slow');
  expect(slows).toEqual([expect.objectContaining({ lane: card.lane, lease: 'L1' })]);
});

test('a held lane is not paced: nobody hears it', () => {
  const agent: Agent = live(limitedWork(), [refused, gameStarts]).agent;
  expect(duties(live(agent, during(10, { temperature: celsius(77) })).effects)).toEqual([]);
});
