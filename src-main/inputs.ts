import type { Blob } from '../src-shared/blob.ts';
import type { Backend } from '../src-shared/gpu.ts';
import { inputBlobs, type Outcome } from '../src-shared/job.ts';
import type { BlobStore } from './blob-store.ts';
import type { HeldLease } from './books-work.ts';
import type { Line } from './line.ts';
import type { StartCommand } from './runner-host.ts';

/** What a runner needs besides the job itself, or how the job ends for want of it. */
export type Inputs = Pick<StartCommand, 'blobs' | 'resume'>;
export type NoInputs = { readonly kind: 'none'; readonly outcome: Outcome };

type Sources = {
  readonly store: BlobStore;
  readonly line: Line;
  readonly notice: (sentence: string) => void;
};
type Missing = { readonly kind: 'missing' | 'later'; readonly detail: string };

/** Brings a job's program, inputs and checkpoint together: from this disk where they are, else from the network. */
export async function gatherInputs(
  { store, line, notice }: Sources,
  { job, checkpoint }: HeldLease,
  backend: Backend,
  signal: AbortSignal,
): Promise<Inputs | NoInputs> {
  const blobs: Record<string, Uint8Array> = {};
  for (const blob of inputBlobs(job, backend)) {
    const bytes = await obtain(blob);
    if (bytes instanceof Uint8Array) blobs[blob.sha256] = bytes;
    else
      return {
        kind: 'none',
        outcome:
          bytes.kind === 'missing'
            ? { kind: 'failed', because: 'missing-blob', detail: bytes.detail }
            : { kind: 'stopped', checkpoint: null },
      };
  }
  const buffers: Record<string, Uint8Array> = {};
  for (const blob of checkpoint?.buffers ?? []) {
    const bytes = await obtain(blob);
    if (bytes instanceof Uint8Array) buffers[blob.name] = bytes;
    // A checkpoint nobody has any more costs its progress, not the job.
    else if (bytes.kind === 'missing') return { blobs, resume: null };
    else return { kind: 'none', outcome: { kind: 'stopped', checkpoint: null } };
  }
  return { blobs, resume: checkpoint && { step: checkpoint.step, buffers } };

  async function obtain(blob: Blob): Promise<Uint8Array | Missing> {
    const here = await store.get(blob.sha256);
    if (here.kind === 'ok') return here.bytes;
    const fetched = await line.fetch(blob, signal);
    if (fetched.kind !== 'ok') {
      const final = fetched.kind === 'missing' || fetched.kind === 'corrupt';
      return { kind: final ? 'missing' : 'later', detail: fetched.detail };
    }
    // A cache: a disk that is full here only means fetching it again next time.
    const put = await store.put(fetched.bytes);
    if (put.kind === 'unwritten') notice(put.detail);
    return fetched.bytes;
  }
}
