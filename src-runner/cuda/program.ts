import type { Launch } from '../../src-shared/kernel.ts';
import { mebibytes } from '../../src-shared/units.ts';
import { type Failure, failure, isFailure, type ProgramText } from '../work/device.ts';
import { type CudaCard, cString, cudaVersion } from './card.ts';
import { CUDA_SUCCESS, type Handle } from './driver.ts';
import { cudaFailure } from './fault.ts';
import { checkPtxLaunch, driverFor, type Ptx, parsePtx } from './ptx.ts';

/** Room for the compiler's complaint; it is cut to the protocol's 4000 characters anyway. */
const LOG_BYTES = 8192;
/** CU_JIT_ERROR_LOG_BUFFER and its size (`CUjit_option` in cuda.h). */
const JIT_ERROR_LOG = 5;
const JIT_ERROR_LOG_SIZE = 6;
/** Numbers of `CUfunction_attribute` in cuda.h. */
const FUNCTION = { maxThreads: 0, shared: 1, local: 3, maxDynamicShared: 8 } as const;
/** CUDA's limit for blockDim.z on every card so far (CUDA C++ Programming Guide, Compute Capabilities). */
const MAX_BLOCK_Z = 64;

/** A module on the card, and those of its kernels that were looked up. */
export type CudaProgram = {
  readonly module: Handle;
  readonly ptx: Ptx;
  readonly functions: Map<string, Handle>;
};

/** Bytes of its own variables that a program may have without a word of the job about them. */
const FREE_VARIABLES = mebibytes(64);
/** Bytes that one thread may put aside: the driver takes them for every thread that fits on the card, gigabytes on a large one. */
const MOST_LOCAL = 16 * 1024;

/** Bytes of video memory beside the job's buffers: what the job asked for, and what the card has. */
type Allowance = { readonly own: number; readonly room: number };

/** Compiles PTX for the card. */
export function loadProgram(
  { driver, driverVersion, capability }: CudaCard,
  { text }: ProgramText,
  { own, room }: Allowance,
): CudaProgram | Failure {
  const ptx = parsePtx(text);
  if (isFailure(ptx)) return ptx;
  const wanted = driverFor(ptx.version);
  if (wanted !== null && wanted > driverVersion)
    return failure(
      'no-device',
      `the PTX is of version ${ptx.version}, which wants a driver for CUDA ${cudaVersion(wanted)} or newer; the one here is for CUDA ${cudaVersion(driverVersion)}`,
    );
  if (ptx.target > capability)
    return failure(
      'no-device',
      `the PTX is for cards from sm_${ptx.target} on, this one is an sm_${capability}`,
    );
  const said = Math.max(own, FREE_VARIABLES);
  if (ptx.variables > said)
    return failure(
      'bad-spec',
      `the program's own variables take ${ptx.variables} bytes of video memory, and beside its buffers the job asked for ${said}`,
    );
  if (ptx.variables > room)
    return failure(
      'out-of-memory',
      `the program's own variables take ${ptx.variables} bytes of video memory, ${room} can be had`,
    );
  const log = Buffer.alloc(LOG_BYTES);
  const options = new Int32Array([JIT_ERROR_LOG, JIT_ERROR_LOG_SIZE]);
  const values = new BigUint64Array([driver.address(log), BigInt(LOG_BYTES)]);
  const handle = new BigUint64Array(1);
  const code = driver.moduleLoad(handle, Buffer.from(`${text}\0`), 2, options, values);
  if (code !== CUDA_SUCCESS)
    return cudaFailure(driver, code, 'the driver does not load the PTX', cString(log).trim());
  return { module: handle[0] ?? 0n, ptx, functions: new Map() };
}

/**
 * Looks the kernel of a launch up, once, and checks arguments, block, and what its threads take of registers, shared and
 * local memory, before anything runs. `room`: bytes of video memory that are free.
 */
export function checkLaunch(
  card: CudaCard,
  program: CudaProgram,
  launch: Launch,
  room: number,
): Failure | null {
  const { driver } = card;
  const { entry, block } = launch;
  const unfit = checkPtxLaunch(program.ptx.entries, launch);
  if (unfit) return unfit;
  let kernel = program.functions.get(entry);
  if (kernel === undefined) {
    const handle = new BigUint64Array(1);
    const code = driver.moduleFunction(handle, program.module, entry);
    if (code !== CUDA_SUCCESS) return cudaFailure(driver, code, `kernel ${entry} cannot be found`);
    kernel = handle[0] ?? 0n;
    program.functions.set(entry, kernel);
  }
  const value = new Int32Array(1);
  let trouble = CUDA_SUCCESS;
  const ask = (attribute: number): number => {
    const code = driver.functionAttribute(value, attribute, kernel);
    if (code !== CUDA_SUCCESS) trouble = code;
    return value[0] ?? 0;
  };
  const most = ask(FUNCTION.maxThreads);
  const fixed = ask(FUNCTION.shared);
  const local = ask(FUNCTION.local);
  if (trouble !== CUDA_SUCCESS)
    return cudaFailure(driver, trouble, `kernel ${entry} cannot be asked`);

  const threads = block[0] * block[1] * block[2];
  if (threads > most)
    return failure(
      'bad-spec',
      `kernel ${entry} can run ${most} threads in a block, the job asks for ${threads}`,
    );
  if (block[2] > MAX_BLOCK_Z)
    return failure('bad-spec', `a CUDA block is at most ${MAX_BLOCK_Z} deep, not ${block[2]}`);
  if (local > MOST_LOCAL)
    return failure(
      'bad-spec',
      `kernel ${entry} puts ${local} bytes aside for each thread, the most is ${MOST_LOCAL}`,
    );
  if (local * card.threads > room)
    return failure(
      'out-of-memory',
      `kernel ${entry} takes ${local * card.threads} bytes of video memory for its threads, ${room} can be had`,
    );
  return allowShared(card, kernel, launch, fixed);
}

/**
 * More shared memory than every card has for a block must be asked for: all that the kernel can have, because the last
 * word counts, and launches of one kernel may want different amounts.
 */
function allowShared(
  { driver, shared, sharedMost }: CudaCard,
  kernel: Handle,
  { entry, shared: dynamic = 0 }: Launch,
  fixed: number,
): Failure | null {
  if (fixed + dynamic > sharedMost)
    return failure(
      'bad-spec',
      `kernel ${entry} needs ${fixed + dynamic} bytes of shared memory for a block, this card has ${sharedMost}`,
    );
  if (fixed + dynamic <= shared) return null;
  const most = sharedMost - fixed;
  const code = driver.setFunctionAttribute(kernel, FUNCTION.maxDynamicShared, most);
  return code === CUDA_SUCCESS
    ? null
    : cudaFailure(driver, code, `kernel ${entry} gets no ${most} bytes of shared memory`);
}
