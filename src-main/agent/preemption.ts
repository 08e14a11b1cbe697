import { holdOf } from '../policy/policy.ts';
import { sharedCards } from '../policy/tariff.ts';
import type { Effect } from './event.ts';
import { gamesOn } from './game-cards.ts';
import { type Lane, NOTHING, workOf } from './lane.ts';
import { type LaneStep, type Step, stepLanes } from './lanes.ts';
import type { Agent } from './state.ts';

/** Compares what every lane is at with what policy wants, and moves it there. */
export const reconsider = (agent: Agent): Step => stepLanes(agent, (lane) => preempt(agent, lane));

/** Moves a lane to where policy wants it at this moment: away from the card at once, after its step, or back to work. */
function preempt(agent: Agent, before: Lane): LaneStep {
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
  const { doing, gpu } = lane;
  const evict: Effect = { kind: 'evict', lane: gpu.lane };
  const idle: Lane = { ...lane, doing: NOTHING };
  switch (doing.kind) {
    case 'nothing':
    case 'seeking':
      // A warm runner still holds memory on the card: it goes as well, once.
      return [lane, hold && !before.hold ? [evict] : []];
    case 'preparing':
    case 'running':
      if (!hold) return [lane, []];
      if (doing.kind === 'running' && hold.urgency === 'yield')
        return [
          { ...lane, doing: { kind: 'yielding', work: doing.work, because: hold.reason } },
          [{ kind: 'yield', lane: gpu.lane, lease: doing.work.lease }],
        ];
      return [idle, [evict, { kind: 'release', lease: doing.work.lease, because: hold.reason }]];
    case 'yielding':
      // Already asked to yield; only something more urgent changes anything.
      return hold?.urgency === 'evict'
        ? [idle, [evict, { kind: 'release', lease: doing.work.lease, because: hold.reason }]]
        : [lane, []];
  }
}
