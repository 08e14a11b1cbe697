import { z } from 'zod';
import { Stage } from './kernel.ts';
import { EmbedSpec, LlmSpec } from './llm.ts';

/**
 * The file a buyer writes (`job.json`): a kernel job whose blobs are files beside it, or a job for a language model that
 * the network lists. One file can describe an array of kernel jobs (tiles of a picture): an argument `{kind:'index'}` is
 * the number of the job within the array.
 *
 * File references are relative, stay inside the job file's folder, and are read by the buyer's own program only.
 */
const File = z
  .string()
  .min(1)
  .max(300)
  .refine((p) => !p.startsWith('/') && !p.includes('\\') && !p.split('/').includes('..'), {
    error: 'a file must lie in the folder of the job file',
  });

/** u32: `plus + times * (number of this job within the array)`. */
export const IndexArg = z.object({
  kind: z.literal('index'),
  times: z.int().min(0).default(1),
  plus: z.int().min(0).default(0),
});

/** How a file becomes the bytes of a buffer. */
export const FileInput = z.discriminatedUnion('as', [
  z.object({ as: z.literal('bytes'), file: File }),
  /** CSV with a header; the named columns, row by row, as little-endian f32. `words` maps text to numbers. */
  z.object({
    as: z.literal('csv-f32'),
    file: File,
    columns: z.array(z.string()).min(1),
    words: z.record(z.string(), z.number()).default({}),
  }),
  /** JSON; every number in it in document order, depth first, as little-endian f32. */
  z.object({ as: z.literal('json-f32'), file: File }),
]);
export type FileInput = Readonly<z.infer<typeof FileInput>>;

/** How the bytes of an output buffer become a file. */
export const FileOutput = z.discriminatedUnion('as', [
  z.object({ as: z.literal('bytes'), file: File }),
  /** The words of an `llm` job alone; as bytes, its result is JSON. */
  z.object({ as: z.literal('text'), file: File }),
  /** f32 rows to CSV with this header. */
  z.object({ as: z.literal('csv-f32'), file: File, columns: z.array(z.string()).min(1) }),
  /** RGBA8 pixels, rows from the top; tiles of an array are laid out left to right, top to bottom, `across` in a row. */
  z.object({
    as: z.literal('png'),
    file: File,
    tileWidth: z.int().min(1).max(8192),
    tileHeight: z.int().min(1).max(8192),
    across: z.int().min(1).max(1024),
  }),
]);
export type FileOutput = Readonly<z.infer<typeof FileOutput>>;

const JobArg = z.union([Stage.shape.launches.element.shape.args.element, IndexArg]);
const JobLaunch = Stage.shape.launches.element.extend({ args: z.array(JobArg) });

const common = {
  title: z.string().min(1).max(100),
  /** By the name of an output. */
  outputs: z.record(z.string(), FileOutput),
  /** Pay per job, whole millionths of a test credit. */
  pay: z.int().min(0),
  needs: z.object({ vram: z.int().min(0), seconds: z.number().min(0) }),
};

export const KernelJobFile = z.object({
  ...common,
  kind: z.literal('kernel'),
  /** Number of jobs in the array. */
  array: z.int().min(1).max(4096).default(1),
  programs: z.object({ cuda: File.optional(), webgpu: File.optional() }),
  buffers: z.record(
    z.string(),
    z.union([
      z.object({ input: FileInput, constant: z.boolean().default(false) }),
      z.object({ size: z.int().min(4), constant: z.boolean().default(false) }),
    ]),
  ),
  stages: z
    .array(z.object({ count: Stage.shape.count, launches: z.array(JobLaunch).min(1) }))
    .min(1),
});
export type KernelJobFile = Readonly<z.infer<typeof KernelJobFile>>;

/** A job for a language model is small enough to be written out whole; its outputs are `result` and `vectors`. */
export const ModelJobFile = z.discriminatedUnion('kind', [
  z.object({ ...common, kind: z.literal('llm'), spec: LlmSpec }),
  z.object({ ...common, kind: z.literal('embed'), spec: EmbedSpec }),
]);
export type ModelJobFile = Readonly<z.infer<typeof ModelJobFile>>;

export const JobFile = z.discriminatedUnion('kind', [KernelJobFile, ...ModelJobFile.options]);
export type JobFile = Readonly<z.infer<typeof JobFile>>;
