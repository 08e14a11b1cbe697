import { z } from 'zod';
import { Blob, MAX_BLOB } from './blob.ts';
import { type Bytes, bytes } from './units.ts';

/**
 * A kernel job is data plus a GPU program: named buffers, and stages of launches over them. Nothing in it can name a
 * file, a process or an address. The same launches drive both backends:
 *
 * - CUDA: `args` are the kernel's parameters in order; a buffer is a device pointer, a scalar 4 bytes.
 * - WebGPU: the n-th buffer argument is `@group(0) @binding(n)` (storage); all scalars, 4 bytes each in order, are one
 *   uniform struct at the binding after the last buffer. `block` must equal the shader's `@workgroup_size`.
 */
const Name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'a name is letters, digits and _');

/** Limits every runner checks before it allocates anything. */
export const MAX_BUFFERS = 32;
export const MAX_STAGES = 64;
export const MAX_LAUNCHES_PER_STEP = 64;
export const MAX_ARGS = 24;
export const MAX_STEPS = 1_000_000;
/** Threads in a block: the limit shared by every CUDA card; WebGPU's default is 256 and checked by the device. */
export const MAX_BLOCK_THREADS = 1024;
/** Blocks along one axis: WebGPU's default limit, and CUDA's for y and z ... */
export const MAX_GRID = 65_535;
/** ... which lets x go on to this, since compute capability 3.0. */
export const MAX_GRID_X = 0x7fff_ffff;
/** Dynamic shared memory of a block, in bytes: the most that any CUDA card has (Hopper, 227 KiB). */
export const MAX_SHARED = 227 * 1024;
/** All that a job writes, in bytes: a checkpoint and a result cross between processes as one message. */
export const MAX_STATE = 1024 ** 3;

export const Arg = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('buffer'), name: Name }),
  z.object({ kind: z.literal('u32'), value: z.int().min(0).max(0xffff_ffff) }),
  z.object({ kind: z.literal('i32'), value: z.int().min(-0x8000_0000).max(0x7fff_ffff) }),
  z.object({ kind: z.literal('f32'), value: z.number() }),
  /** u32: `plus + times * (number of this step within its stage)`, modulo 2^32. */
  z.object({
    kind: z.literal('step'),
    times: z.int().min(0).max(0xffff_ffff).default(1),
    plus: z.int().min(0).max(0xffff_ffff).default(0),
  }),
]);
export type Arg = Readonly<z.infer<typeof Arg>>;

const blocks = z.int().min(1);
const axis = blocks.max(MAX_GRID);
const Grid = z.tuple([blocks.max(MAX_GRID_X), axis, axis]);
const Block = z.tuple([axis, axis, axis]);

export const Launch = z.object({
  entry: Name,
  grid: Grid,
  block: Block.refine(([x, y, z]) => x * y * z <= MAX_BLOCK_THREADS, {
    error: `a block holds at most ${MAX_BLOCK_THREADS} threads`,
  }),
  args: z.array(Arg).max(MAX_ARGS),
  /** CUDA: bytes of dynamic shared memory for each block; none where it is left out. WGSL declares its own. */
  shared: z.int().min(0).max(MAX_SHARED).optional(),
});
export type Launch = Readonly<z.infer<typeof Launch>>;

/** `count` equal steps. A step is the unit of progress, of yielding and of checkpoints: keep it well under a second. */
export const Stage = z.object({
  count: z.int().min(1).max(MAX_STEPS),
  launches: z.array(Launch).min(1).max(MAX_LAUNCHES_PER_STEP),
});
export type Stage = Readonly<z.infer<typeof Stage>>;

export const BufferSpec = z.object({
  size: z.int().min(4).max(MAX_BLOB).multipleOf(4),
  /** What it holds at step 0: zeros, or a blob of exactly `size` bytes. */
  from: z.union([z.literal('zeros'), Blob]),
  /** Never written by the program, so never part of a checkpoint. */
  constant: z.boolean().default(false),
});
export type BufferSpec = Readonly<z.infer<typeof BufferSpec>>;

