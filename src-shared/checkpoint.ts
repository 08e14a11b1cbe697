import type { Checkpoint, EmbedJob, Job, LlmJob } from './job.ts';
import { stepsOf } from './job.ts';
import type { KernelSpec } from './kernel.ts';
import { MAX_VECTOR, PROBE_WIDTH } from './llm.ts';

/** The buffers of an `llm` checkpoint: the tokens drawn so far, and what the probes among them told. */
export const TOKENS = 'tokens';
export const PROBES = 'probes';
/** The buffer of an `embed` checkpoint and its result: the vectors so far, little-endian f32. */
export const VECTORS = 'vectors';
/** A token is a u32, little-endian. */
export const TOKEN_BYTES = 4;
/** A probe is so many pairs of a token (u32) and a log-probability (f32), little-endian; short ones end in NaN. */
export const PROBE_BYTES = PROBE_WIDTH * 8;
const F32 = 4;

type Sized = { readonly name: string; readonly size: number };

/**
 * Why a job cannot go on from `checkpoint`, in words that complete "the checkpoint was not taken: ..."; null where it
 * can. Every buffer must be there once, in its own size, and nothing else: one too few, and the next machine starts
 * with zeros in its place.
 */
export function checkpointFault(job: Job, { step, buffers }: Checkpoint): string | null {
  const steps = stepsOf(job);
  if (!Number.isInteger(step) || step < 0 || step > steps)
    return `step ${step} is not one of 0 to ${steps}`;
  switch (job.kind) {
    case 'kernel':
      return kernelFault(job.spec, buffers);
    case 'llm':
      return llmFault(job, step, buffers);
    case 'embed':
      return embedFault(job, step, buffers);
  }
}

function kernelFault(spec: Pick<KernelSpec, 'buffers'>, buffers: readonly Sized[]): string | null {
  const seen = new Set<string>();
  for (const { name, size } of buffers) {
    const wanted = Object.hasOwn(spec.buffers, name) ? spec.buffers[name] : undefined;
    if (!wanted) return `${name} is not a buffer of the job`;
    if (wanted.constant) return `buffer ${name} is constant, so it is not part of a checkpoint`;
    if (seen.has(name)) return `buffer ${name} is there twice`;
    if (wanted.size !== size) return `buffer ${name} has ${size} bytes, not ${wanted.size}`;
    seen.add(name);
  }
  const absent = Object.entries(spec.buffers).find(
    ([name, { constant }]) => !constant && !seen.has(name),
  );
  return absent ? `buffer ${absent[0]} is missing` : null;
}

/** The probes of `job` among its first `step` tokens. */
export const probesBefore = (probes: readonly number[], step: number): number =>
  probes.filter((at) => at < step).length;

function llmFault({ spec }: LlmJob, step: number, buffers: readonly Sized[]): string | null {
  const probed = probesBefore(spec.probes, step);
  return exactly(buffers, { [TOKENS]: step * TOKEN_BYTES, [PROBES]: probed * PROBE_BYTES });
}

function embedFault(_: EmbedJob, step: number, buffers: readonly Sized[]): string | null {
  const [vectors] = buffers;
  if (buffers.length !== 1 || vectors?.name !== VECTORS) return `it is not one buffer ${VECTORS}`;
  const { size } = vectors;
  // Only whoever has the model knows how long a vector is.
  return isVectors(size, step) ? null : `buffer ${VECTORS} has ${size} bytes for ${step} texts`;
}

/** The most bytes that the vectors of so many texts take. */
export const vectorBytes = (texts: number): number => texts * MAX_VECTOR * F32;

/** Whether so many bytes can be the vectors of so many texts. */
export const isVectors = (size: number, texts: number): boolean =>
  texts === 0 ? size === 0 : size > 0 && size <= vectorBytes(texts) && size % (texts * F32) === 0;

function exactly(
  buffers: readonly Sized[],
  wanted: Readonly<Record<string, number>>,
): string | null {
  const seen = new Set<string>();
  for (const { name, size } of buffers) {
    const expected = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
    if (expected === undefined) return `${name} is not a buffer of the job`;
    if (seen.has(name)) return `buffer ${name} is there twice`;
    if (size !== expected) return `buffer ${name} has ${size} bytes, not ${expected}`;
    seen.add(name);
  }
  const absent = Object.keys(wanted).find((name) => !seen.has(name));
  return absent === undefined ? null : `buffer ${absent} is missing`;
}
