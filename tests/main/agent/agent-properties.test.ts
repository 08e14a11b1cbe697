import fc from 'fast-check';
import { expect, test } from 'vitest';
import { step } from '../../../src-main/agent/agent.ts';
import type { Event } from '../../../src-main/agent/event.ts';
import { runningGames } from '../../../src-main/agent/game-cards.ts';
import { phaseOf, workOf } from '../../../src-main/agent/lane.ts';
import { advertOf } from '../../../src-main/agent/offer.ts';
import type { Agent } from '../../../src-main/agent/state.ts';
import { gibibytes, millis } from '../../../src-shared/units.ts';
import { card, empty, sharing, T0 } from '../../worlds/machine.ts';
import { anyEvent } from './any-event.ts';

test('whatever happens in whatever order: a game, the switch or a pause leaves no job on the card', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      let agent = empty;
      let at = 0;
      for (const event of events) {
        at += 700;
        [agent] = step(agent, { ...event, at: millis(T0 + at) });
        const mustStop =
          runningGames(agent).length > 0 ||
          !agent.settings.sharing ||
          agent.settings.pausedUntil !== null ||
          agent.leaving;
        for (const lane of agent.lanes) if (mustStop) expect(workOf(lane)).toBeNull();
      }
    }),
    { numRuns: 500 },
  );
});

test('whatever happens: every job taken is finished, failed, forgotten, given back, or still ours — never two of them', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 80 }), (events) => {
      let agent = empty;
      let n = 0;
      let lease = 'L0';
      const open = new Set<string>();
      for (const event of events) {
        // Every assignment is a new lease; everything else speaks of the latest one.
        if (event.kind === 'assigned') lease = `L${++n}`;
        const [next, effects] = step(agent, 'lease' in event ? { ...event, lease } : event);
        agent = next;
        for (const effect of effects) {
          if (effect.kind === 'take') open.add(effect.lease);
          if (effect.kind === 'finish' || effect.kind === 'fail' || effect.kind === 'release')
            expect(open.delete(effect.lease)).toBe(true);
          if (effect.kind === 'forget') open.delete(effect.lease);
        }
        const ours = agent.lanes.flatMap((lane) => workOf(lane)?.lease ?? []);
        expect([...open].sort()).toEqual(ours.sort());
      }
    }),
    { numRuns: 500 },
  );
});

test('whatever happens: a lane that is held begins by giving the card back, at once or after its step', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      let agent = empty;
      for (const [n, event] of events.entries()) {
        const [next, effects] = step(agent, { ...event, at: millis(T0 + n * 700) });
        for (const lane of next.lanes) {
          const before = agent.lanes.find(({ gpu }) => gpu.lane === lane.gpu.lane);
          if (!lane.hold || !before || before.hold || phaseOf(before).kind === 'held') continue;
          const given = effects.filter((e) => 'lane' in e && e.lane === lane.gpu.lane);
          expect(given.map(({ kind }) => kind)).toContain(
            lane.doing.kind === 'yielding' ? 'yield' : 'evict',
          );
        }
        agent = next;
      }
    }),
    { numRuns: 500 },
  );
});

test('whatever happens: a lane without a job looks for one, or its hold or its crashes say why not', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      let agent = empty;
      for (const [n, event] of events.entries()) {
        const at = millis(T0 + n * 700);
        [agent] = step(agent, { ...event, at });
        for (const lane of agent.lanes) {
          if (workOf(lane)) continue;
          const { hold, trouble } = lane;
          const rests = trouble.kind === 'rest' && at < trouble.until;
          expect(phaseOf(lane)).toMatchObject(
            hold
              ? { kind: 'held', because: hold.reason }
              : trouble.kind === 'gave-up'
                ? { kind: 'given-up', detail: trouble.detail }
                : rests
                  ? { kind: 'resting', until: trouble.until, detail: trouble.detail }
                  : { kind: 'seeking' },
          );
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('whatever happens: the network is told of the lanes when what it knows of them changes, and only then', () => {
  const changes = [
    { ...sharing, kinds: { ...sharing.kinds, kernel: false } },
    { ...sharing, kinds: { ...sharing.kinds, llm: false } },
    { ...sharing, modelDisk: gibibytes(1) },
    { ...sharing, cards: { [card.lane]: { vramMax: gibibytes(2) } } },
  ].map((settings): Event => ({ kind: 'settings-changed', at: T0, settings }));
  const told = (agent: Agent) => JSON.stringify(agent.lanes.map((lane) => advertOf(agent, lane)));
  fc.assert(
    fc.property(
      fc.array(fc.oneof(anyEvent, fc.constantFrom(...changes)), { maxLength: 60 }),
      (events) => {
        let agent = empty;
        for (const [n, event] of events.entries()) {
          const [next, effects] = step(agent, { ...event, at: millis(T0 + n * 700) });
          // A new connection knows nothing yet.
          const isNews = event.kind === 'connected' || told(next) !== told(agent);
          expect(effects.some(({ kind }) => kind === 'advertise')).toBe(isNews);
          agent = next;
        }
      },
    ),
    { numRuns: 500 },
  );
});
