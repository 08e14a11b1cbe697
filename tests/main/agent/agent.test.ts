import { expect, test } from 'vitest';
import type { Effect, Event } from '../../../src-main/agent/event.ts';
import { GIVE_UP_AFTER, phaseOf, workOf } from '../../../src-main/agent/lane.ts';
import { JobId } from '../../../src-shared/job.ts';
import { quote } from '../../../src-shared/said.ts';
import { millis, seconds } from '../../../src-shared/units.ts';
import {
  assigned,
  away,
  card,
  done,
  empty,
  found,
  game,
  job,
  live,
  offered,
  prepared,
  sharing,
  T0,
  working,
} from '../../worlds/machine.ts';

const kinds = (effects: readonly Effect[]) => effects.map(({ kind }) => kind);
const phase = ({ lanes: [lane] }: ReturnType<typeof working>) => lane && phaseOf(lane);
test('a fresh machine waits until its card was read, then asks for work', () => {
  const fresh = live(empty, [found]);
  expect(phase(fresh.agent)).toEqual({ kind: 'held', because: { kind: 'starting' } });
  const ready = live(fresh.agent, [away]);
  expect(phase(ready.agent)?.kind).toBe('seeking');
  expect(kinds(ready.effects)).toEqual(['advertise']);
});

test('nothing runs before the owner switched sharing on', () => {
  const off = live({ ...empty, settings: { ...sharing, sharing: false } }, [found, away, offered]);
  expect(phase(off.agent)).toEqual({ kind: 'held', because: { kind: 'switched-off' } });
  expect(kinds(off.effects)).toContain('decline');
});

test('a job is written down before its inputs are fetched, and runs once they are here', () => {
  const { agent, effects } = live(empty, [found, away, offered, assigned, prepared]);
  expect(phase(agent)?.kind).toBe('running');
  expect(kinds(effects)).toEqual([
    'advertise',
    'advertise',
    'accept',
    'take',
    'prepare',
    'advertise',
    'run',
  ]);
});

test('what is fetched for is the very job that was written down', () => {
  const { effects } = live(empty, [found, away, offered, assigned]);
  const [taken] = effects.filter(({ kind }) => kind === 'take');
  expect(effects).toContainEqual({ ...taken, kind: 'prepare' });
});

test('when a game starts, the runner is killed in the same breath and the job given back', () => {
  const { agent, effects } = live(working(), [{ kind: 'game-started', at: T0, game }]);
  expect(phase(agent)).toEqual({
    kind: 'held',
    because: { kind: 'game-running', title: 'Half-Life 2', path: game.path },
  });
  expect(effects).toEqual([
    { kind: 'evict', lane: card.lane },
    {
      kind: 'release',
      lease: 'L1',
      because: { kind: 'game-running', title: 'Half-Life 2', path: game.path },
    },
  ]);
});

test('a game that starts while the job is only being fetched stops that too', () => {
  const preparing = live(empty, [found, away, offered, assigned]).agent;
  const { agent, effects } = live(preparing, [{ kind: 'game-started', at: T0, game }, prepared]);
  expect(phase(agent)?.kind).toBe('held');
  expect(kinds(effects)).toEqual(['evict', 'release']);
});

test('even an idle warm runner leaves the card when a game starts', () => {
  const idle = live(working(), [done]).agent;
  const { effects } = live(idle, [{ kind: 'game-started', at: T0, game }]);
  expect(kinds(effects)).toContain('evict');
});

test('after a game the lane waits out the gap that launchers make, then seeks again', () => {
  const held = live(working(), [
    { kind: 'game-started', at: T0, game },
    { kind: 'game-ended', at: T0, pid: game.pid },
  ]);
  expect(phase(held.agent)?.kind).toBe('held');
  const later = live(held.agent, [{ ...away, at: millis(T0 + 10_000) }]);
  expect(phase(later.agent)?.kind).toBe('seeking');
});

test('when the owner comes back the step is finished and saved, not killed', () => {
  const { agent, effects } = live(working(), [{ ...away, idleFor: seconds(0) }]);
  expect(phase(agent)?.kind).toBe('yielding');
  expect(kinds(effects)).toEqual(['yield']);
});

test('a yielded job is given back with its checkpoint and the warm runner leaves the card', () => {
  const { agent, effects } = live(working(), [
    { ...away, idleFor: seconds(0) },
    { kind: 'ended', at: T0, lease: 'L1', outcome: { kind: 'stopped', checkpoint: null } },
  ]);
  expect(phase(agent)?.kind).toBe('held');
  expect(kinds(effects)).toEqual(['yield', 'release', 'evict']);
});

test('a game during the yield kills at once', () => {
  const { effects } = live(working(), [
    { ...away, idleFor: seconds(0) },
    { kind: 'game-started', at: T0, game },
  ]);
  expect(kinds(effects)).toEqual(['yield', 'evict', 'release']);
});

test('"start now" works while the owner is here, and ends after they were away once', () => {
  const here: Event = { ...away, idleFor: seconds(1) };
  const started = live(empty, [found, here, { kind: 'start-now', at: T0 }]);
  expect(phase(started.agent)?.kind).toBe('seeking');
  const back = live(started.agent, [away, here]);
  expect(phase(back.agent)?.kind).toBe('held');
});

