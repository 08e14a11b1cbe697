import type { Queue } from '../../../src-exchange/queue/queue.ts';
import { Checkpoint } from '../../../src-shared/job.ts';
import { AgentId } from '../../../src-shared/receipt.ts';
import { bytes, millis } from '../../../src-shared/units.ts';
import { blobOf } from '../jobs.ts';

export type QueueUnderTest = {
  queue: Queue;
  /** Opens the same queue anew without closing the one before, as after a crash. */
  crash(): Promise<Queue>;
  [Symbol.dispose](): void;
};

export const agents = ['A', 'B'].map((letter) => AgentId.parse(letter.repeat(43)));
export const any = {
  backend: 'webgpu',
  vram: bytes(1e9),
  largestModel: bytes(1e9),
  kinds: ['kernel'],
  except: [],
} as const;
export const ttl = millis(1000);
export const checkpointAt = (step: number) =>
  Checkpoint.parse({ step, buffers: [{ name: 'out', ...blobOf(`step ${step} `.padEnd(16)) }] });
