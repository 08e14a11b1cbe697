import { type Fault, isJobFault, type Job, type JobId } from '../../src-shared/job.ts';
import type { Millis } from '../../src-shared/units.ts';
import { type Lease, MAX_BLAMES, MAX_DELIVERIES, MAX_LOST_LEASES, type NotYours } from './queue.ts';

/** What is known of a job when somebody speaks about a lease on it that it is not under (any more). */
export type Standing = {
  readonly state: string;
  /** Of the latest delivery, and to whom it was; null after it was handed back. */
  readonly fence: number;
  readonly agent: string | null;
  readonly deadline: number;
};

export type AfterFailure =
  /** Another machine's turn. `blames`: whether this one said it was the job's own fault. */
  | { readonly kind: 'requeue'; readonly blames: boolean }
  | { readonly kind: 'final'; readonly because: string };

export type AfterSilence =
  /** It waits for another machine, or for the same one to come back. `lost`: leases that ran out like this so far. */
  | { readonly kind: 'requeue'; readonly lost: number }
  | { readonly kind: 'final'; readonly because: string };

export type Sorted =
  | { readonly kind: 'fresh'; readonly jobs: readonly Job[] }
  /** This id already names a job with other contents. */
  | { readonly kind: 'differs'; readonly job: JobId };

/**
 * What becomes of a job that a delivery failed at. A job's own fault is believed when MAX_BLAMES deliveries called it that,
 * for the first may be a broken driver; any fault counts as one of MAX_DELIVERIES. `before`: its deliveries until now.
 */
export function afterFailure(
  before: { readonly failures: number; readonly blamed: number },
  because: Fault,
  detail: string,
): AfterFailure {
  const count = before.failures + 1;
  const blames = isJobFault(because);
  if (blames && before.blamed + 1 >= MAX_BLAMES)
    return { kind: 'final', because: `${because}: ${detail}` };
  if (count < MAX_DELIVERIES) return { kind: 'requeue', blames };
  const last = `the last with ${because}: ${detail}`;
  return { kind: 'final', because: `given up after ${count} machines failed, ${last}` };
}

/**
 * What becomes of a job whose lease ran out. `accepted`: a machine had it, and fell silent; else it was an offer that
 * nobody took, which counts for nothing.
 */
export function afterSilence(accepted: boolean, lostBefore: number): AfterSilence {
  const lost = lostBefore + (accepted ? 1 : 0);
  return accepted && lost >= MAX_LOST_LEASES
    ? { kind: 'final', because: `given up: ${lost} machines fell silent while they ran it` }
    : { kind: 'requeue', lost };
}

/** Why a lease is not the one a job is under: nobody wants the job any more, or it is another's by now. */
export function whyNotYours(standing: Standing | null, now: Millis): NotYours {
  if (!standing || standing.state === 'failed') return 'gone';
  return standing.state !== 'done' && standing.deadline <= now ? 'gone' : 'stale';
}

/** What a result means that comes when its lease is over: said twice by who finished the job, or too late. */
export const lateResult = (
  standing: Standing | null,
  { fence, agent }: Lease,
  now: Millis,
): 'duplicate' | NotYours =>
  standing?.state === 'done' && standing.fence === fence && standing.agent === agent
    ? 'duplicate'
    : whyNotYours(standing, now);

/** Which of these jobs are new. `bodies`: what is stored under each one's id, in the same order. */
export function sortJobs(jobs: readonly Job[], bodies: readonly (string | undefined)[]): Sorted {
  const differs = jobs.find((job, i) => {
    const body = bodies[i];
    return body !== undefined && body !== JSON.stringify(job);
  });
  return differs
    ? { kind: 'differs', job: differs.id }
    : { kind: 'fresh', jobs: jobs.filter((_, i) => bodies[i] === undefined) };
}
