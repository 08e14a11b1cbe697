import { dirname } from 'node:path';
import { ensureBuild } from './build-steps/bundle.mjs';
import { ensureDependencies } from './packages/dependencies.mjs';
import { electronRuntime, trialNotice } from './runtime/electron-runtime.mjs';

/**
 * What every command needs first: packages, a build, an Electron. Each part does nothing when it is there.
 * @param {(line: string) => void} say
 */
export async function prepare(say) {
  await ensureDependencies(say);
  const [runtime] = await Promise.all([electronRuntime({ say }), ensureBuild(say)]);
  const notice = trialNotice(runtime);
  if (notice !== null) say(notice);
  return runtime;
}

/**
 * What plain Node needs besides: the software Vulkan driver that every Electron folder carries, for machines
 * without a GPU, and Electron's own Vulkan loader where the system has none.
 * @param {{ executable: string }} runtime
 * @param {{ systemHasVulkan: boolean }} found
 * @returns {Record<string, string>} additions to the environment
 */
export function headlessEnvironment({ executable }, { systemHasVulkan }, env = process.env) {
  const folder = dirname(executable);
  const additions = { OFFPEAK_SWIFTSHADER: folder };
  if (process.platform !== 'linux' || systemHasVulkan) return additions;
  const libraries = [folder, env.LD_LIBRARY_PATH].filter(
    (path) => path !== undefined && path !== '',
  );
  return { ...additions, LD_LIBRARY_PATH: libraries.join(':') };
}
