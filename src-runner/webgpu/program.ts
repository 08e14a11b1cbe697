import { type Failure, failure, type ProgramText } from '../work/device.ts';
import { parseWgsl, type WgslModule } from './wgsl.ts';
import type { LaunchBinding } from './wgsl-binding.ts';

/** A module compiled, and the pipelines made of it, by entry point and the access of each binding. */
export type Compiled = {
  readonly module: GPUShaderModule;
  readonly declared: WgslModule;
  readonly pipelines: Map<string, GPUComputePipeline>;
};

/** What a thrown thing says. */
export const messageOf = (error: unknown): string =>
  error instanceof Error || error instanceof DOMException ? error.message : String(error);

/** Compiles WGSL; the failure names each line that is wrong. */
export async function compile(
  device: GPUDevice,
  { text }: ProgramText,
): Promise<Compiled | Failure> {
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ code: text });
  const [error, info] = await Promise.all([device.popErrorScope(), module.getCompilationInfo()]);
  const lines = text.split('\n');
  const messages = info.messages
    .filter(({ type }) => type === 'error')
    .map(
      (m) =>
        `line ${m.lineNum}:${m.linePos}: ${m.message}\n  ${lines[m.lineNum - 1]?.trim() ?? ''}`,
    );
  if (error || messages.length > 0)
    return failure(
      'bad-program',
      `the WGSL does not compile: ${messages.join('\n') || error?.message}`,
    );
  return { module, declared: parseWgsl(text), pipelines: new Map() };
}

/** The pipeline for one entry point with its bindings laid out as `binding` says; kept with the program. */
export async function makePipeline(
  device: GPUDevice,
  { module, pipelines }: Compiled,
  entryPoint: string,
  { buffers, scalars }: LaunchBinding,
): Promise<GPUComputePipeline | Failure> {
  const types: GPUBufferBindingType[] = buffers.map(({ writable }) =>
    writable ? 'storage' : 'read-only-storage',
  );
  if (scalars.length > 0) types.push('uniform');
  const key = [entryPoint, ...types].join(' ');
  const known = pipelines.get(key);
  if (known) return known;
  device.pushErrorScope('validation');
  const entries = types.map((type, binding) => ({ binding, visibility: 4, buffer: { type } }));
  const layout = device.createPipelineLayout({
    bindGroupLayouts: [device.createBindGroupLayout({ entries })],
  });
  const made = device
    .createComputePipelineAsync({ layout, compute: { module, entryPoint } })
    .catch(messageOf);
  const [error, pipeline] = await Promise.all([device.popErrorScope(), made]);
  if (error || typeof pipeline === 'string')
    return failure(
      'bad-program',
      `${entryPoint} cannot run on this adapter: ${error?.message ?? pipeline}`,
    );
  pipelines.set(key, pipeline);
  return pipeline;
}
