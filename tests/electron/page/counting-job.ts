import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kernels = fileURLToPath(new URL('../../fakes/kernels/', import.meta.url));
/** Numbers in the job's one buffer. */
export const COUNTERS = 256;

type Wanted = {
  readonly title: string;
  readonly steps: number;
  /** Millionths of a test credit. */
  readonly pay: number;
  /** Jobs in the array; left out: one. */
  readonly array?: number;
  /** Left out: a program that loads. */
  readonly ptx?: string;
};

/**
 * Writes a buyer's job file whose every step adds one to each counter, so that in the end each holds the number of
 * steps exactly if every step ran exactly once. Returns its path.
 */
export function writeCountingJob(folder: string, wanted: Wanted): string {
  mkdirSync(folder, { recursive: true });
  if (wanted.ptx === undefined) copyFileSync(join(kernels, 'basic.ptx'), join(folder, 'spin.ptx'));
  else writeFileSync(join(folder, 'spin.ptx'), wanted.ptx);
  const job = {
    kind: 'kernel',
    title: wanted.title,
    array: wanted.array ?? 1,
    programs: { cuda: 'spin.ptx' },
    buffers: { counters: { size: COUNTERS * Uint32Array.BYTES_PER_ELEMENT } },
    stages: [
      {
        count: wanted.steps,
        launches: [
          {
            entry: 'spin',
            grid: [COUNTERS / 64, 1, 1],
            block: [64, 1, 1],
            args: [
              { kind: 'u32', value: COUNTERS },
              { kind: 'u32', value: 1 },
              { kind: 'buffer', name: 'counters' },
            ],
          },
        ],
      },
    ],
    outputs: { counters: { as: 'bytes', file: 'counters.bin' } },
    pay: wanted.pay,
    needs: { vram: 1024 ** 2, seconds: 60 },
  };
  const path = join(folder, 'job.json');
  writeFileSync(path, JSON.stringify(job, null, 2));
  return path;
}

/** The counters that the buyer got. */
export const countersIn = (results: string): number[] => {
  const bytes = new Uint8Array(readFileSync(join(results, 'counters.bin')));
  return [...new Uint32Array(bytes.buffer)];
};

/** What the app keeps of its jobs: for one counting job its program, and after five seconds a checkpoint. */
export function keptBlobs(data: string): string[] {
  const folder = join(data, 'blobs');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => /^[0-9a-f]{64}$/.test(name));
}
