import type { BlobStore } from '../../src-disk/blob-store.ts';
import type { Blob } from '../../src-shared/blob.ts';
import type { Gpu } from '../../src-shared/gpu.ts';
import { inputBlobs, modelOf, type Outcome } from '../../src-shared/job.ts';
import { modelFault, modelMemory } from '../../src-shared/model-memory.ts';
import { quote, type Said, said } from '../../src-shared/said.ts';
import type { HeldLease } from '../books/held-lease.ts';
import type { ModelStore } from '../models/store.ts';
import type { NetworkLink } from '../network/link.ts';
import type { StartCommand } from './host-event.ts';

/** What a runner needs besides the job itself. */
export type Inputs = Pick<StartCommand, 'blobs' | 'resume' | 'model'>;
/** All of it, or how the job ends for want of it. `release`: the job is over here, and its model may go. */
export type Gathered =
  | { readonly kind: 'all'; readonly inputs: Inputs; readonly release: () => void }
  | { readonly kind: 'none'; readonly outcome: Outcome };

type Sources = {
  readonly gpu: Gpu;
  readonly store: BlobStore;
  readonly models: ModelStore;
  readonly link: NetworkLink;
  readonly notice: (what: Said) => void;
  /** A model is being fetched: so much of it is here, from 0 to 1. */
  readonly fetching: (share: number) => void;
  /** The disk does not take the model of a job, and will not in a moment. */
  readonly report: (news: { readonly kind: 'no-room'; readonly lease: string }) => void;
};
type Missing = { readonly kind: 'missing' | 'later'; readonly detail: Said };

/** A lane works on one job at a time. */
const SEATS = 1;

const none = (outcome: Outcome): Gathered => ({ kind: 'none', outcome });
const stopped = none({ kind: 'stopped', checkpoint: null });

/** Brings a job's program, inputs, model and checkpoint together: from this disk where they are, else from the network. */
export async function gatherInputs(
  sources: Sources,
  held: HeldLease,
  signal: AbortSignal,
): Promise<Gathered> {
  const { job, checkpoint } = held;
  const { gpu, store, link, notice } = sources;
  const blobs: Record<string, Uint8Array> = {};
  for (const blob of inputBlobs(job, gpu.backend)) {
    const bytes = await obtain(blob);
    if (bytes instanceof Uint8Array) blobs[blob.sha256] = bytes;
    else if (bytes.kind === 'later') return stopped;
    else return none({ kind: 'failed', because: 'missing-blob', detail: bytes.detail });
  }
  let resume: Inputs['resume'] = checkpoint && { step: checkpoint.step, buffers: {} };
  for (const blob of checkpoint?.buffers ?? []) {
    const bytes = await obtain(blob);
    if (bytes instanceof Uint8Array)
      resume &&= { ...resume, buffers: { ...resume.buffers, [blob.name]: bytes } };
    // A checkpoint nobody has any more costs its progress, not the job.
    else if (bytes.kind === 'missing') resume = null;
    else return stopped;
  }
  const model = await obtainModel(sources, held, signal);
  if ('outcome' in model) return none(model.outcome);
  return {
    kind: 'all',
    inputs: { blobs, resume, ...(model.place && { model: model.place }) },
    release: model.release,
  };

  async function obtain(blob: Blob): Promise<Uint8Array | Missing> {
    const here = await store.get(blob.sha256);
    if (here.kind === 'ok') return here.bytes;
    const fetched = await link.fetch(blob, signal);
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

type ModelGot =
  | { readonly place: Inputs['model']; readonly release: () => void }
  | { readonly outcome: Outcome };

/** The model of a job that runs one, where it lies and fits. */
async function obtainModel(
  { gpu, models, notice, fetching, report }: Sources,
  { job, lease }: HeldLease,
  signal: AbortSignal,
): Promise<ModelGot> {
  const wanted = modelOf(job);
  if (!wanted) return { place: undefined, release: () => {} };
  const { model, context } = wanted;
  const got = await models.obtain(model, (done, of) => fetching(done / of), signal);
  const failed = (
    because: 'missing-blob' | 'bad-program' | 'bad-spec',
    detail: Said,
  ): ModelGot => ({
    outcome: { kind: 'failed', because, detail },
  });
  switch (got.kind) {
    case 'missing':
      return failed('missing-blob', got.detail);
    case 'bad':
      return failed('bad-program', got.detail);
    case 'later':
      if (!signal.aborted) notice(said('modelUnfetched', { why: got.detail }));
      if (!signal.aborted && got.because === 'disk') report({ kind: 'no-room', lease });
      return { outcome: { kind: 'stopped', checkpoint: null } };
    case 'ok': {
      const { facts, release, path } = got;
      const memory = modelMemory(facts, wanted, SEATS);
      const fault = modelFault(job, facts);
      if (fault === null && memory <= job.needs.vram)
        return { place: { path, gpu: !gpu.software, seats: SEATS }, release };
      release();
      if (fault !== null) return failed('bad-spec', quote(`its model ${fault}`));
      return failed(
        'bad-spec',
        quote(
          `the model takes ${memory} bytes with ${context} tokens, but the job asks for ${job.needs.vram} bytes of memory only`,
        ),
      );
    }
  }
}
