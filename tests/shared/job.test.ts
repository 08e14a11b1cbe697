import { expect, test } from 'vitest';
import { z } from 'zod';
import { Job } from '../../src-shared/job.ts';

const SHA = 'a'.repeat(64);
const job = (vram: number, ...sizes: number[]) =>
  Job.safeParse({
    id: 'a',
    kind: 'kernel',
    title: 'A job',
    spec: {
      programs: { webgpu: { sha256: SHA, size: 4 } },
      buffers: Object.fromEntries(sizes.map((size, i) => [`b${i}`, { size, from: 'zeros' }])),
      stages: [
        { count: 1, launches: [{ entry: 'main', grid: [1, 1, 1], block: [1, 1, 1], args: [] }] },
      ],
      outputs: ['b0'],
    },
    pay: { amount: 1, test: true },
    needs: { vram, seconds: 1 },
    deadline: 1,
  });

test('a job asks for the memory that its buffers take, so no card is given more than it has room for', () => {
  expect(job(24, 16, 8).success).toBe(true);
  expect(job(1_000_000, 16, 8).success).toBe(true);
  const { error } = job(23, 16, 8);
  expect(error && z.prettifyError(error)).toBe(
    '✖ the buffers hold 24 bytes, but the job asks for 23 bytes of memory only\n  → at needs.vram',
  );
});
