import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { Blob } from '../../src-shared/blob.ts';
import { KernelJob } from '../../src-shared/job.ts';

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
