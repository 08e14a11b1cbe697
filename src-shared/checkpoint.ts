import type { Checkpoint } from './job.ts';
import { type KernelSpec, stepCount } from './kernel.ts';

/**
 * Why a job cannot go on from `checkpoint`, in words that complete "the checkpoint was not taken: ..."; null where
 * it can. It can where the step lies in 0..`stepCount` and every buffer that is not `constant` is there once, in its
 * own size, and nothing else is: one buffer too few, and the next machine starts with zeros in its place.
 */
export function checkpointFault(
  job: { readonly spec: Pick<KernelSpec, 'buffers' | 'stages'> },
  { step, buffers }: Checkpoint,
): string | null {
  const steps = stepCount(job.spec);
  if (!Number.isInteger(step) || step < 0 || step > steps)
    return `step ${step} is not one of 0 to ${steps}`;
  const seen = new Set<string>();
  for (const { name, size } of buffers) {
    const spec = Object.hasOwn(job.spec.buffers, name) ? job.spec.buffers[name] : undefined;
    if (!spec) return `${name} is not a buffer of the job`;
    if (spec.constant) return `buffer ${name} is constant, so it is not part of a checkpoint`;
    if (seen.has(name)) return `buffer ${name} is there twice`;
    if (spec.size !== size) return `buffer ${name} has ${size} bytes, not ${spec.size}`;
    seen.add(name);
  }
  const absent = Object.entries(job.spec.buffers).find(
    ([name, { constant }]) => !constant && !seen.has(name),
  );
  return absent ? `buffer ${absent[0]} is missing` : null;
}
