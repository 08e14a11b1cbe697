import type { Agent } from './agent.ts';
import type { Event } from './event.ts';
import type { Accepted, Lane } from './lane.ts';

type Offered = Extract<Event, { kind: 'offered' }>;

/** What we say yes to, where the lane wants work and the job fits the memory that is free; else why not. */
export function answerTo(
  agent: Agent,
  lane: Lane | undefined,
  offered: Offered,
): Accepted | string {
  if (!lane) return 'no such lane';
  if (lane.phase.kind !== 'seeking' || lane.phase.accepted) return 'busy';
  const { offer, pay, vram } = offered;
  if (pay.test !== agent.paysTest) return 'the pay is not what this network pays';
  const free = lane.gpu.vramTotal - (lane.reading?.memoryUsed ?? 0);
  if (!lane.gpu.software && vram > free) return 'not enough free memory on the card';
  return { offer, at: agent.now, pay, vram };
}

/** Whether the job that came is the one we said yes to, on its terms. */
export const isAsOffered = (
  accepted: Accepted,
  { offer, job }: Extract<Event, { kind: 'assigned' }>,
): boolean =>
  accepted.offer === offer &&
  accepted.pay.amount === job.pay.amount &&
  accepted.pay.test === job.pay.test &&
  job.needs.vram <= accepted.vram;
