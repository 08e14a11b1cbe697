import { headlessEnvironment } from '../../src-setup/preparation.mjs';
import { electronRuntime } from '../../src-setup/runtime/electron-runtime.mjs';

/** What `npm start` adds for a machine without a GPU: the software renderer of the Electron at hand, and its loader. */
export async function softwareLane(): Promise<Record<string, string>> {
  const runtime = await electronRuntime({ say: () => undefined });
  // Asked for even where the system has a loader of its own, so that the test is the same everywhere.
  return headlessEnvironment(runtime, { systemHasVulkan: false });
}
