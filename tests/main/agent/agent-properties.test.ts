import fc from 'fast-check';
import { expect, test } from 'vitest';
import { step } from '../../../src-main/agent/agent.ts';
import { runningGames } from '../../../src-main/agent/game-cards.ts';
import { workOf } from '../../../src-main/agent/lane.ts';
import { millis } from '../../../src-shared/units.ts';
import { empty, T0 } from '../../worlds/machine.ts';
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
          if (!lane.hold || !before || before.hold || before.phase.kind === 'held') continue;
          const given = effects.filter((e) => 'lane' in e && e.lane === lane.gpu.lane);
          expect(given.map(({ kind }) => kind)).toContain(
            lane.phase.kind === 'yielding' ? 'yield' : 'evict',
          );
        }
        agent = next;
      }
    }),
    { numRuns: 500 },
  );
});
