import { createHash } from 'node:crypto';
import type { Backend } from '../src-shared/gpu.ts';
import { millis } from '../src-shared/units.ts';
import { openCommandLoop } from './command-loop.ts';
import { openCuda } from './cuda/cuda.ts';
import { withAdvice } from './lockdown/advice.ts';
import { vanish } from './lockdown/lifeline.ts';
import { lockDown } from './lockdown/lockdown.ts';
import { connectParent, type Parent } from './parent.ts';
import { openDawn } from './webgpu/dawn.ts';
import { type Device, type Failure, isFailure, type Slot } from './work/device.ts';
import { realClock } from './work/duty-cycle.ts';
import { type Host, STEP_TIMEOUT } from './work/execution.ts';

// Entry of the runner's own process. It is locked down before anything else happens; drivers are loaded when the first
// job asks for one.

/** How long a step may take, in milliseconds, instead of the usual time: `--step-timeout=500`. */
const STEP_TIMEOUT_FLAG = '--step-timeout=';

const lockdown = lockDown(process.argv[1] ?? '');
const { pid, argv, env } = process;
const devices = new Map<string, Device>();

async function open(backend: Backend, slot: Slot): Promise<Device | Failure> {
  const key = `${backend} ${slot.pci ?? slot.index}`;
  const known = devices.get(key);
  if (known) return known;
  const device =
    backend === 'cuda'
      ? await openCuda(slot)
      : await openDawn(env.OFFPEAK_SWIFTSHADER ?? null, slot.chip);
  if (isFailure(device)) return withAdvice(device, lockdown);
  log(`works on ${device.name}`);
  devices.set(key, device);
  return device;
}

function log(line: string): void {
  process.stderr.write(`runner ${pid}: ${line}\n`);
}

function stepTimeout() {
  const flag = argv.find((arg) => arg.startsWith(STEP_TIMEOUT_FLAG));
  const given = Number(flag?.slice(STEP_TIMEOUT_FLAG.length));
  return given > 0 ? millis(given) : STEP_TIMEOUT;
}

function work(parent: Parent): void {
  const host: Host = {
    say: parent.say,
    sha256: async (bytes) => createHash('sha256').update(bytes).digest('hex'),
    breathe: () => new Promise((next) => setImmediate(next)),
    stepTimeout: stepTimeout(),
    clock: realClock,
  };
  const loop = openCommandLoop({
    ...host,
    open,
    openModels: async (dutyCycle) =>
      (await import('./llm/llama.ts')).openModelRoom(host, dutyCycle, log),
    vanish(complaint) {
      if (complaint !== null) log(complaint);
      parent.flushed().then(vanish, vanish);
    },
  });
  parent.listen(loop.hear, vanish);
  parent.say({ kind: 'ready', lockdown });
}

const parent = connectParent();
if (parent) work(parent);
else {
  log('a runner is started by Offpeak, with a channel to it');
  process.exitCode = 1;
}
