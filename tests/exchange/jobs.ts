import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { Blob } from '../../src-shared/blob.ts';
import { KernelJob, LlmJob } from '../../src-shared/job.ts';

export const sha256 = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex');

export const blobOf = (data: string | Uint8Array) =>
  Blob.parse({ sha256: sha256(data), size: Buffer.byteLength(data) });

export const WGSL = '@compute @workgroup_size(1) fn main() {}';
export const PTX = '.version 6.0';

/** A job that does nothing to one buffer of 16 bytes called `out`. */
export const noopJob = (id: string, changes: Partial<z.input<typeof KernelJob>> = {}): KernelJob =>
  KernelJob.parse({
    id,
    kind: 'kernel',
    title: `No-op ${id}`,
    spec: {
      programs: { webgpu: blobOf(WGSL) },
      buffers: { out: { size: 16, from: 'zeros' } },
      stages: [
        {
          count: 10,
          launches: [
            {
              entry: 'main',
              grid: [1, 1, 1],
              block: [1, 1, 1],
              args: [{ kind: 'buffer', name: 'out' }],
            },
          ],
        },
      ],
      outputs: ['out'],
    },
    pay: { amount: 1000, test: true },
    needs: { vram: 16, seconds: 1 },
    deadline: 4_000_000_000_000,
    ...changes,
  });

export const MODEL_SIZE = 1000;
/** A question to a model that nobody has. */
export const answerJob = (id: string): LlmJob =>
  LlmJob.parse({
    id,
    kind: 'llm',
    title: `Answer ${id}`,
    spec: {
      model: { sha256: sha256('a model'), size: MODEL_SIZE },
      input: { kind: 'prompt', text: 'Once' },
      context: 256,
      maxTokens: 50,
    },
    pay: { amount: 1000, test: true },
    needs: { vram: MODEL_SIZE, seconds: 1 },
    deadline: 4_000_000_000_000,
  });
