import type { Blob } from '../src-shared/blob.ts';
import { inputBlobs, type Job } from '../src-shared/job.ts';
import { MAX_FRAME } from '../src-shared/network-protocol.ts';
import type { Millis } from '../src-shared/units.ts';

/** Leaves room in the frame that assigns it for a lease token and a checkpoint of 32 buffers. */
export const MAX_JOB_BYTES = MAX_FRAME - 32 * 1024;

/** Every blob a job needs on any backend it can run on, each once. */
export function blobsOf(jobs: readonly Job[]): readonly Blob[] {
  const all = jobs.flatMap((job) => [
    ...(job.spec.programs.cuda ? inputBlobs(job, 'cuda') : []),
    ...(job.spec.programs.webgpu ? inputBlobs(job, 'webgpu') : []),
  ]);
  return [...new Map(all.map((blob) => [`${blob.sha256} ${blob.size}`, blob])).values()];
}

/** Why this exchange does not take these jobs; null where it does (blobs apart). */
export function jobsProblem(jobs: readonly Job[], test: boolean, now: Millis): string | null {
  const seen = new Set<string>();
  for (const job of jobs) {
    if (seen.has(job.id)) return `job ${job.id} is named twice`;
    seen.add(job.id);
    if (job.pay.test !== test)
      return test
        ? `job ${job.id} offers money, but this is a test network and pays in test credits`
        : `job ${job.id} offers test credits, but this network pays money`;
    if (job.deadline <= now) return `the deadline of job ${job.id} is past`;
    const size = Buffer.byteLength(JSON.stringify(job));
    if (size > MAX_JOB_BYTES)
      return `job ${job.id} is ${size} bytes long; at most ${MAX_JOB_BYTES} fit`;
  }
  return null;
}
