import type { Entry } from '../../../src-shared/earnings.ts';
import { LaneId } from '../../../src-shared/gpu.ts';
import { Checkpoint, Job, JobId } from '../../../src-shared/job.ts';
import type { JobKind } from '../../../src-shared/job-kind.ts';
import { AgentId, SignedReceipt } from '../../../src-shared/receipt.ts';
import { joules, microUsd, millis } from '../../../src-shared/units.ts';

export const lane = LaneId.parse('GPU-1');
export const agent = AgentId.parse('A'.repeat(43));
export const SIGNER = `0x${'ab'.repeat(20)}` as const;
const SHA = 'c'.repeat(64);

export const jobNamed = (id: string): Job =>
  Job.parse({
    id,
    kind: 'kernel',
    title: `Job ${id}`,
    spec: {
      programs: { webgpu: { sha256: SHA, size: 10 } },
      buffers: { out: { size: 16, from: 'zeros' } },
      stages: [
        { count: 4, launches: [{ entry: 'main', grid: [1, 1, 1], block: [1, 1, 1], args: [] }] },
      ],
      outputs: ['out'],
    },
    pay: { amount: 500, test: true },
    needs: { vram: 1024, seconds: 1 },
    deadline: 2_000_000_000_000,
  });

export const checkpointAt = (step: number): Checkpoint =>
  Checkpoint.parse({ step, buffers: [{ name: 'out', sha256: SHA, size: 16 }] });
export const outputs = checkpointAt(0).buffers;

type Facts = {
  at?: number;
  job?: string;
  fence?: number;
  amount?: number;
  test?: boolean;
  what?: JobKind;
};
const facts = ({ at = 1000, job = 'a', fence = 1 }: Facts) => ({
  at: millis(at),
  job: JobId.parse(job),
  fence,
});

export const claimed = (f: Facts = {}) =>
  ({
    kind: 'claimed',
    ...facts(f),
    lane,
    title: `Job ${f.job ?? 'a'}`,
    amount: microUsd(f.amount ?? 500),
    test: f.test ?? true,
    activeFor: millis(60_000),
    ...(f.what && { what: f.what }),
  }) as const;

export const receiptFor = (f: Facts & { cumulative?: number } = {}): SignedReceipt =>
  SignedReceipt.parse({
    receipt: {
      agent,
      job: f.job ?? 'a',
      fence: f.fence ?? 1,
      amount: f.amount ?? 500,
      cumulative: f.cumulative ?? f.amount ?? 500,
      test: f.test ?? true,
      issuedAt: f.at ?? 1000,
    },
    signer: SIGNER,
    signature: `0x${'1'.repeat(130)}`,
  });

export const credited = (f: Facts & { cumulative?: number } = {}) =>
  ({
    kind: 'credited',
    ...facts(f),
    amount: microUsd(f.amount ?? 500),
    test: f.test ?? true,
    receipt: receiptFor(f),
  }) as const;

export const voided = (f: Facts = {}) =>
  ({ kind: 'voided', ...facts(f), because: 'finished elsewhere' }) as const;

export const energy = (at: number, used: number, cost: number): Entry => ({
  kind: 'energy',
  at: millis(at),
  lane,
  joules: joules(used),
  cost: microUsd(cost),
});
