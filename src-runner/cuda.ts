import type { Sha256 } from '../src-shared/blob.ts';
import type { KernelSpec, Launch } from '../src-shared/kernel.ts';
import { mebibytes } from '../src-shared/units.ts';
import { bindCuda, CUDA_LIBRARY, CUDA_SUCCESS, type CudaDriver } from './cuda-driver.ts';
import { cudaFailure } from './cuda-fault.ts';
import { loadCudaJob } from './cuda-job.ts';
import { type Device, type Failure, failure, isFailure, type ProgramText } from './device.ts';
import { checkPtxLaunch, type PtxEntries, parsePtx } from './ptx.ts';

/** Left free on the card: its owner's screen must always get the next few windows it asks for. */
const VRAM_RESERVE = mebibytes(64);
/** The allocator gives whole pieces of this size. */
const VRAM_GRAIN = 512;
/** Programs kept loaded after their job: a network sends runs of jobs with one program. */
const WARM_PROGRAMS = 4;
/** Room for the compiler's complaint; it is cut to the protocol's 4000 characters anyway. */
const LOG_BYTES = 8192;

/** CU_CTX_SCHED_BLOCKING_SYNC: a call that must wait sleeps instead of burning one of the owner's cores. */
const BLOCKING_SYNC = 4;
/** CU_JIT_ERROR_LOG_BUFFER and its size (`CUjit_option` in cuda.h). */
const JIT_ERROR_LOG = 5;
const JIT_ERROR_LOG_SIZE = 6;
/** CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK. */
const MAX_THREADS_OF_KERNEL = 0;
/** CUDA's limit for blockDim.z on every card so far (CUDA C++ Programming Guide, Compute Capabilities). */
const MAX_BLOCK_Z = 64;

type Loaded = {
  readonly handle: bigint;
  readonly entries: PtxEntries;
  readonly functions: Map<string, bigint>;
};

/** Opens the card with the driver's ordinal `index`. Its context stays warm as long as the process. */
export async function openCuda(index: number): Promise<Device | Failure> {
  const driver = await loadDriver();
  if (isFailure(driver)) return driver;
  const number = new Int32Array(1);
  const handle = new BigUint64Array(1);

  let code = driver.init(0);
  if (code !== CUDA_SUCCESS) return cudaFailure(driver, code, 'the NVIDIA driver does not start');
  code = driver.deviceCount(number);
  const count = number[0] ?? 0;
  if (code !== CUDA_SUCCESS) return cudaFailure(driver, code, 'the driver does not name its cards');
  if (index >= count)
    return failure('no-device', `there is no card ${index}: the driver knows ${count}`);
  code = driver.deviceGet(number, index);
  if (code !== CUDA_SUCCESS) return cudaFailure(driver, code, `card ${index} cannot be opened`);
  const device = number[0] ?? 0;
  // Fails where the context is already active, which then keeps its flags: that costs processor time, not correctness.
  driver.setFlags(device, BLOCKING_SYNC);
  code = driver.retain(handle, device);
  if (code === CUDA_SUCCESS) code = driver.setCurrent(handle[0]);
  // Flag 0, a stream ordered with the default one: copies and fills, which go there, end before a kernel reads them.
  if (code === CUDA_SUCCESS) code = driver.streamCreate(handle, 0);
  if (code !== CUDA_SUCCESS) return cudaFailure(driver, code, `card ${index} gives no context`);
  const stream = handle[0] ?? 0n;

  const warm = new Map<Sha256, Loaded>();
  return {
    name: deviceName(driver, device),
    async load(spec, program, contents) {
      const loaded = warm.get(program.sha256) ?? loadProgram(driver, program);
      if (isFailure(loaded)) return loaded;
      // Map keeps the order of insertion: putting it in again makes it the latest.
      warm.delete(program.sha256);
      warm.set(program.sha256, loaded);
      for (const [sha256, { handle }] of warm) {
        if (warm.size <= WARM_PROGRAMS) break;
        driver.moduleUnload(handle);
        warm.delete(sha256);
      }
      for (const { launches } of spec.stages)
        for (const launch of launches) {
          const trouble = checkPtxLaunch(loaded.entries, launch) ?? ready(driver, loaded, launch);
          if (trouble) return trouble;
        }
      const trouble = checkMemory(driver, spec);
      if (trouble) return trouble;
      return loadCudaJob({ driver, stream, functions: loaded.functions }, spec, contents);
    },
  };
}

