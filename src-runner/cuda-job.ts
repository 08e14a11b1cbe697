import type { KernelSpec, Launch } from '../src-shared/kernel.ts';
import { CUDA_NOT_READY, CUDA_SUCCESS, type CudaDriver } from './cuda-driver.ts';
import { cudaFailure } from './cuda-fault.ts';
import type { BufferContents, Failure, LoadedJob } from './device.ts';
import { type Scalar, writeScalar } from './scalar.ts';

/** How long to spin on a step before sleeping between looks: short steps would lose more to the sleep than they take. */
const SPIN_MS = 2;
/** Between looks at a longer step: a timer's finest grain, and nothing beside a step of many milliseconds. */
const LOOK_EVERY_MS = 1;
/** Pointers and scalars alike lie 8 bytes apart in a launch's arguments. */
const SLOT = 8;

/** One context with its stream and the functions of the program. */
export type CudaProgram = {
  readonly driver: CudaDriver;
  readonly stream: bigint;
  readonly functions: ReadonlyMap<string, bigint>;
};

/** A launch made ready: its arguments in memory that the driver reads, of which only some change with the step. */
type Prepared = {
  readonly run: () => number;
  readonly args: DataView;
  readonly moving: readonly { readonly offset: number; readonly arg: Scalar }[];
};

/** Takes memory for every buffer and fills it. */
export function loadCudaJob(
  program: CudaProgram,
  spec: KernelSpec,
  contents: BufferContents,
): LoadedJob | Failure {
  const { driver, stream } = program;
  const pointers = new Map<string, bigint>();
  const out = new BigUint64Array(1);
  const close = () => {
    // Freeing fails only in a lost context, whose memory is gone already.
    for (const pointer of pointers.values()) driver.free(pointer);
    pointers.clear();
  };

  for (const [name, { size }] of Object.entries(spec.buffers)) {
    const allocated = driver.alloc(out, size);
    if (allocated === CUDA_SUCCESS) {
      const pointer = out[0] ?? 0n;
      pointers.set(name, pointer);
      const filled = fill(driver, pointer, size, contents.get(name) ?? 'zeros');
      if (filled === CUDA_SUCCESS) continue;
      close();
      return cudaFailure(driver, filled, `buffer ${name} cannot be filled`);
    }
    close();
    return cudaFailure(driver, allocated, `no memory for buffer ${name} of ${size} bytes`);
  }

  const ready = new Map<Launch, Prepared>();
  return {
    close,
    async step(launches, within) {
      for (const launch of launches) {
        let prepared = ready.get(launch);
        if (!prepared) {
          prepared = prepare(program, launch, pointers);
          ready.set(launch, prepared);
        }
        for (const { offset, arg } of prepared.moving)
          writeScalar(prepared.args, offset, arg, within);
        const code = prepared.run();
        if (code !== CUDA_SUCCESS)
          return cudaFailure(driver, code, `kernel ${launch.entry} cannot be launched`);
      }
      const names = launches.map(({ entry }) => entry).join(', ');
      return finish(driver, stream, `kernel ${names} failed`);
    },
    async read(names) {
      const read: Record<string, Uint8Array<ArrayBuffer>> = {};
      for (const name of names) {
        const bytes = new Uint8Array(spec.buffers[name]?.size ?? 0);
        const code = driver.toHost(bytes, pointers.get(name) ?? 0n, bytes.length);
        if (code !== CUDA_SUCCESS)
          return cudaFailure(driver, code, `buffer ${name} cannot be read`);
        read[name] = bytes;
      }
      return read;
    },
  };
}

function fill(
  driver: CudaDriver,
  pointer: bigint,
  size: number,
  bytes: Uint8Array | 'zeros',
): number {
  return bytes === 'zeros'
    ? driver.fill32(pointer, 0, size / 4)
    : driver.toDevice(pointer, bytes, size);
}

function prepare(
  { driver, stream, functions }: CudaProgram,
  { entry, grid, block, args }: Launch,
  pointers: ReadonlyMap<string, bigint>,
): Prepared {
  // An ArrayBuffer of its own lies outside the collector's heap and so never moves; `run` keeps it alive.
  const memory = new ArrayBuffer(Math.max(1, args.length) * SLOT);
  const base = driver.address(memory);
  const view = new DataView(memory);
  const addresses = new BigUint64Array(args.map((_, i) => base + BigInt(i * SLOT)));
  const moving: { offset: number; arg: Scalar }[] = [];
  for (const [i, arg] of args.entries()) {
    const offset = i * SLOT;
    if (arg.kind === 'buffer') view.setBigUint64(offset, pointers.get(arg.name) ?? 0n, true);
    else {
      writeScalar(view, offset, arg, 0);
      if (arg.kind === 'step') moving.push({ offset, arg });
    }
  }
  const kernel = functions.get(entry);
  return {
    args: view,
    moving,
    run: () => driver.launch(kernel, ...grid, ...block, 0, stream, addresses, null),
  };
}

/** Waits for everything in the stream without ever blocking the event loop: commands must get through. */
async function finish(driver: CudaDriver, stream: bigint, doing: string): Promise<Failure | null> {
  const started = performance.now();
  for (;;) {
    const code = driver.streamQuery(stream);
    if (code === CUDA_SUCCESS) return null;
    if (code !== CUDA_NOT_READY) return cudaFailure(driver, code, doing);
    await new Promise<void>((next) => {
      if (performance.now() - started < SPIN_MS) setImmediate(next);
      else setTimeout(next, LOOK_EVERY_MS);
    });
  }
}
