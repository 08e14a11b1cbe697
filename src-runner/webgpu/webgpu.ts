import type { Sha256 } from '../../src-shared/blob.ts';
import type { Chip } from '../../src-shared/gpu.ts';
import type { KernelSpec, Launch } from '../../src-shared/kernel.ts';
import { type Device, type Failure, failure, isFailure } from '../work/device.ts';
import { adapterFault, adapterName, readAdapter } from './adapter.ts';
import { type Bound, type Doze, loadWebGpuJob, type OpenDevice } from './job.ts';
import { type Compiled, compile, makePipeline, messageOf } from './program.ts';
import { bindLaunch } from './wgsl-binding.ts';

// One implementation for both hosts: Chromium's `navigator.gpu` in a page, Dawn's in plain Node. No module of either may
// be imported here, nor by what this imports. Chrome 114 is the oldest: what came after it is looked for before it is used.

/** Programs kept compiled after their job: a network sends runs of jobs with one program. */
const WARM_PROGRAMS = 4;

/** Limits asked for at the adapter's full size; the defaults are those of the weakest phone. */
const WANTED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupStorageSize',
] as const;

/**
 * Opens the system's first choice of adapter. WebGPU has no ordinals: a machine shows a page one adapter only. Where that is
 * not `chip` nothing is opened; null takes any.
 *
 * `doze` is for a host that spins while it waits for the GPU, as Dawn in Node does; null where waiting costs nothing.
 */
export async function openWebGpu(
  gpu: GPU,
  doze: Doze | null,
  chip: Chip | null,
): Promise<Device | Failure> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter)
    return failure(
      'no-device',
      chip
        ? 'WebGPU offers no card at all: the driver of this one may be missing or too old'
        : 'this system offers WebGPU no adapter',
    );
  const about = await readAdapter(adapter);
  const fault = chip && adapterFault(chip, about);
  if (fault) return failure('no-device', fault);
  const requiredLimits: Record<string, number> = {};
  for (const limit of WANTED_LIMITS) requiredLimits[limit] = adapter.limits[limit];
  let device: GPUDevice;
  try {
    device = await adapter.requestDevice({ requiredLimits });
  } catch (error) {
    return failure('no-device', `the WebGPU adapter gives no device: ${messageOf(error)}`);
  }

  let loss: Failure | null = null;
  device.lost.then(({ message }) => {
    loss = failure('device-lost', `the GPU is gone: ${message}`);
  });
  const open: OpenDevice = { device, lossOf: () => loss, doze };
  const warm = new Map<Sha256, Compiled>();
  const load: Device['load'] = async ({ spec, program, contents }) => {
    const compiled = warm.get(program.sha256) ?? (await compile(device, program));
    if (isFailure(compiled)) return compiled;
    // Map keeps the order of insertion: putting it in again makes it the latest.
    warm.delete(program.sha256);
    warm.set(program.sha256, compiled);
    for (const sha256 of warm.keys()) {
      if (warm.size <= WARM_PROGRAMS) break;
      warm.delete(sha256);
    }
    const bound = new Map<Launch, Bound>();
    for (const { launches } of spec.stages)
      for (const launch of launches) {
        const binding = bindLaunch(compiled.declared, spec, launch);
        if (isFailure(binding)) return binding;
        const pipeline = await makePipeline(device, compiled, launch.entry, binding);
        if (isFailure(pipeline)) return pipeline;
        bound.set(launch, { binding, pipeline });
      }
    return checkSizes(device, spec) ?? loadWebGpuJob(open, spec, bound, contents);
  };
  return {
    name: adapterName(about),
    load: (...job) =>
      load(...job).catch((error: unknown) => {
        // A lost device breaks the promises of whatever was going on; anything else that is thrown is a bug.
        if (loss) return loss;
        throw error;
      }),
  };
}

function checkSizes({ limits }: GPUDevice, spec: KernelSpec): Failure | null {
  const most = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  for (const [name, { size }] of Object.entries(spec.buffers))
    if (size > most)
      return failure(
        'out-of-memory',
        `buffer ${name} has ${size} bytes, this adapter takes at most ${most}`,
      );
  return null;
}