test('"start now" does not outlive the owner\'s pause', () => {
  const here: Event = { ...away, idleFor: seconds(1) };
  const paused = live(empty, [
    found,
    here,
    { kind: 'start-now', at: T0 },
    { kind: 'settings-changed', at: T0, settings: { ...sharing, pausedUntil: 'forever' } },
    { kind: 'settings-changed', at: T0, settings: sharing },
  ]);
  expect(phase(paused.agent)).toMatchObject({ kind: 'held', because: { kind: 'owner-active' } });
});

test('a pause ends by itself at its time', () => {
  const paused = live(working(), [
    {
      kind: 'settings-changed',
      at: T0,
      settings: { ...sharing, pausedUntil: millis(T0 + 60_000) },
    },
  ]);
  expect(phase(paused.agent)?.kind).toBe('held');
  expect(phase(live(paused.agent, [{ ...away, at: millis(T0 + 60_000) }]).agent)?.kind).toBe(
    'seeking',
  );
});

test('a job that arrives too late goes back unpunished, with whatever progress it came with', () => {
  const { effects } = live(empty, [
    found,
    away,
    offered,
    { kind: 'game-started', at: T0, game },
    assigned,
  ]);
  expect(kinds(effects).slice(-2)).toEqual(['take', 'release']);
});

test('a second offer while one is being taken is declined', () => {
  const { effects } = live(empty, [found, away, offered, { ...offered, offer: 'o2' }]);
  expect(effects.at(-1)).toEqual({ kind: 'decline', offer: 'o2', because: 'busy' });
});

test('a job that does not fit the free memory of the card is declined', () => {
  const { effects } = live(empty, [found, away, { ...offered, vram: card.vramTotal }]);
  expect(effects.at(-1)).toMatchObject({
    kind: 'decline',
    because: expect.stringContaining('memory'),
  });
});

test('an offer that was accepted and never assigned is forgotten', () => {
  const { effects } = live(empty, [
    found,
    away,
    offered,
    { ...away, at: millis(T0 + 11_000) },
    { ...offered, at: millis(T0 + 11_000), offer: 'o2' },
  ]);
  expect(effects.at(-1)).toEqual({ kind: 'accept', offer: 'o2' });
});

test('a finished job is reported once; its late echo changes nothing', () => {
  const { effects } = live(working(), [done, done]);
  expect(kinds(effects).filter((kind) => kind === 'finish')).toHaveLength(1);
});

test('a revoked lease stops the work and is forgotten', () => {
  const { agent, effects } = live(working(), [
    { kind: 'revoked', at: T0, lease: 'L1', detail: 'expired' },
  ]);
  expect(phase(agent)?.kind).toBe('seeking');
  expect(kinds(effects)).toEqual(['evict', 'forget', 'advertise']);
});

test('a crashing runner rests longer each time and gives up with its reason, until the owner says try again', () => {
  let agent = live(empty, [found, away]).agent;
  let at = T0;
  for (let crash = 1; crash <= GIVE_UP_AFTER; crash++) {
    at = millis(at + 600_000);
    const lost = {
      kind: 'failed',
      because: 'runner-lost',
      detail: quote('the driver crashed'),
    } as const;
    const next = live(agent, [
      { ...away, at },
      { ...offered, at },
      { ...assigned, at, job: { ...job, id: JobId.parse(`job-${crash}`) } },
      { ...prepared, at },
      { kind: 'ended', at, lease: 'L1', outcome: lost },
    ]);
    agent = next.agent;
    expect(phase(agent)?.kind).toBe(crash < GIVE_UP_AFTER ? 'resting' : 'given-up');
  }
  expect(phase(agent)).toEqual({ kind: 'given-up', detail: quote('the driver crashed') });
  const paused = live(agent, [
    { kind: 'settings-changed', at, settings: { ...sharing, sharing: false } },
    { kind: 'settings-changed', at, settings: sharing },
  ]).agent;
  expect(phase(paused)?.kind).toBe('given-up');
  expect(phase(live(paused, [{ kind: 'try-again', at }]).agent)?.kind).toBe('seeking');
});

test('while a model is fetched the owner sees how much of it is here, and nothing of an old fetch', () => {
  const fetching = { kind: 'fetching', at: T0, lease: 'L1', share: 0.25 } as const;
  const preparing = live(empty, [found, away, offered, assigned, fetching]).agent;
  expect(phase(preparing)).toMatchObject({ kind: 'preparing', fetching: 0.25 });
  const late = live(preparing, [prepared, { ...fetching, share: 0.5 }]).agent;
  expect(phase(late)?.kind).toBe('running');
});

test("a job's own fault does not make the machine rest", () => {
  const { agent, effects } = live(working(), [
    {
      kind: 'ended',
      at: T0,
      lease: 'L1',
      outcome: { kind: 'failed', because: 'bad-program', detail: quote('line 3') },
    },
  ]);
  expect(phase(agent)?.kind).toBe('seeking');
  expect(kinds(effects)).toContain('fail');
});

test('a card that vanishes gives its job back; the other lanes go on', () => {
  const { agent, effects } = live(working(), [{ kind: 'gpus-found', at: T0, gpus: [] }]);
  expect(agent.lanes).toEqual([]);
  expect(kinds(effects).slice(0, 2)).toEqual(['evict', 'release']);
});

test('on every new connection the leases that are worked on are kept, all others given back', () => {
  const { effects } = live(working(), [
    { kind: 'disconnected', at: T0 },
    { kind: 'connected', at: T0, test: true },
  ]);
  expect(effects).toContainEqual({ kind: 'catch-up', keep: ['L1'] });
});

test('the job in the story is the one in the world', () => {
  expect(workOf(working().lanes[0] ?? expect.fail('no lane'))?.job).toBe(job);
});
