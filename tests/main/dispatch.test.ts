import { expect, test } from 'vitest';
import type { Effect, Event } from '../../src-main/agent/event.ts';
import type { Agent } from '../../src-main/agent/state.ts';
import { openDispatch } from '../../src-main/dispatch.ts';
import { away, empty, game, T0, working } from '../worlds/machine.ts';

/** An agent, and what follows on each event, in order. `perform`: what the world does with an effect. */
function openAgent(first: Agent, perform: (effect: Effect) => void = () => {}) {
  const deeds: string[] = [];
  const heart = openDispatch(first, () => ({
    performAll: (effects) => {
      for (const effect of effects) {
        deeds.push(effect.kind);
        perform(effect);
      }
    },
    log: (line) => deeds.push(`log ${line.split(' ')[0]}`),
    show: () => deeds.push('show'),
    stir: () => deeds.push('stir'),
    keepPace: () => deeds.push('pace'),
  }));
  return { ...heart, deeds };
}
const gameBegins: Event = { kind: 'game-started', at: T0, game };

test('a game does not wait for the log or the window: the card is given back before either is told', () => {
  const { dispatch, deeds, agent } = openAgent(working());
  dispatch(gameBegins);
  expect(agent().games.map(({ title }) => title)).toEqual([game.title]);
  expect(deeds.slice(0, 2)).toEqual(['evict', 'release']);
  const told = deeds.findIndex((deed) => deed.startsWith('log') || deed === 'show');
  expect(deeds.slice(told).some((deed) => deed === 'evict' || deed === 'release')).toBe(false);
  expect(deeds).toContain('show');
});

test('everything that is done for the owner stands in the log, once', () => {
  const { dispatch, deeds } = openAgent(working());
  dispatch(gameBegins);
  const done = deeds.filter((deed) => !/^(log|show|stir|pace)/.test(deed));
  expect(deeds.filter((deed) => deed.startsWith('log'))).toHaveLength(done.length);
});

test('a job’s steps and a look that finds nothing do not keep an idle machine awake', () => {
  const { dispatch, deeds } = openAgent(working());
  const after = (event: Event) => {
    deeds.length = 0;
    dispatch(event);
    return deeds.filter((deed) => ['show', 'stir', 'pace'].includes(deed));
  };
  // Steps end many times a second; the next look draws them.
  expect(after({ kind: 'progressed', at: T0, lease: 'L1', step: 1 })).toEqual(['pace']);
  expect(after(away)).toEqual(['show', 'pace']);
  expect(after(gameBegins)).toEqual(['show', 'stir', 'pace']);
});

test('what an effect brings at once meets the agent as it is by then, not as it was', () => {
  const seen: string[] = [];
  const { agent, dispatch } = openAgent(working(), ({ kind }) => {
    if (kind === 'release')
      seen.push(
        agent()
          .lanes.map(({ doing }) => doing.kind)
          .join(),
      );
  });
  dispatch(gameBegins);
  expect(seen).toEqual(['nothing']);
  // An effect may itself be news: it is heard after, on top.
  const nested = openAgent(empty, ({ kind }) => {
    if (kind === 'advertise' && !nested.agent().leaving)
      nested.dispatch({ kind: 'leaving', at: T0, on: true });
  });
  nested.dispatch({ kind: 'connected', at: T0, test: true });
  expect(nested.agent()).toMatchObject({ leaving: true, paysTest: true });
});
