import { z } from 'zod';
import { type Blob, NamedBlob } from './blob.ts';
import { bufferBytes, KernelSpec } from './kernel.ts';
import { bytes, microUsd, millis } from './units.ts';

export const JobId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a job id is up to 64 letters, digits, dots, dashes')
  .brand<'JobId'>();
export type JobId = z.infer<typeof JobId>;

/** Whole micro-dollars, or as many millionths of a test credit. Test credits are never added to money. */
export const Pay = z.object({ amount: z.int().min(0).transform(microUsd), test: z.boolean() });
export type Pay = Readonly<z.infer<typeof Pay>>;

/** One piece of work: data plus a GPU program. Never host code. */
export const Job = z
  .object({
    id: JobId,
    kind: z.literal('kernel'),
    title: z.string().min(1).max(120),
    spec: KernelSpec,
    pay: Pay,
    /** `vram`: all it takes on the card, its buffers at least; a lane with less is never offered the job. */
    needs: z.object({
      vram: z.int().min(0).transform(bytes),
      seconds: z.number().min(0).max(86_400),
    }),
    /** Wall clock after which nobody wants it any more. */
    deadline: z.int().min(0).transform(millis),
  })
  .superRefine(({ spec, needs }, { addIssue }) => {
    const held = bufferBytes(spec);
    if (held > needs.vram)
      addIssue({
        code: 'custom',
        path: ['needs', 'vram'],
        message: `the buffers hold ${held} bytes, but the job asks for ${needs.vram} bytes of memory only`,
      });
  });
export type Job = Readonly<z.infer<typeof Job>>;

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
  z.object({ kind: z.literal('failed'), because: Fault, detail: z.string().max(4000) }),
]);
export type Outcome = Readonly<z.infer<typeof Outcome>>;

/** Every blob a job on `backend` needs before its first step. */
export function inputBlobs(job: Job, backend: 'cuda' | 'webgpu'): Blob[] {
  const program = job.spec.programs[backend];
  const filled = Object.values(job.spec.buffers).flatMap(({ from }) =>
    from === 'zeros' ? [] : [from],
  );
  return program ? [program, ...filled] : filled;
}
