import { createHash } from 'node:crypto';
import { connectParent, type Parent } from '../../../src-runner/parent.ts';
import { openWebGpu } from '../../../src-runner/webgpu/webgpu.ts';
import { openDutyCycle, realClock } from '../../../src-runner/work/duty-cycle.ts';
import { execute } from '../../../src-runner/work/execution.ts';
import { RunnerCommand } from '../../../src-shared/runner-protocol.ts';
import { seconds } from '../../../src-shared/units.ts';
import { addition, SAXPY_WGSL, startOf } from '../jobs.ts';

/** Steps before the card goes. */
const STEPS = 3;

/** Runs a job on a card that is taken away after some steps, as a crashed driver does, and says how it ended. */
async function loseDevice(parent: Parent): Promise<void> {
  const { create } = await import('webgpu');
  const gpu = create([]);
  const devices: GPUDevice[] = [];
  const requestAdapter = gpu.requestAdapter.bind(gpu);
  gpu.requestAdapter = async (options) => {
    const adapter = await requestAdapter(options);
    if (!adapter) return null;
    const requestDevice = adapter.requestDevice.bind(adapter);
    adapter.requestDevice = async (descriptor) => {
      const device = await requestDevice(descriptor);
      devices.push(device);
      return device;
    };
    return adapter;
  };

  const command = RunnerCommand.parse(startOf(addition('webgpu', SAXPY_WGSL, 1000)));
  if (command.kind !== 'start' || command.job.kind !== 'kernel')
    throw new Error('not the start of a kernel job');
  const start = { ...command, job: command.job };
  let steps = 0;
  const host = {
    say: () => undefined,
    sha256: async (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex'),
    breathe: async () => {
      steps += 1;
      if (steps === STEPS) for (const device of devices) device.destroy();
    },
    stepTimeout: seconds(10),
    clock: realClock,
  };
  const open = () => openWebGpu(gpu, null, null);
  const { signal } = new AbortController();
  parent.say(await execute(start, open, host, signal, openDutyCycle(realClock)));
}

const parent = connectParent();
if (!parent) throw new Error('it is started with the pipes of a runner');
parent.listen(() => {}, process.exit);
parent.say({ kind: 'ready', lockdown: { held: [], missing: [] } });
void loseDevice(parent);
