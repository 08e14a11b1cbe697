import { isVectors, VECTORS } from './checkpoint.ts';
import type { Job } from './job.ts';
import { MAX_LLM_RESULT } from './llm.ts';

/** The output of an `llm` job: one JSON document, see LlmResult. */
export const RESULT = 'result';

type Sized = { readonly name: string; readonly size: number };

/** The names of a job's outputs, in their order. */
export function outputNames(job: Job): readonly string[] {
  switch (job.kind) {
    case 'kernel':
      return job.spec.outputs;
    case 'llm':
      return [RESULT];
    case 'embed':
      return [VECTORS];
  }
}

/** Why these cannot be the outputs of this job; null where they can. */
export function outputsFault(job: Job, outputs: readonly Sized[]): string | null {
  const named = new Map(outputs.map((output) => [output.name, output]));
  if (named.size !== outputs.length) return 'an output is named twice';
  const wanted = outputNames(job);
  for (const name of wanted) {
    const given = named.get(name);
    if (!given) return `output ${name} is missing`;
    const fault = sizeFault(job, given);
    if (fault !== null) return fault;
  }
  const extra = outputs.find(({ name }) => !wanted.includes(name));
  return extra ? `${extra.name} is not an output of the job` : null;
}

function sizeFault(job: Job, { name, size }: Sized): string | null {
  switch (job.kind) {
    case 'kernel': {
      const wanted = job.spec.buffers[name]?.size;
      return size === wanted ? null : `output ${name} has ${size} bytes, not ${wanted}`;
    }
    case 'llm':
      return size > 0 && size <= MAX_LLM_RESULT
        ? null
        : `output ${name} has ${size} bytes; at most ${MAX_LLM_RESULT} make sense`;
    case 'embed':
      return isVectors(size, job.spec.texts.length)
        ? null
        : `output ${name} has ${size} bytes for ${job.spec.texts.length} texts`;
  }
}
