import { z } from 'zod';
import { NamedBlob } from '../src-shared/blob.ts';
import { Checkpoint, Job } from '../src-shared/job.ts';
import { stepCount } from '../src-shared/kernel.ts';
import { AgentId } from '../src-shared/receipt.ts';
import { millis } from '../src-shared/units.ts';
import type { JobState, JobStatus } from './job-status.ts';

/** `agent` on a waiting row: its lease ran out, but nobody else has the job yet, so it may still come back. */
export const QUEUE_SCHEMA = `
CREATE TABLE IF NOT EXISTS jobs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  body TEXT NOT NULL,
  cuda INTEGER NOT NULL,
  webgpu INTEGER NOT NULL,
  vram INTEGER NOT NULL,
  deadline INTEGER NOT NULL,
  submitted_at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting',
  fence INTEGER NOT NULL DEFAULT 0,
  agent TEXT,
  until INTEGER,
  accepted INTEGER NOT NULL DEFAULT 0,
  step INTEGER NOT NULL DEFAULT 0,
  checkpoint TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  lost INTEGER NOT NULL DEFAULT 0,
  outputs TEXT,
  because TEXT,
  finished_at INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS jobs_waiting ON jobs (state, seq);
CREATE INDEX IF NOT EXISTS jobs_until ON jobs (state, until);
CREATE INDEX IF NOT EXISTS jobs_deadline ON jobs (state, deadline);
PRAGMA user_version = 1;
`;

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
  body: JobColumn,
  submitted_at: z.int(),
  step: z.int(),
};
/** A job's row. The union is the proof that a state has what it needs. */
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

function stateOf(row: JobRow): JobState {
  switch (row.state) {
    case 'waiting':
      return { kind: 'waiting', step: row.step };
    case 'running':
      return { kind: 'running', agent: row.agent, fence: row.fence, step: row.step };
    case 'done':
      return {
        kind: 'done',
        agent: row.agent,
        fence: row.fence,
        outputs: row.outputs,
        at: millis(row.finished_at),
      };
    case 'failed':
      return { kind: 'failed', because: row.because, at: millis(row.finished_at) };
  }
}

export const statusOf = (row: JobRow): JobStatus => ({
  job: row.body.id,
  title: row.body.title,
  pay: row.body.pay,
  steps: stepCount(row.body.spec),
  submittedAt: millis(row.submitted_at),
  state: stateOf(row),
});
