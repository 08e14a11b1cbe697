import type { KernelSpec, Launch } from '../../src-shared/kernel.ts';
import { type BufferContents, type Failure, failure, type LoadedJob } from '../work/device.ts';
import { writeScalar } from '../work/scalar.ts';
import { messageOf } from './program.ts';
import type { LaunchBinding } from './wgsl-binding.ts';

/** Room for the numbers of one launch: WebGPU's default alignment for uniform offsets, above 24 arguments of 4 bytes. */
const UNIFORM_SLOT = 256;
/** Share of the last steps' time to doze through; the rest leaves room for a step that is a little shorter. */
const DOZE_SHARE = 0.8;
/** What waiting for work that is already done takes at most. */
const OVERSLEPT_MS = 1;
/** Shorter work is over before a timer is. */
const DOZE_FROM_MS = 5;

/** Waits so many milliseconds without using the processor. */
export type Doze = (ms: number) => Promise<void>;
/** A launch with its bindings and the pipeline that has them. */
export type Bound = { readonly binding: LaunchBinding; readonly pipeline: GPUComputePipeline };

/** A device, and how its host waits and learns of its loss. */
export type OpenDevice = {
  readonly device: GPUDevice;
  readonly lossOf: () => Failure | null;
  readonly doze: Doze | null;
};

/** Takes memory for every buffer and fills it. */
export async function loadWebGpuJob(
  { device, lossOf, doze }: OpenDevice,
  spec: KernelSpec,
  bound: ReadonlyMap<Launch, Bound>,
  contents: BufferContents,
): Promise<LoadedJob | Failure> {
  const { queue } = device;
  const taken: GPUBuffer[] = [];
  const take = (size: number, usage: number): GPUBuffer => {
    const buffer = device.createBuffer({ size, usage });
    taken.push(buffer);
    return buffer;
  };
  const close = () => {
    for (const buffer of taken) buffer.destroy();
    taken.length = 0;
  };
  /** Does `work` and says what the device found wrong with it; validation would be our bug or the program's. */
  const watched = async (doing: string, work: () => Promise<unknown>): Promise<Failure | null> => {
    device.pushErrorScope('validation');
    device.pushErrorScope('out-of-memory');
    const worked = work();
    const memory = device.popErrorScope();
    const validation = device.popErrorScope();
    const result = await Promise.all([memory, validation, worked]).catch(messageOf);
    // A lost device answers with nothing, or with errors that say less than the loss does.
    const loss = lossOf();
    if (loss) return loss;
    if (typeof result === 'string') return failure('device-lost', `${doing}: ${result}`);
    if (result[0]) return failure('out-of-memory', `${doing}: ${result[0].message}`);
    return result[1] ? failure('bad-program', `${doing}: ${result[1].message}`) : null;
  };

  const buffers = new Map<string, GPUBuffer>();
  const slots = Math.max(...spec.stages.map(({ launches }) => launches.length));
  const numbers = new DataView(new ArrayBuffer(slots * UNIFORM_SLOT));
  const uniforms: GPUBuffer[] = [];
  const filled = await watched('no memory for the buffers', async () => {
    for (const [name, { size }] of Object.entries(spec.buffers)) {
      const buffer = take(size, USAGE.storage | USAGE.copyFrom | USAGE.copyTo);
      buffers.set(name, buffer);
      const bytes = contents.get(name) ?? 'zeros'; // WebGPU's new buffers hold zeros.
      if (bytes !== 'zeros') queue.writeBuffer(buffer, 0, ownMemory(bytes));
    }
    uniforms.push(take(numbers.byteLength, USAGE.uniform | USAGE.copyTo));
  });
  if (filled) {
    close();
    return filled;
  }

  const groups = new Map<Launch, GPUBindGroup>();
  const groupOf = (launch: Launch, slot: number, { binding, pipeline }: Bound): GPUBindGroup => {
    const known = groups.get(launch);
    if (known) return known;
    const resources: GPUBufferBinding[] = [];
    for (const { name } of binding.buffers) {
      const buffer = buffers.get(name);
      if (buffer) resources.push({ buffer });
    }
    const [buffer] = uniforms;
    const size = Math.ceil((binding.scalars.length * 4) / 16) * 16;
    if (buffer && size > 0) resources.push({ buffer, offset: slot * UNIFORM_SLOT, size });
    const group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: resources.map((resource, index) => ({ binding: index, resource })),
    });
    groups.set(launch, group);
    return group;
  };

  let lastStep = 0;
  let stepBefore = 0;
  return {
    close,
    steps(launches, first, count) {
      const ready = launches.map((launch) => {
        const made = bound.get(launch);
        if (!made) throw new ReferenceError(`${launch.entry} was never made ready`);
        return { launch, made };
      });
      return watched(`kernel ${launches.map(({ entry }) => entry).join(', ')} failed`, async () => {
        const submitted = performance.now();
        for (let within = first; within < first + count; within += 1) {
          const encoder = device.createCommandEncoder();
          const pass = encoder.beginComputePass();
          for (const [slot, { launch, made }] of ready.entries()) {
            for (const [i, scalar] of made.binding.scalars.entries())
              writeScalar(numbers, slot * UNIFORM_SLOT + i * 4, scalar, within);
            pass.setPipeline(made.pipeline);
            pass.setBindGroup(0, groupOf(launch, slot, made));
            pass.dispatchWorkgroups(...launch.grid);
          }
          pass.end();
          const [uniform] = uniforms;
          // Taken over at once, and written in the queue's order: after the step before, before this one.
          if (uniform)
            queue.writeBuffer(uniform, 0, numbers.buffer, 0, launches.length * UNIFORM_SLOT);
          queue.submit([encoder.finish()]);
        }
        // The shorter of two: one step held up by something else must not put the next ones to sleep.
        const expected = Math.min(lastStep, stepBefore) * count;
        if (doze && expected >= DOZE_FROM_MS) await doze(expected * DOZE_SHARE);
        const awake = performance.now();
        await queue.onSubmittedWorkDone();
        const done = performance.now();
        stepBefore = lastStep;
        // Done at once: it may have been done long before, so that the next step is measured awake.
        lastStep = done - awake < OVERSLEPT_MS ? 0 : (done - submitted) / count;
      });
    },
    async read(names) {
      const read: Record<string, Uint8Array<ArrayBuffer>> = {};
      const copies: GPUBuffer[] = [];
      const trouble = await watched('the buffers cannot be read', async () => {
        const encoder = device.createCommandEncoder();
        const staged = names.flatMap((name) => {
          const source = buffers.get(name);
          if (!source) return [];
          const copy = device.createBuffer({
            size: source.size,
            usage: USAGE.mapForReading | USAGE.copyTo,
          });
          copies.push(copy);
          encoder.copyBufferToBuffer(source, 0, copy, 0, source.size);
          return [{ name, copy }];
        });
        queue.submit([encoder.finish()]);
        await Promise.all(staged.map(({ copy }) => copy.mapAsync(MAP_READ)));
        for (const { name, copy } of staged)
          read[name] = new Uint8Array(copy.getMappedRange().slice(0));
      });
      for (const copy of copies) copy.destroy();
      return trouble ?? read;
    },
  };
}

/** `GPUBufferUsage` and `GPUMapMode` of the standard: in Node they are not global. */
const USAGE = { mapForReading: 1, copyFrom: 4, copyTo: 8, uniform: 64, storage: 128 } as const;
const MAP_READ = 1;

/** The same bytes where they can be shared with no one, which is what WebGPU's types ask for. */
const ownMemory = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
