import type { Fault } from '../../src-shared/job.ts';
import { type Failure, failure } from '../work/device.ts';
import { CUDA_SUCCESS, type CudaDriver } from './driver.ts';

/** Which fault an error of the driver is (numbers: `CUresult` in cuda.h). */
function faultOf(code: number): Fault {
  switch (code) {
    case 1: // INVALID_VALUE: every argument we pass is checked or taken from the job
      return 'bad-spec';
    case 2: // OUT_OF_MEMORY
      return 'out-of-memory';
    case 200: // INVALID_IMAGE
    case 218: // INVALID_PTX
    case 300: // INVALID_SOURCE
    case 500: // NOT_FOUND: a symbol
    case 701: // LAUNCH_OUT_OF_RESOURCES
      return 'bad-program';
    case 209: // NO_BINARY_FOR_GPU: a newer card may run it
    case 220: // UNSUPPORTED...: a newer driver may
    case 222: // UNSUPPORTED_PTX_VERSION
    case 3: // NOT_INITIALIZED
    case 34: // STUB_LIBRARY
    case 46: // DEVICE_UNAVAILABLE
    case 100: // NO_DEVICE
    case 101: // INVALID_DEVICE
    case 803: // SYSTEM_DRIVER_MISMATCH
      return 'no-device';
    case 700: // ILLEGAL_ADDRESS
    case 710: // ASSERT
    case 714: // HARDWARE_STACK_ERROR
    case 715: // ILLEGAL_INSTRUCTION
    case 716: // MISALIGNED_ADDRESS
    case 717: // INVALID_ADDRESS_SPACE
    case 718: // INVALID_PC
    case 719: // LAUNCH_FAILED
      return 'illegal-access';
    case 702: // LAUNCH_TIMEOUT: the system's own watchdog, 2 s on Windows with a screen
      return 'timed-out';
    default: // Whatever else the driver says, it no longer does what it should.
      return 'device-lost';
  }
}

/** What a person should know beyond the driver's own name for an error. */
const MEANING: Readonly<Record<number, string>> = {
  46: 'another program has the card for itself, or the driver holds it back',
  100: 'the driver is there and finds no card that it can use',
  702: 'the system ended it, as Windows does with whatever keeps a card from its screen for 2 seconds: steps must be much shorter',
  803: 'parts of two NVIDIA drivers are installed: a restart after the last update may mend it',
};

/** What went wrong while we were `doing`, in words, with the driver's own name for it and its log. */
export function cudaFailure(
  driver: CudaDriver,
  code: number,
  doing: string,
  log: string | null = null,
): Failure {
  const name: (string | null)[] = [null];
  const known = driver.errorName(code, name) === CUDA_SUCCESS ? name[0] : null;
  const meaning = MEANING[code];
  const detail = `${doing}: ${known ?? 'CUDA error'} (${code})${meaning ? `, ${meaning}` : ''}`;
  return failure(faultOf(code), log ? `${detail}\n${log}` : detail);
}
