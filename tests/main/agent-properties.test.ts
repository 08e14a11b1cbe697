import fc from 'fast-check';
import { expect, test } from 'vitest';
import { step } from '../../src-main/agent.ts';
import type { Event } from '../../src-main/event.ts';
import { workOf } from '../../src-main/lane.ts';
import { millis, minutes, seconds } from '../../src-shared/units.ts';
import {
  assigned,
  done,
  empty,
  found,
  game,
  offered,
  prepared,
  reading,
  sharing,
  T0,
} from './world.ts';

const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.constantFrom<Event>(
    found,
    offered,
    assigned,
    prepared,
    done,
    { kind: 'game-started', at: T0, game },
    { kind: 'game-ended', at: T0, pid: game.pid },
    { kind: 'connected', at: T0, test: true },
    { kind: 'disconnected', at: T0 },
    { kind: 'start-now', at: T0 },
    { kind: 'leaving', at: T0, on: true },
    { kind: 'leaving', at: T0, on: false },
    { kind: 'revoked', at: T0, lease: 'L1', detail: 'expired' },
    { kind: 'withdrawn', at: T0, offer: 'o1' },
    { kind: 'gpus-found', at: T0, gpus: [] },
    { kind: 'try-again', at: T0 },
    { kind: 'ended', at: T0, lease: 'L1', outcome: { kind: 'stopped', checkpoint: null } },
    {
      kind: 'ended',
      at: T0,
      lease: 'L1',
      outcome: { kind: 'failed', because: 'runner-lost', detail: 'x' },
    },
  ),
  fc.record({
    kind: fc.constant('sampled' as const),
    at: fc.constant(T0),
    readings: fc.constantFrom([reading()], [reading({ lost: true })], []),
    idleFor: fc.constantFrom(null, seconds(0), minutes(60)),
    onBattery: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('settings-changed' as const),
    at: fc.constant(T0),
    settings: fc.constantFrom(
      sharing,
      { ...sharing, sharing: false },
      { ...sharing, pausedUntil: 'forever' as const },
    ),
  }),
);

test('whatever happens in whatever order: a game, the switch or a pause leaves no job on the card', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      let agent = empty;
      let at = 0;
      for (const event of events) {
        at += 700;
        [agent] = step(agent, { ...event, at: millis(T0 + at) });
        const mustStop =
          agent.games.length > 0 ||
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
