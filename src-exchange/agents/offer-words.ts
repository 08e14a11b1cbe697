import { type Job, modelOf } from '../../src-shared/job.ts';
import type { FromGateway } from '../../src-shared/network-protocol.ts';
import type { Delivery } from '../queue/queue.ts';
import type { Lane } from './lane.ts';

type Word<Kind extends FromGateway['kind']> = Extract<FromGateway, { kind: Kind }>;

/** What a lane must know of a job to want it or not. `offer`: the name under which it answers. */
export function offerWord(offer: string, { advert }: Lane, job: Job): Word<'offer'> {
  const { id, needs, pay } = job;
  const runs = modelOf(job);
  const model = runs && { ...runs.model, context: runs.context, batch: runs.batch };
  return { kind: 'offer', offer, lane: advert.lane, job: id, needs, pay, ...(model && { model }) };
}

/** The whole job, for the lane that accepted it. `token`: of its lease. */
export const assignWord = (
  offer: string,
  { advert }: Lane,
  { job, checkpoint, lease: { fence } }: Delivery,
  token: string,
): Word<'assign'> => ({
  kind: 'assign',
  offer,
  lane: advert.lane,
  lease: token,
  fence,
  job,
  checkpoint,
});
