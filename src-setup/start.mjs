// npm start: install, build and fetch what is missing, then run Offpeak. With a display: tray and window.
// Without one, or with --headless: the same agent in plain Node, its window at a printed loopback address.
import { join } from 'node:path';
import { followApp } from './app-process.mjs';
import { insistOnNode } from './node-version.mjs';
import {
  bringSystemPackages,
  hasVulkanLoader,
  missingLibraries,
} from './packages/system-packages.mjs';
import { builtFolder, repository } from './places.mjs';
import { headlessEnvironment, prepare } from './preparation.mjs';
import { sandboxObstacle } from './runtime/sandbox.mjs';

insistOnNode();
const words = process.argv.slice(2);
const passedOn = words.filter((word) => word !== '--headless');
try {
  const runtime = await prepare(console.log);
  const windowless = words.includes('--headless') ? 'as asked' : await whyNoWindow(runtime);
  process.exitCode =
    windowless === null ? await startWindow(runtime) : await startHeadless(runtime, windowless);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** Null when a window can open, else why not. */
async function whyNoWindow({ executable }) {
  const desktop = process.platform === 'win32' || process.platform === 'darwin';
  const display = process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!desktop && !display) return 'there is no display';
  const advice = await bringSystemPackages(await missingLibraries(executable), console.log);
  if (advice === null) return null;
  console.log(advice);
  return 'the window lacks system libraries';
}

async function startWindow({ executable }) {
  const obstacle = await sandboxObstacle(executable);
  if (obstacle !== null) console.log(obstacle);
  const switches = obstacle === null ? [] : ['--no-sandbox'];
  return followApp(executable, [...switches, repository, ...passedOn], process.env);
}

async function startHeadless(runtime, because) {
  console.log(`Starting without a window (${because}).`);
  const systemHasVulkan = await hasVulkanLoader();
  const env = { ...process.env, ...headlessEnvironment(runtime, { systemHasVulkan }) };
  return followApp(process.execPath, [join(builtFolder, 'main/headless.cjs'), ...passedOn], env);
}
