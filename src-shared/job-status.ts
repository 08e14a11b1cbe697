import { z } from 'zod';
import { NamedBlob } from './blob.ts';
import { JobId, Pay } from './job.ts';
import { AgentId } from './receipt.ts';
import { hours, millis } from './units.ts';

const at = z.int().transform(millis);
const step = z.int().min(0);

/**
 * A week, like the deadline of a job: nobody who is away for a while loses what they paid for, and the disk does not
 * fill for ever.
 */
export const RESULTS_KEPT_DAYS = 7;
/** How long the results of a job can be fetched once it is done. */
export const RESULTS_KEPT = hours(24 * RESULTS_KEPT_DAYS);
/** Said instead of the outputs of a job that was done longer ago. */
export const RESULTS_GONE = `its results were kept for ${RESULTS_KEPT_DAYS} days and are gone`;

/** Where a job is. `expired`: done, but its results are no longer here. `step` is the last step anybody reported; `steps` in JobStatus is how many there are. */
export const JobState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('waiting'), step }),
  z.object({ kind: z.literal('running'), agent: AgentId, fence: z.int().min(1), step }),
  z.object({
    kind: z.literal('done'),
    agent: AgentId,
    fence: z.int().min(1),
    outputs: z.array(NamedBlob),
    at,
  }),
  z.object({
    kind: z.literal('expired'),
    agent: AgentId,
    fence: z.int().min(1),
    because: z.string(),
    at,
  }),
  z.object({ kind: z.literal('failed'), because: z.string(), at }),
]);
export type JobState = Readonly<z.infer<typeof JobState>>;

/** What a buyer may know about a job. */
export const JobStatus = z.object({
  job: JobId,
  title: z.string(),
  pay: Pay,
  steps: z.int().min(1),
  submittedAt: at,
  state: JobState,
});
export type JobStatus = Readonly<z.infer<typeof JobStatus>>;

export const JobCounts = z.object({
  waiting: z.int().min(0),
  running: z.int().min(0),
  done: z.int().min(0),
  failed: z.int().min(0),
});
export type JobCounts = Readonly<z.infer<typeof JobCounts>>;
