import { type Gpu, LaneId } from '../../src-shared/gpu.ts';
import { gibibytes } from '../../src-shared/units.ts';

/** The largest buffer binding of SwiftShader: more than this no job could use at once. */
const SOFTWARE_MEMORY = gibibytes(1);

/** The lane of a computer without a card: WebGPU on the CPU. For trials and tests, never sold as a GPU. */
export const softwareGpu = (): Gpu => ({
  lane: LaneId.parse('software'),
  name: 'Software rendering (no GPU)',
  backend: 'webgpu',
  software: true,
  index: 0,
  vramTotal: SOFTWARE_MEMORY,
  powerMax: null,
  powerMin: null,
  powerDefault: null,
  pci: null,
  driver: null,
});
