import type { Blob } from '../../src-shared/blob.ts';
import type { GgufFacts } from '../../src-shared/gguf.ts';
import { backendsOf, inputBlobs, type Job, modelOf } from '../../src-shared/job.ts';
import type { Model } from '../../src-shared/llm.ts';
import { modelFault, modelMemory } from '../../src-shared/model-memory.ts';
import { MAX_FRAME } from '../../src-shared/network-protocol.ts';
import type { Millis } from '../../src-shared/units.ts';

/** Leaves room in the frame that assigns it for a lease token and a checkpoint of 32 buffers. */
export const MAX_JOB_BYTES = MAX_FRAME - 32 * 1024;

/** Every blob a job needs on any backend it can run on, each once. */
export function blobsOf(jobs: readonly Job[]): readonly Blob[] {
  const all = jobs.flatMap((job) => backendsOf(job).flatMap((backend) => inputBlobs(job, backend)));
  return [...new Map(all.map((blob) => [`${blob.sha256} ${blob.size}`, blob])).values()];
}

/** What an exchange takes: the kind of pay, the time, and the models its operator has listed. */
type Rules = Readonly<{
  test: boolean;
  now: Millis;
  /** What is known of a model; null where it is not listed. */
  facts: (model: Model) => GgufFacts | null;
}>;

/** Why this exchange does not take these jobs; null where it does (blobs apart). */
export function jobsProblem(jobs: readonly Job[], { test, now, facts }: Rules): string | null {
  const seen = new Set<string>();
  for (const job of jobs) {
    if (seen.has(job.id)) return `job ${job.id} is named twice`;
    seen.add(job.id);
    if (job.pay.test !== test)
      return test
        ? `job ${job.id} offers money, but this is a test network and pays in test credits`
        : `job ${job.id} offers test credits, but this network pays money`;
    if (job.deadline <= now) return `the deadline of job ${job.id} is past`;
    const problem = modelProblem(job, facts);
    if (problem !== null) return problem;
    const size = Buffer.byteLength(JSON.stringify(job));
    if (size > MAX_JOB_BYTES)
      return `job ${job.id} is ${size} bytes long; at most ${MAX_JOB_BYTES} fit`;
  }
  return null;
}

function modelProblem(job: Job, factsOf: Rules['facts']): string | null {
  const runs = modelOf(job);
  if (!runs) return null;
  const facts = factsOf(runs.model);
  if (facts === null)
    return `job ${job.id} runs model ${runs.model.sha256}, which this network does not list (offpeak model add FILE)`;
  const fault = modelFault(job, facts);
  if (fault !== null) return `job ${job.id} cannot be done: its model ${fault}`;
  const takes = modelMemory(facts, runs, 1);
  return takes <= job.needs.vram
    ? null
    : `job ${job.id} asks for ${job.needs.vram} bytes of memory, but its model takes ${takes} with ${runs.context} tokens`;
}
