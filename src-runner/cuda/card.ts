import { type Failure, failure, isFailure, type Slot } from '../work/device.ts';
import {
  bindCuda,
  CUDA_DRIVER_FILE,
  CUDA_SUCCESS,
  type CudaDriver,
  type Handle,
} from './driver.ts';
import { cudaFailure } from './fault.ts';
import { openStaging, type Staging } from './staging.ts';

/** CU_CTX_SCHED_BLOCKING_SYNC: a call that must wait sleeps instead of burning one of the owner's cores. */
const BLOCKING_SYNC = 4;
/** CU_STREAM_NON_BLOCKING: nothing of ours runs in the default stream, so nothing need be ordered with it. */
const NON_BLOCKING = 1;
/** Compute modes of cuda.h: an administrator may keep CUDA off a card, or let one program at a time on it. */
const PROHIBITED = 2;
const EXCLUSIVE = 3;

/** Numbers of `CUdevice_attribute` in cuda.h. */
const ATTRIBUTE = {
  sharedPerBlock: 8,
  multiprocessors: 16,
  computeMode: 20,
  threadsPerMultiprocessor: 39,
  capabilityMajor: 75,
  capabilityMinor: 76,
  sharedPerBlockOptIn: 97,
} as const;

export type CudaSlot = Pick<Slot, 'index' | 'pci'>;

/** A card with a context of this process and the one stream that everything goes through. */
export type CudaCard = {
  readonly driver: CudaDriver;
  /** What the driver calls it, and the CUDA version that the driver is for. */
  readonly name: string;
  /** 86 is compute capability 8.6. */
  readonly capability: number;
  /** 12040 is CUDA 12.4. */
  readonly driverVersion: number;
  /** Bytes of shared memory for a block, and as much as it can have where a kernel asks for more. */
  readonly shared: number;
  readonly sharedMost: number;
  /** Threads that it holds at once. */
  readonly threads: number;
  readonly stream: Handle;
  readonly staging: Staging;
};

/**
 * Opens a card. Its context stays as long as the process. The driver must not be in use yet: what its environment says
 * is read when it starts.
 */
export async function openCard(slot: CudaSlot): Promise<CudaCard | Failure> {
  // NVML, by which main counts, has the order of the slots; the driver's own is by speed. Where the slot is known nothing is
  // counted, and the owner's CUDA_VISIBLE_DEVICES means what it means for their other programs.
  if (slot.pci === null) process.env.CUDA_DEVICE_ORDER = 'PCI_BUS_ID';
  // The compiler's cache lies in the owner's home and serves all of their programs: no stranger's PTX may leave anything
  // there, and a runner opens no file. Programs stay loaded between jobs instead.
  process.env.CUDA_CACHE_DISABLE = '1';
  // Compiled when it is loaded, not when a kernel is first wanted: what is wrong with it is said before the job begins.
  process.env.CUDA_MODULE_LOADING = 'EAGER';
  const driver = await loadDriver();
  if (isFailure(driver)) return driver;
  const device = findDevice(driver, slot);
  if (typeof device !== 'number') return device;

  const ask = (attribute: number): number => {
    const value = new Int32Array(1);
    // An attribute that is too new for a driver is one that its cards do not have.
    return driver.deviceAttribute(value, attribute, device) === CUDA_SUCCESS ? (value[0] ?? 0) : 0;
  };
  const name = deviceName(driver, device);
  const mode = ask(ATTRIBUTE.computeMode);
  if (mode === PROHIBITED)
    return failure(
      'no-device',
      `${name} is closed to CUDA programs: its compute mode is "prohibited" (nvidia-smi -c 0 opens it)`,
    );

  const handle = new BigUint64Array(1);
  // Fails where the context is already active, which then keeps its flags: that costs processor time, not correctness.
  driver.setFlags(device, BLOCKING_SYNC);
  let code = driver.retain(handle, device);
  if (code !== CUDA_SUCCESS && mode === EXCLUSIVE)
    return cudaFailure(
      driver,
      code,
      `${name} lets one program at a time use it (compute mode "exclusive"), and another one does`,
    );
  if (code === CUDA_SUCCESS) code = driver.setCurrent(handle[0]);
  if (code === CUDA_SUCCESS) code = driver.streamCreate(handle, NON_BLOCKING);
  if (code !== CUDA_SUCCESS) return cudaFailure(driver, code, `${name} gives no context`);
  const stream = handle[0] ?? 0n;
  const staging = openStaging(driver, stream);
  if (typeof staging === 'number') return cudaFailure(driver, staging, `${name} gives no event`);
  const shared = ask(ATTRIBUTE.sharedPerBlock);
  return {
    driver,
    name,
    driverVersion: versionOf(driver),
    capability: ask(ATTRIBUTE.capabilityMajor) * 10 + ask(ATTRIBUTE.capabilityMinor),
    shared,
    sharedMost: Math.max(shared, ask(ATTRIBUTE.sharedPerBlockOptIn)),
    threads: ask(ATTRIBUTE.multiprocessors) * ask(ATTRIBUTE.threadsPerMultiprocessor),
    stream,
    staging,
  };
}

