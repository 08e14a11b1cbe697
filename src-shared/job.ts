import { z } from 'zod';
import { type Blob, NamedBlob } from './blob.ts';
import { Backend } from './gpu.ts';
import { bufferBytes, KernelSpec, stepCount } from './kernel.ts';
import { EmbedSpec, LlmSpec, type Model, PREFILL_BATCH } from './llm.ts';
import { Said } from './said.ts';
import { bytes, microUsd, millis } from './units.ts';

export const JobId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a job id is up to 64 letters, digits, dots, dashes')
  .brand<'JobId'>();
export type JobId = z.infer<typeof JobId>;

/** Whole micro-dollars, or as many millionths of a test credit. Test credits are never added to money. */
export const Pay = z.object({ amount: z.int().min(0).transform(microUsd), test: z.boolean() });
export type Pay = Readonly<z.infer<typeof Pay>>;

export const Needs = z.object({
  /** All it takes on the card, its buffers or its model at least; a lane with less is never offered the job. */
  vram: z.int().min(0).transform(bytes),
  seconds: z.number().min(0).max(86_400),
});

const common = {
  id: JobId,
  title: z.string().min(1).max(120),
  pay: Pay,
  needs: Needs,
  /** Wall clock after which nobody wants it any more. */
  deadline: z.int().min(0).transform(millis),
};
export const KernelJob = z.object({ ...common, kind: z.literal('kernel'), spec: KernelSpec });
export type KernelJob = Readonly<z.infer<typeof KernelJob>>;
export const LlmJob = z.object({ ...common, kind: z.literal('llm'), spec: LlmSpec });
export type LlmJob = Readonly<z.infer<typeof LlmJob>>;
export const EmbedJob = z.object({ ...common, kind: z.literal('embed'), spec: EmbedSpec });
export type EmbedJob = Readonly<z.infer<typeof EmbedJob>>;

/** One piece of work: data plus a GPU program, or text plus a known model. Never host code. */
export const Job = z
  .discriminatedUnion('kind', [KernelJob, LlmJob, EmbedJob])
  .superRefine((job, { addIssue }) => {
    const { held, what } = leastMemory(job);
    if (held > job.needs.vram)
      addIssue({
        code: 'custom',
        path: ['needs', 'vram'],
        message: `${what} ${held} bytes, but the job asks for ${job.needs.vram} bytes of memory only`,
      });
  });
export type Job = Readonly<z.infer<typeof Job>>;

/** What a job surely takes, and the words before that number. */
function leastMemory(job: z.infer<typeof KernelJob | typeof LlmJob | typeof EmbedJob>) {
  switch (job.kind) {
    case 'kernel':
      return { held: bufferBytes(job.spec), what: 'the buffers hold' };
    case 'llm':
    case 'embed':
      return { held: job.spec.model.size, what: 'the model has' };
  }
}

/** The steps of a whole job: the unit of its progress and of its checkpoints. Tokens of an answer, texts to embed. */
export function stepsOf(job: Job): number {
  switch (job.kind) {
    case 'kernel':
      return stepCount(job.spec);
    case 'llm':
      return job.spec.maxTokens;
    case 'embed':
      return job.spec.texts.length;
  }
}

/** A model, the tokens it is to hold at once, and those it is to work on at once. */
type Run = { readonly model: Model; readonly context: number; readonly batch: number };

/** How a job runs its model; null where it runs none. */
export function modelOf(job: Job): Run | null {
  switch (job.kind) {
    case 'kernel':
      return null;
    case 'llm': {
      const { model, context } = job.spec;
      return { model, context, batch: PREFILL_BATCH };
    }
    case 'embed': {
      // A text is worked on whole: some models look at all of it at once.
      const { model, context } = job.spec;
      return { model, context, batch: context };
    }
  }
}

/** The backends a job can run on. Models run on any lane: llama.cpp finds the card by itself. */
export function backendsOf(job: Job): readonly Backend[] {
  switch (job.kind) {
    case 'kernel':
      return Backend.options.filter((backend) => job.spec.programs[backend]);
    case 'llm':
    case 'embed':
      return Backend.options;
  }
}

/** Where a job can go on: the next step to run (from 0) and the buffers that steps before it wrote. */
export const Checkpoint = z.object({ step: z.int().min(0), buffers: z.array(NamedBlob) });
export type Checkpoint = Readonly<z.infer<typeof Checkpoint>>;

/**
 * What went wrong. The first group is the job's fault, and final once two deliveries say so; the second is this
 * machine's, so another may try.
 */
export const JobFault = z.enum([
  'bad-spec',
  'bad-program',
  'missing-blob',
  'timed-out',
  'illegal-access',
]);
export const MachineFault = z.enum(['out-of-memory', 'no-device', 'device-lost', 'runner-lost']);
export const Fault = z.enum([...JobFault.options, ...MachineFault.options]);
export type Fault = z.infer<typeof Fault>;
export const isJobFault = (fault: Fault): boolean => JobFault.safeParse(fault).success;

/** How a job ended on this machine, once its buffers are safe in the blob store. */
export const Outcome = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('done'),
    outputs: z.array(NamedBlob),
    activeFor: z.int().min(0).transform(millis),
  }),
  z.object({ kind: z.literal('stopped'), checkpoint: Checkpoint.nullable() }),
  z.object({ kind: z.literal('failed'), because: Fault, detail: Said }),
]);
export type Outcome = Readonly<z.infer<typeof Outcome>>;

/** Every blob a job on `backend` needs before its first step. A model is not one of them. */
export function inputBlobs(job: Job, backend: Backend): Blob[] {
  switch (job.kind) {
    case 'kernel': {
      const program = job.spec.programs[backend];
      const filled = Object.values(job.spec.buffers).flatMap(({ from }) =>
        from === 'zeros' ? [] : [from],
      );
      return program ? [program, ...filled] : filled;
    }
    case 'llm':
    case 'embed':
      return [];
  }
}
