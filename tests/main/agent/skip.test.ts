import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Effect, Event } from '../../../src-main/agent/event.ts';
import { JobId } from '../../../src-shared/job.ts';
import { seconds } from '../../../src-shared/units.ts';
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
  T0,
  working,
} from '../../worlds/machine.ts';
import { anyEvent } from './any-event.ts';

const kinds = (effects: readonly Effect[]) => effects.map(({ kind }) => kind);
const skipped: Event = { kind: 'skipped', at: T0, lane: card.lane };
const stopped: Event = {
  kind: 'ended',
  at: T0,
  lease: 'L1',
  outcome: { kind: 'stopped', checkpoint: null },
};
const other = JobId.parse('job-2');

describe('a job that the owner skips', () => {
  test('ends after its step, goes back with its checkpoint, and the lane looks for another', () => {
    const asked = live(working(), [skipped]);
    expect(kinds(asked.effects)).toEqual(['yield']);
    const { agent, effects } = live(asked.agent, [stopped]);
    expect(kinds(effects)).toEqual(['release', 'advertise']);
    expect(agent.lanes[0]?.doing.kind).toBe('seeking');
  });

  test('goes back at once while it is only being fetched', () => {
    const fetching = live(empty, [found, away, offered, assigned]).agent;
    const { agent, effects } = live(fetching, [skipped]);
    expect(kinds(effects)).toEqual(['evict', 'release', 'advertise']);
    expect(agent.lanes[0]?.doing.kind).toBe('seeking');
  });

  test('is declined when the network offers it again, and another one is taken', () => {
    const free = live(working(), [skipped, stopped]).agent;
    const again = live(free, [offered]);
    expect(again.effects).toEqual([
      { kind: 'decline', offer: 'o1', because: 'the owner skipped this job' },
    ]);
    expect(kinds(live(again.agent, [{ ...offered, job: other }]).effects)).toEqual(['accept']);
  });

  test('is given back where a network assigns it under the name of another', () => {
    const free = live(working(), [skipped, stopped, { ...offered, job: other }]).agent;
    const { agent, effects } = live(free, [{ ...assigned, lease: 'L2' }]);
    expect(kinds(effects)).toEqual(['take', 'release']);
    expect(agent.lanes[0]?.doing.kind).toBe('seeking');
  });

  test('leaves the card at once when a game starts before its step is over', () => {
    const { effects } = live(working(), [skipped, { kind: 'game-started', at: T0, game }]);
    expect(kinds(effects)).toEqual(['yield', 'evict', 'release']);
  });

  test('is still finished where it was done before it heard', () => {
    const { effects } = live(working(), [
      skipped,
      { ...stopped, outcome: { kind: 'done', outputs: [], activeFor: seconds(1) } },
    ]);
    expect(kinds(effects)).toEqual(['yield', 'finish', 'advertise']);
  });

  test('is the lane’s own: skipping on a card without a job changes nothing', () => {
    const idle = live(empty, [found, away]).agent;
    expect(live(idle, [skipped])).toEqual({ agent: idle, effects: [] });
  });

  test('never runs here again, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (story) => {
        const after = live(working(), [skipped, stopped]).agent;
        const { effects } = live(after, story);
        expect(effects.filter(({ kind }) => kind === 'run' || kind === 'accept')).toEqual([]);
      }),
    );
  });

  test('takes a bounded place in memory', () => {
    const many = Array.from({ length: 250 }, (_, n) => JobId.parse(`job-${n + 10}`));
    const agent = many.reduce(
      (before, id) =>
        live(before, [
          { ...offered, job: id },
          { ...assigned, job: { ...job, id } },
          prepared,
          skipped,
          stopped,
        ]).agent,
      live(empty, [found, away]).agent,
    );
    expect(agent.skipped).toEqual(many.slice(-100));
  });
});
