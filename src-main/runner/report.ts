import { Sha256 } from '../../src-shared/blob.ts';
import { checkpointFault } from '../../src-shared/checkpoint.ts';
import type { Job, Outcome } from '../../src-shared/job.ts';
import { outputNames, outputsFault } from '../../src-shared/outputs.ts';
import type { Said } from '../../src-shared/said.ts';
import { bytes, type Millis } from '../../src-shared/units.ts';
import type { HostEvent } from './host-event.ts';

/** Buffers by name, as a runner gives them: nothing of them is believed yet. */
export type Buffers = Readonly<Record<string, Uint8Array>>;
export type GivenCheckpoint = { readonly step: number; readonly buffers: Buffers };

/** What a word about a job means for its lane. */
export type Report =
  | { readonly kind: 'progressed'; readonly step: number }
  | { readonly kind: 'slow'; readonly took: Millis }
  | { readonly kind: 'checkpoint'; readonly given: GivenCheckpoint }
  /** The job ends here and goes on elsewhere, from this checkpoint or the last one that is kept. */
  | { readonly kind: 'stopped'; readonly given: GivenCheckpoint | null }
  | { readonly kind: 'finished'; readonly outputs: Buffers; readonly activeFor: Millis }
  | { readonly kind: 'failed'; readonly outcome: Outcome };

/** Reads what the host says of a job. */
export function reportOf(event: Exclude<HostEvent, { kind: 'ready' }>): Report {
  switch (event.kind) {
    case 'progress':
      return { kind: 'progressed', step: event.step };
    case 'slow':
      return { kind: 'slow', took: event.took };
    case 'checkpoint':
      return { kind: 'checkpoint', given: { step: event.step, buffers: event.buffers } };
    case 'yielded':
      return { kind: 'stopped', given: { step: event.step, buffers: event.buffers } };
    case 'killed':
      return { kind: 'stopped', given: null };
    case 'done':
      return { kind: 'finished', outputs: event.outputs, activeFor: event.activeFor };
    case 'failed':
      return failed(event.because, event.detail);
    case 'lost':
      return failed('runner-lost', event.detail);
  }
}

type Because = Extract<Outcome, { kind: 'failed' }>['because'];
const failed = (because: Because, detail: Said): Report => ({
  kind: 'failed',
  outcome: { kind: 'failed', because, detail },
});

/** Stands where nobody has hashed yet. */
const NO_DIGEST = Sha256.parse('0'.repeat(64));

/**
 * What is wrong with a checkpoint; null where the job may have such a one. Names and sizes are looked at before anything
 * is stored; the digests only our own disk can say.
 */
export function givenFault(job: Job, { step, buffers }: GivenCheckpoint): string | null {
  const claimed = Object.entries(buffers).map(([name, { byteLength }]) => ({
    name,
    sha256: NO_DIGEST,
    size: bytes(byteLength),
  }));
  return checkpointFault(job, { step, buffers: claimed });
}

/** The outputs that the job asks for, in its order, out of what its runner gave; or what is wrong with those. */
export function askedOutputs(
  job: Job,
  outputs: Buffers,
):
  | { readonly kind: 'asked'; readonly buffers: Buffers }
  | { readonly kind: 'others'; readonly fault: string } {
  const given = Object.entries(outputs).map(([name, { byteLength: size }]) => ({ name, size }));
  const fault = outputsFault(job, given);
  if (fault !== null) return { kind: 'others', fault };
  const asked = outputNames(job).flatMap((name) => (outputs[name] ? [[name, outputs[name]]] : []));
  return { kind: 'asked', buffers: Object.fromEntries(asked) };
}