export const KernelSpec = z
  .object({
    /** The same program for each backend it can run on; at least one. Text: PTX, or WGSL. */
    programs: z.object({ cuda: Blob.optional(), webgpu: Blob.optional() }),
    buffers: z.record(Name, BufferSpec),
    stages: z.array(Stage).min(1).max(MAX_STAGES),
    /** Buffers whose final contents are the result, in this order. */
    outputs: z.array(Name).min(1).max(MAX_BUFFERS),
  })
  .superRefine((spec, { addIssue }) => {
    const say = (message: string) => addIssue({ code: 'custom', message });
    const known = (name: string) => Object.hasOwn(spec.buffers, name);
    if (!spec.programs.cuda && !spec.programs.webgpu)
      say('a kernel job needs a cuda or a webgpu program');
    if (Object.keys(spec.buffers).length > MAX_BUFFERS) say(`more than ${MAX_BUFFERS} buffers`);
    for (const [name, { from, size }] of Object.entries(spec.buffers))
      if (from !== 'zeros' && from.size !== size)
        say(`buffer ${name} has ${size} bytes but its blob has ${from.size}`);
    for (const name of spec.outputs) if (!known(name)) say(`output ${name} is not a buffer`);
    const written = writtenBytes(spec);
    const result = resultBytes(spec);
    if (written > MAX_STATE)
      say(`its checkpoints would hold ${written} bytes, the most is ${MAX_STATE}`);
    if (result > MAX_STATE) say(`its result would hold ${result} bytes, the most is ${MAX_STATE}`);
    if (stepCount(spec) > MAX_STEPS) say(`more than ${MAX_STEPS} steps`);
    for (const { launches } of spec.stages)
      for (const { entry, args, grid } of launches) {
        if (spec.programs.webgpu && grid[0] > MAX_GRID)
          say(`${entry} has ${grid[0]} blocks along x, and WebGPU takes at most ${MAX_GRID}`);
        for (const arg of args)
          if (arg.kind === 'buffer' && !known(arg.name))
            say(`${entry} is launched with ${arg.name}, which is not a buffer`);
      }
  });
export type KernelSpec = Readonly<z.infer<typeof KernelSpec>>;

/** All steps of all stages. */
export const stepCount = (spec: { readonly stages: readonly Stage[] }): number =>
  spec.stages.reduce((sum, { count }) => sum + count, 0);

/** All buffers together: what a card must have room for, at the least. */
export const bufferBytes = ({ buffers }: { readonly buffers: KernelSpec['buffers'] }): Bytes =>
  bytes(bytesOf(Object.values(buffers)));

type Written = { readonly buffers: KernelSpec['buffers'] };
type Resulting = Written & { readonly outputs: KernelSpec['outputs'] };

const writtenBytes = ({ buffers }: Written): number =>
  bytesOf(Object.values(buffers).filter(({ constant }) => !constant));
const resultBytes = ({ buffers, outputs }: Resulting): number =>
  bytesOf([...new Set(outputs)].flatMap((name) => buffers[name] ?? []));

/** The most that a checkpoint or the result can hold. */
export const stateBytes = (spec: Resulting): Bytes =>
  bytes(Math.max(writtenBytes(spec), resultBytes(spec)));

const bytesOf = (buffers: readonly BufferSpec[]): number =>
  buffers.reduce((sum, { size }) => sum + size, 0);

/** The stage that global step `step` (from 0) lies in, and its number within that stage; null past the end. */
export function locateStep(
  spec: { readonly stages: readonly Stage[] },
  step: number,
): { readonly stage: Stage; readonly within: number } | null {
  let first = 0;
  for (const stage of spec.stages) {
    if (step < first + stage.count) return { stage, within: step - first };
    first += stage.count;
  }
  return null;
}
