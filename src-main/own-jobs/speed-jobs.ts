import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobPlan } from '../../src-buyer/job-plan.ts';
import { type Blob, Sha256 } from '../../src-shared/blob.ts';
import { Job, JobId } from '../../src-shared/job.ts';
import type { SpeedKind } from '../../src-shared/speed.ts';
import { bytes, hours, type Millis, mebibytes, millis } from '../../src-shared/units.ts';
import { BLOCK, BLOCKS, copiedBy, type SpeedWork, stepsFor } from '../agent/speed-work.ts';

/** What every id of a speed test's job begins with. */
export const SPEED_JOB = 'speed-';

/** Two in half precision, as bits: what each pair begins with. */
const TWO_TWICE = 0x4000_4000;
/** Besides the buffers, as every job has it. */
const OVERHEAD = mebibytes(16);
/** Owners play for hours, and then the rest is not worth waiting for. */
const LIFETIME = hours(1);

/** The programs of the speed test, read from the folder they are shipped in. */
export function readSpeedPrograms(folder: string): (work: SpeedWork) => Uint8Array {
  const texts = new Map<string, Uint8Array>();
  return ({ kind, backend }) => {
    const name =
      backend === 'webgpu' ? 'speed.wgsl' : kind === 'fp16' ? 'speed-half.ptx' : 'speed.ptx';
    const text = texts.get(name) ?? readFileSync(join(folder, name));
    texts.set(name, text);
    return text;
  };
}

/** An ordinary job of the network, as any buyer could hand it in. */
export function speedPlan(work: SpeedWork, program: Uint8Array, id: string, now: Millis): JobPlan {
  const blob: Blob = {
    sha256: Sha256.parse(createHash('sha256').update(program).digest('hex')),
    size: bytes(program.byteLength),
  };
  const { buffers, stages, output } = partsOf(work);
  const held = Object.values(buffers).reduce((sum, { size }) => sum + size, 0);
  const job = Job.parse({
    id,
    kind: 'kernel',
    title: `Speed test: ${TITLES[work.kind]}`,
    spec: { programs: { [work.backend]: blob }, buffers, stages, outputs: [output] },
    pay: { amount: 0, test: true },
    needs: { vram: held + OVERHEAD, seconds: 1 },
    deadline: millis(now + LIFETIME),
  });
  return {
    kind: 'plan',
    array: JobId.parse(id),
    title: job.title,
    jobs: [job],
    blobs: new Map([[blob.sha256, program]]),
    outputs: {},
  };
}

const TITLES: Readonly<Record<SpeedKind, string>> = {
  memory: 'memory',
  fp32: 'single precision',
  fp16: 'half precision',
  int32: 'whole numbers',
};

function partsOf(work: SpeedWork) {
  const { kind, amount } = work;
  const { count, each } = stepsFor(kind, amount);
  const grid = [BLOCKS, 1, 1];
  const block = [BLOCK, 1, 1];
  if (kind === 'memory') {
    const size = copiedBy(work);
    const args = [{ kind: 'u32', value: size / 16 }, buffer('from'), buffer('to')];
    return {
      // Nobody wants the copy: `told` is a result that costs nothing.
      buffers: { from: zeros(size, true), to: zeros(size), told: zeros(4) },
      stages: [
        {
          count,
          launches: Array(each).fill({ entry: 'copy_memory', grid, block, args }),
        },
      ],
      output: 'told',
    };
  }
  const { entry, start } = KERNELS[kind];
  const args = [{ kind: 'u32', value: each }, start, buffer('results')];
  return {
    buffers: { results: zeros(BLOCKS * BLOCK * 4) },
    stages: [{ count, launches: [{ entry, grid, block, args }] }],
    output: 'results',
  };
}

const KERNELS = {
  fp32: { entry: 'multiply_f32', start: { kind: 'f32', value: 1 } },
  fp16: { entry: 'multiply_f16', start: { kind: 'u32', value: TWO_TWICE } },
  int32: { entry: 'multiply_u32', start: { kind: 'u32', value: 1 } },
} as const;

const buffer = (name: string) => ({ kind: 'buffer', name });
const zeros = (size: number, constant = false) => ({ size, from: 'zeros', constant });
