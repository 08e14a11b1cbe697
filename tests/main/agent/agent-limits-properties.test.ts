import fc from 'fast-check';
import { expect, test } from 'vitest';
import { step } from '../../../src-main/agent/agent.ts';
import type { Effect, Event } from '../../../src-main/agent/event.ts';
import { runningGames } from '../../../src-main/agent/game-cards.ts';
import { workOf } from '../../../src-main/agent/lane.ts';
import { millis, type Watts } from '../../../src-shared/units.ts';
import {
  assigned,
  away,
  card,
  empty,
  found,
  game,
  limited,
  offered,
  prepared,
  T0,
} from '../../worlds/machine.ts';
import { anyEvent } from './any-event.ts';

const many = { numRuns: 500 };
/** Most random lives never come to work: these begin with it. */
const anyLife = fc
  .array(anyEvent, { maxLength: 60 })
  .map((events): readonly Event[] => [found, away, offered, assigned, prepared, ...events]);

/** Lives through the events, 700 ms apart, and calls `check` after each with what was told to the card so far. */
function live(
  events: readonly Event[],
  check: (now: {
    readonly agent: typeof empty;
    readonly effects: readonly Effect[];
    readonly limit: Watts | null;
  }) => void,
): void {
  let agent = { ...empty, settings: limited(200) };
  let limit: Watts | null = null;
  for (const [n, event] of events.entries()) {
    const [next, effects] = step(agent, { ...event, at: millis(T0 + n * 700) });
    agent = next;
    for (const effect of effects)
      if (effect.kind === 'limit-power') {
        // Exactly once for each change.
        expect(effect.limit).not.toBe(limit);
        ({ limit } = effect);
      }
    check({ agent, effects, limit });
  }
}

test('whatever happens: a card that does not work for us has its own power limit, at the latest a minute later', () => {
  fc.assert(
    fc.property(anyLife, (events) => {
      live(events, ({ agent, limit }) => {
        const lane = agent.lanes[0];
        const mayBeLimited =
          lane !== undefined && (workOf(lane) !== null || lane.doing.kind === 'seeking');
        if (!mayBeLimited) expect(limit).toBeNull();
        if (runningGames(agent).length > 0 || !agent.settings.sharing || agent.leaving)
          expect(limit).toBeNull();
        if (lane) expect(lane.powerLimit).toBe(limit);
      });
    }),
    many,
  );
});

test('whatever happened: every way out puts the card’s own power limit back', () => {
  const waysOut: readonly Event[] = [
    { kind: 'game-started', at: T0, game },
    { kind: 'leaving', at: T0, on: true },
    { kind: 'gpus-found', at: T0, gpus: [] },
    { kind: 'settings-changed', at: T0, settings: { ...limited(200), sharing: false } },
    { kind: 'settings-changed', at: T0, settings: { ...limited(200), pausedUntil: 'forever' } },
  ];
  fc.assert(
    fc.property(anyLife, fc.constantFrom(...waysOut), (events, out) => {
      let last: Watts | null = null;
      live([...events, out], ({ limit }) => {
        last = limit;
      });
      expect(last).toBeNull();
    }),
    many,
  );
});

test('whatever happens: only a lane with a running job is told how fast to work, and only what is new', () => {
  fc.assert(
    fc.property(anyLife, (events) => {
      let told = 1;
      live(events, ({ agent, effects }) => {
        for (const effect of effects) {
          if (effect.kind === 'run') told = effect.duty;
          if (effect.kind !== 'slow') continue;
          const lane = agent.lanes.find(({ gpu }) => gpu.lane === card.lane);
          expect(lane?.doing).toMatchObject({ kind: 'running', work: { lease: effect.lease } });
          expect(effect.duty).not.toBe(told);
          told = effect.duty;
        }
      });
    }),
    many,
  );
});
