import type { KernelSpec, Launch } from '../../src-shared/kernel.ts';
import { type BufferContents, type Failure, isPoison, type LoadedJob } from '../work/device.ts';
import { type Scalar, writeScalar } from '../work/scalar.ts';
import type { CudaCard } from './card.ts';
import { CUDA_SUCCESS, type CudaDriver, type Handle, word } from './driver.ts';
import { cudaFailure } from './fault.ts';
import { settled } from './wait.ts';

/** Pointers and scalars alike lie 8 bytes apart in a launch's arguments. */
const SLOT = 8;

/** A launch made ready: its arguments in memory that the driver reads, of which only some change with the step. */
type Prepared = {
  readonly entry: string;
  readonly run: () => number;
  readonly args: DataView;
  /** Where each argument lies: known to the driver by its address alone, so it is kept here. */
  readonly list: ArrayBuffer;
  readonly moving: readonly { readonly offset: number; readonly arg: Scalar }[];
};

type Job = {
  readonly spec: KernelSpec;
  readonly contents: BufferContents;
  /** Filling stops where it is aborted. */
  readonly until: AbortSignal;
};

/** Takes memory for every buffer and fills it. */
export async function loadCudaJob(
  card: CudaCard,
  functions: ReadonlyMap<string, Handle>,
  { spec, contents, until }: Job,
): Promise<LoadedJob | Failure | 'stopped'> {
  const { driver, stream, staging } = card;
  const pointers = new Map<string, Handle>();
  const out = new BigUint64Array(1);
  const close = () => {
    // Freeing fails only in a lost context, whose memory is gone already.
    for (const pointer of pointers.values()) driver.free(pointer);
    pointers.clear();
  };

  // All memory first: what does not fit is known before anything is copied.
  for (const [name, { size }] of Object.entries(spec.buffers)) {
    const code = driver.alloc(out, size);
    if (code !== CUDA_SUCCESS) {
      close();
      return cudaFailure(driver, code, `no memory for buffer ${name} of ${size} bytes`);
    }
    pointers.set(name, out[0] ?? 0n);
  }
  for (const [name, pointer] of pointers) {
    const bytes = contents.get(name) ?? 'zeros';
    const filled =
      bytes === 'zeros'
        ? driver.fill32(pointer, 0, (spec.buffers[name]?.size ?? 0) / 4, stream)
        : await staging.upload(pointer, bytes, until);
    if (filled === CUDA_SUCCESS) continue;
    close();
    return filled === 'stopped'
      ? filled
      : cudaFailure(driver, filled, `buffer ${name} cannot be filled`);
  }

  /** By the list of a stage, which is the same for each of its steps. */
  const ready = new Map<readonly Launch[], readonly Prepared[]>();
  const prepared = (launches: readonly Launch[]): readonly Prepared[] => {
    const known = ready.get(launches);
    if (known) return known;
    const made = launches.map((launch) => prepare(card, functions, launch, pointers));
    ready.set(launches, made);
    return made;
  };
  /** What one step took lately, in milliseconds. */
  let lately = 0;
  let before = 0;
  const inStream = word(stream);
  return {
    close,
    async steps(launches, first, count) {
      const from = performance.now();
      const inOrder = prepared(launches);
      for (let within = first; within < first + count; within += 1)
        for (const { entry, args, moving, run } of inOrder) {
          for (const { offset, arg } of moving) writeScalar(args, offset, arg, within);
          const code = run();
          if (code === CUDA_SUCCESS) continue;
          // What was launched before it goes on, and nothing may be freed under it.
          await settled(() => driver.streamQuery(inStream), 0);
          return notLaunched(driver, code, entry);
        }
      // The shorter of two: a step held up by something else must not put the next ones to sleep.
      const expected = Math.min(lately, before) * count;
      const code = await settled(() => driver.streamQuery(inStream), expected);
      before = lately;
      lately = (performance.now() - from) / count;
      if (code === CUDA_SUCCESS) return null;
      const names = launches.map(({ entry }) => entry).join(', ');
      return cudaFailure(driver, code, `kernel ${names} failed`);
    },
    async read(names) {
      const read: Record<string, Uint8Array<ArrayBuffer>> = {};
      for (const name of names) {
        const bytes = new Uint8Array(spec.buffers[name]?.size ?? 0);
        const code = await staging.download(bytes, pointers.get(name) ?? 0n);
        if (code !== CUDA_SUCCESS)
          return cudaFailure(driver, code, `buffer ${name} cannot be read`);
        read[name] = bytes;
      }
      return read;
    },
  };
}

/** A driver tells of a kernel that failed at whatever call comes next. */
function notLaunched(driver: CudaDriver, code: number, entry: string): Failure {
  const trouble = cudaFailure(driver, code, `kernel ${entry} cannot be launched`);
  return isPoison(trouble.because)
    ? cudaFailure(driver, code, `kernel ${entry} failed, or one before it`)
    : trouble;
}

function prepare(
  { driver, stream }: CudaCard,
  functions: ReadonlyMap<string, Handle>,
  { entry, grid, block, args, shared = 0 }: Launch,
  pointers: ReadonlyMap<string, Handle>,
): Prepared {
  // ArrayBuffers of their own lie outside the collector's heap and so never move.
  const memory = new ArrayBuffer(Math.max(1, args.length) * SLOT);
  const list = new ArrayBuffer(Math.max(1, args.length) * SLOT);
  const base = driver.address(memory);
  const view = new DataView(memory);
  const addresses = new BigUint64Array(list);
  const moving: { offset: number; arg: Scalar }[] = [];
  for (const [i, arg] of args.entries()) {
    const offset = i * SLOT;
    addresses[i] = base + BigInt(offset);
    if (arg.kind === 'buffer') view.setBigUint64(offset, pointers.get(arg.name) ?? 0n, true);
    else {
      writeScalar(view, offset, arg, 0);
      if (arg.kind === 'step') moving.push({ offset, arg });
    }
  }
  const kernel = functions.get(entry);
  if (kernel === undefined) throw new ReferenceError(`${entry} was never looked up`);
  // Everything a launch says is made ready here, so that one costs no allocation.
  const [at, into, where] = [word(kernel), word(stream), word(driver.address(list))];
  const [gx, gy, gz] = grid;
  const [bx, by, bz] = block;
  return {
    entry,
    args: view,
    list,
    moving,
    run: () => driver.launch(at, gx, gy, gz, bx, by, bz, shared, into, where, 0),
  };
}
