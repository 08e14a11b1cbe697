import type { Gpu } from '../../src-shared/gpu.ts';

/** The app, started with this switch, is the WebGPU host and nothing else. */
export const WEBGPU_HOST = 'webgpu-host';

/** Tells the page that Electron runs without Chromium's sandbox. */
export const UNSANDBOXED = '--offpeak-unsandboxed';

/** From here on Chromium can give WebGPU an adapter of its own. */
const CHROMIUM_WITH_ADAPTER_SWITCH = 120;

/** The folder of a lane's own Chromium profile: two WebGPU hosts cannot share one. */
export const webgpuProfile = ({ software, lane }: Gpu): string =>
  software ? 'webgpu' : `webgpu-${lane.replaceAll(/[^\w-]/g, '-')}`;

/**
 * The WebGPU host's command line. The software lane gets the software renderer only, so what runs there is always marked as
 * software; a card's lane gets no software renderer that it could fall back to unnoticed.
 */
export function webgpuSwitches(profile: string, chromium: string, { software }: Gpu): string[] {
  return [
    `--${WEBGPU_HOST}`,
    `--user-data-dir=${profile}`,
    // Chromium complains about what a hidden page never needs; last words are for what ended it.
    '--log-level=3',
    '--enable-unsafe-webgpu',
    ...(software ? softwareSwitches(chromium) : CARD_SWITCHES),
  ];
}

const softwareSwitches = (chromium: string): string[] =>
  Number.parseInt(chromium, 10) >= CHROMIUM_WITH_ADAPTER_SWITCH
    ? ['--use-webgpu-adapter=swiftshader']
    : // The old test runtime finds the software adapter only where all of Vulkan is software.
      ['--enable-features=Vulkan', '--use-vulkan=swiftshader'];

/** Not seen with a real card. */
const CARD_SWITCHES = [
  // Linux, where Chromium draws with OpenGL unless told otherwise; without meaning elsewhere.
  '--enable-features=Vulkan',
  '--disable-software-rasterizer',
  // An adapter then says its PCI number, by which one card is told from another.
  '--enable-webgpu-developer-features',
  '--force_high_performance_gpu',
  // Old drivers draw web pages wrongly; a job's results are checked by the network.
  '--ignore-gpu-blocklist',
];
