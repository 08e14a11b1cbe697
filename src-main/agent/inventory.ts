import { type Gpu, type Reading, UNREAD } from '../../src-shared/gpu.ts';
import { seconds } from '../../src-shared/units.ts';
import { unlimit } from './card-limits.ts';
import type { Effect, Event } from './event.ts';
import { isSame, type Lane, newLane, workOf } from './lane.ts';
import type { Step } from './lanes.ts';
import { reconsider } from './preemption.ts';
import type { Agent } from './state.ts';

/** A reading older than this says nothing about the card now; the driver hangs or its probe keeps dying. */
const READING_KEPT = seconds(10);

/**
 * Cards that came and went. A card that stays keeps what it is at, a card that went gives its job back. The software lane is for
 * machines that never had a card: one whose card failed must not start to cook its processor instead.
 */
export function meetCards(agent: Agent, found: readonly Gpu[]): Step {
  const cards = found.filter(({ software }) => !software);
  const sawCard = agent.sawCard || cards.length > 0;
  const gpus = sawCard ? cards : found;
  const gone = agent.lanes.filter((lane) => !gpus.some((gpu) => isSame(lane.gpu, gpu)));
  const lanes = gpus.map((gpu) => {
    const known = agent.lanes.find((lane) => isSame(lane.gpu, gpu));
    return known ? { ...known, gpu } : newLane(gpu);
  });
  const [next, effects] = reconsider({ ...agent, lanes, sawCard });
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

/** What is known of the lane's card after a look: what was read, or that it is lost. Null before it was first read. */
export function readingOf(
  { gpu, reading }: Lane,
  { readings, silentFor }: Pick<Extract<Event, { kind: 'sampled' }>, 'readings' | 'silentFor'>,
): Reading | null {
  const read = readings.find(({ lane }) => lane === gpu.lane);
  if (!read) return reading;
  // Nothing is measured of the software lane, so nobody can fall silent about it.
  return gpu.software || silentFor <= READING_KEPT
    ? read
    : { lane: gpu.lane, lost: true, ...UNREAD };
}
