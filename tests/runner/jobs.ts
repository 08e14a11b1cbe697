import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Backend } from '../../src-shared/gpu.ts';
import type { KernelJob } from '../../src-shared/job.ts';
import type { RunnerCommand } from '../../src-shared/runner-protocol.ts';

/** A start command as it is written, before parsing. */
export type AnyStartInput = Extract<z.input<typeof RunnerCommand>, { kind: 'start' }>;
/** One of a kernel job. */
export type StartInput = AnyStartInput & { job: z.input<typeof KernelJob> };
export type StageInput = StartInput['job']['spec']['stages'][number];
type LaunchInput = StageInput['launches'][number];
type Bytes = Uint8Array<ArrayBuffer>;

export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

export const f32 = (values: readonly number[]): Bytes =>
  new Uint8Array(Float32Array.from(values).buffer);

export const floats = (bytes: Uint8Array | undefined): number[] => [
  ...new Float32Array(bytes?.slice().buffer ?? new ArrayBuffer(0)),
];

export type Wanted = {
  readonly backend: Backend;
  readonly program: string;
  /** Bytes make a filled buffer, a number makes one of that many zero bytes. */
  readonly buffers: Readonly<Record<string, Bytes | number>>;
  readonly constant?: readonly string[];
  readonly stages: StageInput[];
  readonly outputs: readonly string[];
  readonly checkpointEvery?: number;
};

/** A complete start command, with every blob it needs. */
export function startOf(wanted: Wanted, id = 'job-1'): StartInput {
  const { backend } = wanted;
  const blobs: Record<string, Bytes> = {};
  const keep = (bytes: Bytes) => {
    const name = sha256(bytes);
    blobs[name] = bytes;
    return { sha256: name, size: bytes.length };
  };
  const program = keep(new TextEncoder().encode(wanted.program));
  const buffers: StartInput['job']['spec']['buffers'] = {};
  for (const [name, content] of Object.entries(wanted.buffers)) {
    const constant = wanted.constant?.includes(name) ?? false;
    buffers[name] =
      typeof content === 'number'
        ? { size: content, from: 'zeros', constant }
        : { size: content.length, from: keep(content), constant };
  }
  const { stages, outputs } = wanted;
  return {
    kind: 'start',
    job: {
      id,
      kind: 'kernel',
      title: 'a job of the tests',
      spec: { programs: { [backend]: program }, buffers, stages, outputs: [...outputs] },
      pay: { amount: 1000, test: true },
      needs: { vram: 2 ** 33, seconds: 1 },
      deadline: 4_000_000_000_000,
    },
    backend,
    device: 0,
    blobs,
    resume: null,
    checkpointEvery: wanted.checkpointEvery ?? 3_600_000,
    duty: 1,
  };
}

/** Number of elements in the vectors of `addition`. */
export const LENGTH = 512;

/** An argument that is a buffer. */
export const named = (name: string) => ({ kind: 'buffer', name }) as const;

/** The arguments of saxpy: y = a x + y over n elements. */
export const SAXPY = {
  n: { kind: 'u32', value: LENGTH },
  a: { kind: 'f32', value: 2 },
  x: named('x'),
  y: named('y'),
} as const;

export const LAUNCH: LaunchInput = {
  entry: 'saxpy',
  grid: [LENGTH / 64, 1, 1],
  block: [64, 1, 1],
  args: [SAXPY.n, SAXPY.a, SAXPY.x, SAXPY.y],
};

/** saxpy once more, with a first buffer that is read only, and everything else written in another way. */
export const SAXPY_WGSL = `
struct Numbers { n: u32, a: f32 }
@binding(0) @group(0) var<storage> x: array<f32>; // read is what storage means alone
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
/* @group(0) @binding(1) /* nested */ var<storage> ghost: array<u32>; */
@group(0) @binding(2) var<uniform> numbers: Numbers;
const SIZE = 64u;

fn add(i: u32) { y[i] += numbers.a * x[i]; }

@compute @workgroup_size(SIZE)
fn saxpy(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < numbers.n) { add(id.x); }
}`;

export const X = Array.from({ length: LENGTH }, (_, i) => (i % 64) - 32);
export const Y = Array.from({ length: LENGTH }, (_, i) => (i % 7) * 3);

/** y += 2 x, `count` times over; whole numbers, so exact on every machine. */
export const addition = (
  backend: Backend,
  program: string,
  count: number,
  more: Partial<Wanted> = {},
): Wanted => ({
  backend,
  program,
  buffers: { x: f32(X), y: f32(Y) },
  stages: [{ count, launches: [LAUNCH] }],
  outputs: ['y'],
  ...more,
});

/** What `addition` must give, by arithmetic alone. */
export const sums = (count: number): number[] => Y.map((y, i) => y + 2 * count * (X[i] ?? 0));