async function loadDriver(): Promise<CudaDriver | Failure> {
  try {
    return bindCuda((await import('koffi')).default);
  } catch (error) {
    return failure(
      'no-device',
      `no NVIDIA driver can be used on this machine (${CUDA_LIBRARY}): ${String(error)}`,
    );
  }
}

function deviceName(driver: CudaDriver, device: number): string {
  const name = Buffer.alloc(256);
  const version = new Int32Array(1);
  if (driver.deviceName(name, name.length, device) !== CUDA_SUCCESS) return `CUDA device ${device}`;
  driver.driverVersion(version);
  const v = version[0] ?? 0;
  return `${cString(name)} (CUDA ${Math.floor(v / 1000)}.${Math.floor((v % 1000) / 10)})`;
}

function loadProgram(driver: CudaDriver, { text }: ProgramText): Loaded | Failure {
  const entries = parsePtx(text);
  if (isFailure(entries)) return entries;
  const log = Buffer.alloc(LOG_BYTES);
  const options = new Int32Array([JIT_ERROR_LOG, JIT_ERROR_LOG_SIZE]);
  const values = new BigUint64Array([driver.address(log), BigInt(LOG_BYTES)]);
  const handle = new BigUint64Array(1);
  const code = driver.moduleLoad(handle, Buffer.from(`${text}\0`), 2, options, values);
  if (code !== CUDA_SUCCESS)
    return cudaFailure(driver, code, 'the driver does not load the PTX', cString(log).trim());
  return { handle: handle[0] ?? 0n, entries, functions: new Map() };
}

/** Looks the kernel up, once, and checks the block against what its registers leave room for. */
function ready(driver: CudaDriver, program: Loaded, { entry, block }: Launch): Failure | null {
  let kernel = program.functions.get(entry);
  if (kernel === undefined) {
    const handle = new BigUint64Array(1);
    const code = driver.moduleFunction(handle, program.handle, entry);
    if (code !== CUDA_SUCCESS) return cudaFailure(driver, code, `kernel ${entry} cannot be found`);
    kernel = handle[0] ?? 0n;
    program.functions.set(entry, kernel);
  }
  const most = new Int32Array(1);
  const code = driver.functionAttribute(most, MAX_THREADS_OF_KERNEL, kernel);
  if (code !== CUDA_SUCCESS) return cudaFailure(driver, code, `kernel ${entry} cannot be asked`);
  const threads = block[0] * block[1] * block[2];
  if (threads > (most[0] ?? 0))
    return failure(
      'bad-spec',
      `kernel ${entry} can run ${most[0]} threads in a block, the job asks for ${threads}`,
    );
  return block[2] > MAX_BLOCK_Z
    ? failure('bad-spec', `a CUDA block is at most ${MAX_BLOCK_Z} deep, not ${block[2]}`)
    : null;
}

function checkMemory(driver: CudaDriver, spec: KernelSpec): Failure | null {
  const free = new BigUint64Array(1);
  const total = new BigUint64Array(1);
  const code = driver.memInfo(free, total);
  if (code !== CUDA_SUCCESS) return cudaFailure(driver, code, 'the card does not say what is free');
  const wanted = Object.values(spec.buffers).reduce(
    (sum, { size }) => sum + Math.ceil(size / VRAM_GRAIN) * VRAM_GRAIN,
    0,
  );
  const offered = Math.max(0, Number(free[0] ?? 0n) - VRAM_RESERVE);
  return wanted > offered
    ? failure(
        'out-of-memory',
        `the buffers need ${wanted} bytes of video memory, ${offered} can be had`,
      )
    : null;
}

const cString = (bytes: Buffer): string => bytes.toString('utf8', 0, Math.max(0, bytes.indexOf(0)));