async function loadDriver(): Promise<CudaDriver | Failure> {
  try {
    return bindCuda((await import('koffi')).default);
  } catch (error) {
    return failure(
      'no-device',
      `no NVIDIA driver can be used on this machine (${CUDA_DRIVER_FILE}): ${String(error)}`,
    );
  }
}

/** Starts the driver and finds the card. Never another one than was asked for: a game may be on that. */
function findDevice(driver: CudaDriver, { index, pci }: CudaSlot): number | Failure {
  const number = new Int32Array(1);
  let code = driver.init(0);
  if (code !== CUDA_SUCCESS)
    return cudaFailure(driver, code, `the NVIDIA driver does not start${hidden()}`);
  if (pci !== null) {
    code = driver.deviceAt(number, pci);
    if (code === CUDA_SUCCESS) return number[0] ?? 0;
    return cudaFailure(driver, code, `CUDA shows no card at ${pci}${hidden() || MIG}`);
  }
  code = driver.deviceCount(number);
  const count = number[0] ?? 0;
  if (code !== CUDA_SUCCESS) return cudaFailure(driver, code, 'the driver does not name its cards');
  if (index >= count)
    return failure('no-device', `there is no card ${index}: the driver knows ${count}${hidden()}`);
  code = driver.deviceGet(number, index);
  return code === CUDA_SUCCESS
    ? (number[0] ?? 0)
    : cudaFailure(driver, code, `card ${index} cannot be opened`);
}

/** A card in MIG mode is no CUDA device itself, only its instances are. */
const MIG = ', which may be in MIG mode without an instance';

/** The owner's own wish, said where it is why a card cannot be found. */
const hidden = (): string => {
  const visible = process.env.CUDA_VISIBLE_DEVICES;
  return visible === undefined ? '' : ` (CUDA_VISIBLE_DEVICES is "${visible}")`;
};

function versionOf(driver: CudaDriver): number {
  const version = new Int32Array(1);
  return driver.driverVersion(version) === CUDA_SUCCESS ? (version[0] ?? 0) : 0;
}

function deviceName(driver: CudaDriver, device: number): string {
  const name = Buffer.alloc(256);
  if (driver.deviceName(name, name.length, device) !== CUDA_SUCCESS) return `CUDA device ${device}`;
  return `${cString(name)} (CUDA ${cudaVersion(versionOf(driver))})`;
}

/** 12040 is 12.4. */
export const cudaVersion = (version: number): string =>
  `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;

/** The text before the first zero byte. */
export const cString = (bytes: Buffer): string =>
  bytes.toString('utf8', 0, Math.max(0, bytes.indexOf(0)));
