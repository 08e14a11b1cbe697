import type { Gpu } from '../../src-shared/gpu.ts';
import { unlimit } from './card-limits.ts';
import type { Effect } from './event.ts';
import { isSame, type Lane, newLane, workOf } from './lane.ts';
import type { Step } from './lanes.ts';
import { reconsider } from './preemption.ts';
import type { Agent } from './state.ts';

/** Cards come and go; a card that stays keeps what it is at, a card that went gives its job back. */
export function meetCards(agent: Agent, gpus: readonly Gpu[]): Step {
  const gone = agent.lanes.filter((lane) => !gpus.some((gpu) => isSame(lane.gpu, gpu)));
  const lanes = gpus.map((gpu) => {
    const known = agent.lanes.find((lane) => isSame(lane.gpu, gpu));
    return known ? { ...known, gpu } : newLane(gpu);
  });
  const [next, effects] = reconsider({ ...agent, lanes });
  return [next, [...gone.flatMap(letGo), ...effects]];
}

function letGo(lane: Lane): readonly Effect[] {
  const work = workOf(lane);
  const evict: Effect = { kind: 'evict', lane: lane.gpu.lane };
  const release: readonly Effect[] = work
    ? [{ kind: 'release', lease: work.lease, because: { kind: 'card-gone' } }]
    : [];
  return [evict, ...release, ...unlimit(lane)];
}
