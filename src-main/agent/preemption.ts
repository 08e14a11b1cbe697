import { holdOf } from '../policy/policy.ts';
import { sharedCards } from '../policy/tariff.ts';
import type { Effect } from './event.ts';
import { gamesOn } from './game-cards.ts';
import { idlePhase, type Lane, workOf } from './lane.ts';
import type { Agent } from './state.ts';

/** Moves a lane to where policy wants it at this moment: away from the card at once, after its step, or back to work. */
export function preempt(agent: Agent, before: Lane): readonly [Lane, readonly Effect[]] {
  const { hold, memory } = holdOf(
    {
      ...agent,
      games: gamesOn(before, agent),
      gpu: before.gpu,
      reading: before.reading,
      working: workOf(before) !== null,
      sharedCards: sharedCards(agent.settings, agent.lanes),
    },
    before.memory,
  );
  const lane = { ...before, hold, memory };
  const { phase, gpu } = lane;
  const evict: Effect = { kind: 'evict', lane: gpu.lane };
  switch (phase.kind) {
    case 'held':
      return [{ ...lane, phase: idlePhase(lane, agent.now) }, []];
    case 'seeking':
    case 'resting':
    case 'given-up':
      // A warm runner still holds memory on the card: it goes as well.
      return [{ ...lane, phase: idlePhase(lane, agent.now) }, hold ? [evict] : []];
    case 'preparing':
    case 'running':
      if (!hold) return [lane, []];
      if (phase.kind === 'running' && hold.urgency === 'yield')
        return [
          { ...lane, phase: { kind: 'yielding', work: phase.work, because: hold.reason } },
          [{ kind: 'yield', lane: gpu.lane, lease: phase.work.lease }],
        ];
      return [
        { ...lane, phase: idlePhase(lane, agent.now) },
        [evict, { kind: 'release', lease: phase.work.lease, because: hold.reason }],
      ];
    case 'yielding':
      // Already asked to yield; only something more urgent changes anything.
      return hold?.urgency === 'evict'
        ? [
            { ...lane, phase: idlePhase(lane, agent.now) },
            [evict, { kind: 'release', lease: phase.work.lease, because: hold.reason }],
          ]
        : [lane, []];
  }
}
