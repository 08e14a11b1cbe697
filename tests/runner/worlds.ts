import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Backend } from '../../src-shared/gpu.ts';
import { buildFakes } from '../fakes/build.ts';
import { type FakeGpuOptions, fakeGpuEnvironment } from '../fakes/gpu-state.ts';

/** A backend on this machine: what a runner needs in its environment, and the small kernels as a program for it. */
export type World = {
  readonly backend: Backend;
  readonly env: Readonly<Record<string, string>>;
  readonly program: string;
  readonly remove: () => void;
};

const Runtime = z.object({ executable: z.string() });
const runtimeScript = fileURLToPath(
  new URL('../../src-setup/runtime/electron-runtime.mjs', import.meta.url),
);
const kernels = new URL('../fakes/kernels/', import.meta.url);

/** The text of a file of small kernels for a backend. */
export const kernelText = (source: string, backend: Backend): string =>
  readFileSync(new URL(`${source}.${backend === 'cuda' ? 'ptx' : 'wgsl'}`, kernels), 'utf8');

/** The folder of an Electron with SwiftShader, the software Vulkan driver. Throws where there is none. */
export async function swiftshaderFolder(): Promise<string> {
  const { electronRuntime } = await import(/* @vite-ignore */ pathToFileURL(runtimeScript).href);
  const folder = dirname(Runtime.parse(await electronRuntime()).executable);
  if (!existsSync(join(folder, 'vk_swiftshader_icd.json')))
    throw new Error(`the Electron in ${folder} has no SwiftShader (vk_swiftshader_icd.json)`);
  return folder;
}

/** WebGPU in plain Node on SwiftShader. The same folder holds the Vulkan loader, which a bare system lacks. */
export async function softwareWorld(): Promise<World> {
  const folder = await swiftshaderFolder();
  return {
    backend: 'webgpu',
    program: kernelText('basic', 'webgpu'),
    env: { OFFPEAK_SWIFTSHADER: folder, LD_LIBRARY_PATH: folder },
    remove: () => undefined,
  };
}

/** Whether this run is about the NVIDIA card of this machine (`npm run test:gpu`). */
export const onRealCard = process.env.OFFPEAK_REAL_CARD === '1';

/** CUDA on the emulated driver, or where a test is run for that, on the card of this machine. */
export async function cudaWorld(
  options: Omit<FakeGpuOptions, 'fakes' | 'folder'> = {},
): Promise<World> {
  if (onRealCard)
    return {
      backend: 'cuda',
      program: kernelText('basic', 'cuda'),
      env: {},
      remove: () => undefined,
    };
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-card-'));
  return {
    backend: 'cuda',
    program: kernelText('basic', 'cuda'),
    env: fakeGpuEnvironment({ fakes: await buildFakes(), folder, ...options }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
