import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Chip } from '../../src-shared/gpu.ts';
import { type Device, type Failure, failure } from '../work/device.ts';
import { openWebGpu } from './webgpu.ts';

/**
 * WebGPU in plain Node. Not for Electron, whose V8 lets no native module hand out memory: there the adapter and every
 * dispatch work, but reading back fails, so the hidden window does this work instead.
 *
 * `swiftshader`: a folder of an Electron or Chromium with its software Vulkan driver, for machines without a GPU; null
 * takes what the system offers. Work for a card (`chip`) is done on that card or not at all. The Vulkan loader reads the variables when the first instance is made.
 */
export async function openDawn(
  swiftshader: string | null,
  chip: Chip | null,
): Promise<Device | Failure> {
  if (swiftshader !== null && chip === null) {
    const driver = join(swiftshader, 'vk_swiftshader_icd.json');
    process.env.VK_DRIVER_FILES = driver;
    process.env.VK_ICD_FILENAMES = driver; // what loaders before 1.3.207 read
  }
  try {
    const { create } = await import('webgpu');
    // Dawn's GPU must outlive everything made of it: the device below holds no reference that the collector sees.
    gpu ??= create([]);
  } catch (error) {
    return failure('no-device', `WebGPU cannot be used in this process: ${String(error)}`);
  }
  return openWebGpu(gpu, (ms) => setTimeout(ms), chip);
}

let gpu: GPU | null = null;
