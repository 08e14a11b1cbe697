import { fileURLToPath } from 'node:url';
import { unpackOutput } from '../../src-buyer/job-outputs.ts';
import { type JobPlan, readJobFile } from '../../src-buyer/job-plan.ts';
import type { Backend } from '../../src-shared/gpu.ts';
import type { Job } from '../../src-shared/job.ts';
import type { RunnerProcess } from '../runner/runner-process.ts';

const examples = new URL('../../examples/', import.meta.url);

export const exampleFile = (path: string) => fileURLToPath(new URL(path, examples));

/** The example's job file as the buyer's program reads it; throws where it does not. */
export async function planOf(example: string): Promise<JobPlan> {
  const plan = await readJobFile(exampleFile(`${example}/job.json`), { array: example });
  if (plan.kind === 'bad-job-file') throw new Error(plan.detail);
  return plan;
}

export type Resume = { readonly step: number; readonly buffers: Record<string, Uint8Array> };

/** The command that starts a job of the plan, with all its blobs. */
export const startCommand = (
  plan: JobPlan,
  job: Job,
  backend: Backend,
  resume: Resume | null = null,
) => ({
  kind: 'start',
  job,
  backend,
  device: 0,
  blobs: Object.fromEntries(plan.blobs),
  resume,
  checkpointEvery: 3_600_000,
  duty: 1,
});

/** Runs one job to its end and gives its only output. */
export async function runJob(
  runner: RunnerProcess,
  plan: JobPlan,
  index: number,
  backend: Backend,
): Promise<Uint8Array> {
  const job = plan.jobs[index];
  if (!job) throw new RangeError(`the plan has no job ${index}`);
  const end = await runner.run(startCommand(plan, job, backend));
  if (end.kind !== 'done') throw new Error(`${job.title}: ${JSON.stringify(end)}`);
  return outputOf(end.outputs);
}

export function outputOf(outputs: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const [only] = Object.values(outputs);
  if (!only) throw new Error('the job has no output');
  return only;
}

/** The output file of the plan, made of the outputs of all its jobs. */
export function fileOf(plan: JobPlan, parts: readonly Uint8Array[]): Uint8Array {
  const [output] = Object.values(plan.outputs);
  if (!output) throw new Error('the job file has no output');
  const file = unpackOutput(output, parts);
  if (file.kind === 'bad-output') throw new Error(file.detail);
  return file.data;
}
