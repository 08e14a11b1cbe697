import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Job, KernelJob } from '../../src-shared/job.ts';
import { JobStatus } from '../../src-shared/job-status.ts';

const kernels = new URL('../fakes/kernels/', import.meta.url);
export const PTX = readFileSync(new URL('basic.ptx', kernels));
const WGSL = readFileSync(new URL('basic.wgsl', kernels));

type Shop = { readonly url: string; readonly buyerToken: string };

export const blobOf = (data: Uint8Array) => ({
  sha256: createHash('sha256').update(data).digest('hex'),
  size: data.byteLength,
});

/** Numbers in the buffer of a counting job. */
const COUNTERS = 64;

/**
 * A job that adds one to each of 64 counters in every step: in its result each counter holds the number of its steps
 * exactly if every step took effect exactly once. `ptx`: another program.
 */
export function countingJob(
  id: string,
  steps: number,
  { pay = 1000, ptx = PTX, vram = 1024 }: { pay?: number; ptx?: Uint8Array; vram?: number } = {},
): KernelJob {
  return KernelJob.parse({
    id,
    kind: 'kernel',
    title: `Count to ${steps}`,
    spec: {
      programs: { cuda: blobOf(ptx), webgpu: blobOf(WGSL) },
      buffers: { counters: { size: COUNTERS * 4, from: 'zeros' } },
      stages: [
        {
          count: steps,
          launches: [
            {
              entry: 'spin',
              grid: [1, 1, 1],
              block: [COUNTERS, 1, 1],
              args: [
                { kind: 'u32', value: COUNTERS },
                { kind: 'u32', value: 1 },
                { kind: 'buffer', name: 'counters' },
              ],
            },
          ],
        },
      ],
      outputs: ['counters'],
    },
    pay: { amount: pay, test: true },
    needs: { vram, seconds: 10 },
    deadline: Date.now() + 3_600_000,
  });
}

/** What a buyer does, on the wire. */
export function openShop({ url, buyerToken }: Shop) {
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${buyerToken}` } });
  const upload = async (data: Uint8Array) => {
    const answer = await ask(`/v1/blobs/${blobOf(data).sha256}`, {
      method: 'PUT',
      body: new Uint8Array(data),
    });
    if (!answer.ok) throw new Error(await answer.text());
  };
  const post = (jobs: unknown) => ask('/v1/jobs', { method: 'POST', body: JSON.stringify(jobs) });
  const status = async (id: string) => JobStatus.parse(await (await ask(`/v1/jobs/${id}`)).json());

  return {
    upload,
    post,
    status,
    submit: async (job: Job, ...blobs: readonly Uint8Array[]) => {
      for (const blob of [PTX, WGSL, ...blobs]) await upload(blob);
      const answer = await post(job);
      if (!answer.ok) throw new Error(await answer.text());
    },
    /** The counters of a counting job that is done. */
    counters: async (id: string): Promise<readonly number[]> => {
      const { state } = await status(id);
      if (state.kind !== 'done') throw new Error(`${id} is ${state.kind}`);
      const [output] = z.tuple([z.object({ sha256: z.string() })]).parse(state.outputs);
      const bytes = await (await ask(`/v1/blobs/${output.sha256}`)).arrayBuffer();
      return [...new Uint32Array(bytes)];
    },
  };
}

/** What the result of `countingJob` must be. */
export const counted = (steps: number): readonly number[] =>
  Array.from({ length: COUNTERS }, () => steps);
