import { backendsOf, type Job, modelOf } from '../../src-shared/job.ts';
import { MAX_MODEL } from '../../src-shared/llm.ts';
import { bytes, type Millis, millis } from '../../src-shared/units.ts';
import type { Match } from '../queue/queue.ts';
import type { Lane } from './lane.ts';

/** Whether a lane is offered something now. */
export type Turn =
  /** It has not answered in time: its offer is taken back first. */
  | { readonly kind: 'overdue' }
  | { readonly kind: 'ask'; readonly match: Match }
  | {
      readonly kind: 'wait';
      /** `offered`: it thinks about an offer. `working`: it has a lease. `quiet`: it lately wanted nothing. */
      readonly because: 'not-ready' | 'offered' | 'working' | 'quiet';
    };

/** Why a job is not for whoever asked. `declined`: they had it lately and did not want it, or handed it back. */
export type Misfit = 'backend' | 'kind' | 'memory' | 'model' | 'declined';

/** What may be asked of the queue for this lane now, or why it is left alone. */
export function turnOf(lane: Lane, now: Millis): Turn {
  const { advert, offer, held } = lane;
  if (offer && offer.until <= now) return { kind: 'overdue' };
  if (offer) return { kind: 'wait', because: 'offered' };
  if (!advert.ready) return { kind: 'wait', because: 'not-ready' };
  if (held && held.until > now) return { kind: 'wait', because: 'working' };
  if (lane.quietUntil > now) return { kind: 'wait', because: 'quiet' };
  const { backend, vram, largestModel = bytes(MAX_MODEL), kinds = ['kernel'] } = advert;
  const except = [...lane.refused, ...lane.returned]
    .filter(([, until]) => until > now)
    .map(([job]) => job);
  return { kind: 'ask', match: { backend, vram, largestModel, kinds, except } };
}

/** Why a job is not for this lane; null where it is. The queue finds the oldest that is, by the same rule in SQL. */
export function misfit(match: Match, job: Job): Misfit | null {
  if (!backendsOf(job).includes(match.backend)) return 'backend';
  if (!match.kinds.includes(job.kind)) return 'kind';
  if (job.needs.vram > match.vram) return 'memory';
  if ((modelOf(job)?.model.size ?? 0) > match.largestModel) return 'model';
  return match.except.includes(job.id) ? 'declined' : null;
}

/** Whether a job that was found for a lane still is for it: the agent may have spoken while the queue was asked. */
export function stillTakes(lane: Lane, job: Job, now: Millis): boolean {
  const turn = turnOf(lane, now);
  return turn.kind === 'ask' && misfit(turn.match, job) === null;
}

/** The first moment past `after` at which time alone changes what this lane may be offered; null where none does. */
export function nextChange(lane: Lane, after: Millis): Millis | null {
  return earliest(
    [
      lane.offer?.until,
      lane.held?.until,
      lane.quietUntil,
      ...lane.refused.values(),
      ...lane.returned.values(),
    ].filter((time): time is Millis => time !== undefined && time > after),
  );
}

/** When to look again although nobody says anything. `queueNext`: when time changes something in the queue. */
export const wakeAt = (
  lanes: readonly Lane[],
  queueNext: Millis | null,
  after: Millis,
): Millis | null =>
  earliest(
    [queueNext, ...lanes.map((lane) => nextChange(lane, after))].filter((time) => time !== null),
  );

const earliest = (times: readonly Millis[]): Millis | null =>
  times.length > 0 ? millis(Math.min(...times)) : null;
