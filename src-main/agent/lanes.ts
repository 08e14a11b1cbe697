import type { Effect } from './event.ts';
import { type Lane, type Work, workOf } from './lane.ts';
import type { Agent } from './state.ts';

/** The agent afterwards, and what should happen, in this order. */
export type Step = readonly [Agent, readonly Effect[]];
/** The same for one lane. */
export type LaneStep = readonly [Lane, readonly Effect[]];

/** An agent whose lanes all stay as they are stays itself. */
const withLanes = (agent: Agent, lanes: readonly Lane[]): Agent =>
  lanes.every((lane, place) => lane === agent.lanes[place]) ? agent : { ...agent, lanes };

/** Changes lanes, and nothing happens for it. */
export const mapLanes = (agent: Agent, change: (lane: Lane) => Lane): Agent =>
  withLanes(agent, agent.lanes.map(change));

/** Takes every lane a step further. */
export function stepLanes(agent: Agent, change: (lane: Lane) => LaneStep): Step {
  const steps = agent.lanes.map(change);
  return [
    withLanes(
      agent,
      steps.map(([lane]) => lane),
    ),
    steps.flatMap(([, effects]) => effects),
  ];
}

/** Takes the one lane that works under `lease` a step further. Where none does, it is a late echo of a job we let go. */
export function stepLease(
  agent: Agent,
  lease: string,
  change: (lane: Lane, work: Work) => LaneStep,
): Step {
  return stepLanes(agent, (lane) => {
    const work = workOf(lane);
    return work?.lease === lease ? change(lane, work) : [lane, []];
  });
}
