import type { Backend } from '../../../src-shared/gpu.ts';
import { openCommandLoop } from '../../command-loop.ts';
import { type Device, type Failure, failure, isFailure, type Slot } from '../../work/device.ts';
import { realClock } from '../../work/duty-cycle.ts';
import { STEP_TIMEOUT } from '../../work/execution.ts';
import { openWebGpu } from '../webgpu.ts';
import type {} from './bridge.ts';
import { pageLockdown } from './page-lockdown.ts';

// The WebGPU host as a hidden, sandboxed page in an Electron of its own: Chromium's WebGPU, and no way out but the bridge.

let device: Device | null = null;

async function open(backend: Backend, { chip }: Slot): Promise<Device | Failure> {
  if (backend === 'cuda') return failure('no-device', 'a window has WebGPU only, no CUDA');
  if (device) return device;
  const gpu: GPU | undefined = navigator.gpu;
  if (!gpu) return failure('no-device', 'this window has no WebGPU');
  const opened = await openWebGpu(gpu, null, chip);
  if (isFailure(opened)) return opened;
  console.info(`webgpu: works on ${opened.name}`);
  device = opened;
  return opened;
}

async function sha256(bytes: Uint8Array): Promise<string> {
  // A typed array over memory that cannot be shared; WebCrypto takes no other.
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A message to oneself: a task like any other, where a timer would be slowed to one a second in a hidden page. */
function breathe(): Promise<void> {
  return new Promise((next) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      next();
    };
    port2.postMessage(null);
  });
}

const { webgpuHost } = window;
const loop = openCommandLoop({
  say: webgpuHost.post,
  open,
  sha256,
  breathe,
  stepTimeout: STEP_TIMEOUT,
  clock: realClock,
  vanish(complaint) {
    if (complaint !== null) console.error(`webgpu: ${complaint}`);
    // With the page ends the whole WebGPU host. What was posted is with the preload already.
    window.close();
  },
});
webgpuHost.onCommand(loop.hear);
webgpuHost.post({ kind: 'ready', lockdown: pageLockdown(webgpuHost.sandboxed) });
