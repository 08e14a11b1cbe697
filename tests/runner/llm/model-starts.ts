import type { z } from 'zod';
import type { EmbedSpec, LlmSpec } from '../../../src-shared/llm.ts';
import type { AnyStartInput } from '../jobs.ts';
import type { ModelFile } from './tiny-model.ts';

type LlmInput = Omit<z.input<typeof LlmSpec>, 'model' | 'input' | 'context' | 'maxTokens'> & {
  readonly prompt?: string;
  readonly input?: z.input<typeof LlmSpec>['input'];
  readonly context?: number;
  readonly maxTokens?: number;
};
type More = {
  readonly id?: string;
  readonly seats?: number;
  readonly checkpointEvery?: number;
  readonly duty?: number;
  readonly resume?: AnyStartInput['resume'];
};

const common = (file: ModelFile, { id = 'answer', ...more }: More) => ({
  job: {
    id,
    title: 'A job of the tests',
    pay: { amount: 1000, test: true },
    needs: { vram: 2 ** 33, seconds: 1 },
    deadline: 4_000_000_000_000,
  },
  start: {
    kind: 'start' as const,
    backend: 'webgpu' as const,
    device: 0,
    blobs: {},
    model: { path: file.path, gpu: false, seats: more.seats ?? 1 },
    resume: more.resume ?? null,
    checkpointEvery: more.checkpointEvery ?? 60_000,
    duty: more.duty ?? 1,
  },
});

/** The start of an answer on the processor, as main would say it. */
export function answerStart(file: ModelFile, wanted: LlmInput, more: More = {}): AnyStartInput {
  const { prompt = 'Once upon a time', input, context = 256, maxTokens = 60, ...spec } = wanted;
  const { job, start } = common(file, more);
  const asked = input ?? { kind: 'prompt' as const, text: prompt };
  return {
    ...start,
    job: {
      ...job,
      kind: 'llm',
      spec: { model: file.model, input: asked, context, maxTokens, ...spec },
    },
  };
}

export function vectorsStart(
  file: ModelFile,
  texts: string[],
  more: More & { context?: z.input<typeof EmbedSpec>['context'] } = {},
): AnyStartInput {
  const { job, start } = common(file, { id: 'vectors', ...more });
  const spec = { model: file.model, texts, context: more.context ?? 128 };
  return { ...start, job: { ...job, kind: 'embed', spec } };
}
