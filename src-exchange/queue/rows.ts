import { z } from 'zod';
import { NamedBlob } from '../../src-shared/blob.ts';
import { backendsOf, Checkpoint, Job, JobId, modelOf, stepsOf } from '../../src-shared/job.ts';
import {
  type JobState,
  type JobStatus,
  RESULTS_GONE,
  RESULTS_KEPT,
} from '../../src-shared/job-status.ts';
import { AgentId } from '../../src-shared/receipt.ts';
import { type Millis, microUsd, millis } from '../../src-shared/units.ts';
import { blobsOf } from './job-door.ts';

/** A column that holds JSON of this shape. */
const json = <T>(schema: z.ZodType<T>) =>
  z.string().transform((text, context): T => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'not JSON' });
      return z.NEVER;
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: z.prettifyError(parsed.error) });
    return z.NEVER;
  });

export const JobColumn = json(Job);
export const CheckpointColumn = json(Checkpoint).nullable();

const common = {
  id: JobId,
  title: z.string(),
  pay: z.int().transform(microUsd),
  test: z.int(),
  steps: z.int(),
  submitted_at: z.int(),
  step: z.int(),
};
/** What is known of a job without its body. The union is the proof that a state has what it needs. */
export const JobRow = z.discriminatedUnion('state', [
  z.object({ state: z.literal('waiting'), ...common }),
  z.object({ state: z.literal('running'), agent: AgentId, fence: z.int(), ...common }),
  z.object({
    state: z.literal('done'),
    agent: AgentId,
    fence: z.int(),
    outputs: json(z.array(NamedBlob)),
    finished_at: z.int(),
    ...common,
  }),
  z.object({ state: z.literal('failed'), because: z.string(), finished_at: z.int(), ...common }),
]);
export type JobRow = z.infer<typeof JobRow>;
/** The columns of a JobRow. */
export const STATUS_COLUMNS =
  'state, id, title, pay, test, steps, submitted_at, step, agent, fence, outputs, because, finished_at';

function stateOf(row: JobRow, now: Millis): JobState {
  switch (row.state) {
    case 'waiting':
      return { kind: 'waiting', step: row.step };
    case 'running':
      return { kind: 'running', agent: row.agent, fence: row.fence, step: row.step };
    case 'done': {
      const { agent, fence, outputs } = row;
      const at = millis(row.finished_at);
      return at > now - RESULTS_KEPT
        ? { kind: 'done', agent, fence, outputs, at }
        : { kind: 'expired', agent, fence, because: RESULTS_GONE, at };
    }
    case 'failed':
      return { kind: 'failed', because: row.because, at: millis(row.finished_at) };
  }
}

export const statusOf = (row: JobRow, now: Millis): JobStatus => ({
  job: row.id,
  title: row.title,
  pay: { amount: row.pay, test: row.test === 1 },
  steps: row.steps,
  submittedAt: millis(row.submitted_at),
  state: stateOf(row, now),
});

/** The columns of a job that was just put, in the order in which they are inserted. */
export function newRow(job: Job, now: Millis) {
  const backends = backendsOf(job);
  return [
    job.id,
    job.kind,
    backends.includes('cuda') ? 1 : 0,
    backends.includes('webgpu') ? 1 : 0,
    job.needs.vram,
    job.deadline,
    now,
    job.title,
    job.pay.amount,
    job.pay.test ? 1 : 0,
    stepsOf(job),
    JSON.stringify(blobsOf([job]).map(({ sha256 }) => sha256)),
    modelOf(job)?.model.size ?? 0,
  ] as const;
}
