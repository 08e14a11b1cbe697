// npm run screenshots [-- STATE ...]: every screen in every state, light and dark, at both sizes, in both languages, drawn
// by real Electron into screenshots/, which git ignores. Ends with what is wrong with them, if anything.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.mjs';
import { insistOnNode } from './node-version.mjs';
import {
  bringSystemPackages,
  missingLibraries,
  missingPrograms,
} from './packages/system-packages.mjs';
import { repository } from './places.mjs';
import { prepare } from './preparation.mjs';
import { sandboxObstacle } from './runtime/sandbox.mjs';

insistOnNode();
const states = process.argv.slice(2);
try {
  const { executable } = await prepare(console.log);
  process.exitCode = process.env.DISPLAY
    ? await draw(executable)
    : await drawOnOwnDisplay(executable);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function drawOnOwnDisplay(executable) {
  const missing = [...(await missingLibraries(executable)), ...missingPrograms()];
  const advice = await bringSystemPackages(missing, console.log);
  if (advice !== null) throw new Error(advice);
  const self = fileURLToPath(import.meta.url);
  const words = ['--auto-servernum', process.execPath, self, ...states];
  return (await runCommand('xvfb-run', words, { cwd: repository, show: true })).code;
}

async function draw(executable) {
  const { drawGallery } = await import('../tests/electron/gallery/gallery.mjs');
  const switches = (await sandboxObstacle(executable)) === null ? [] : ['--no-sandbox'];
  const folder = join(repository, 'screenshots');
  const say = (line) => console.log(line);
  const { pictures, faults } = await drawGallery({ executable, switches, folder, states, say });
  console.log(`${pictures} pictures in ${folder}.`);
  for (const fault of faults) console.log(fault);
  console.log(faults.length === 0 ? 'No fault found.' : `${faults.length} faults.`);
  return faults.length === 0 ? 0 : 1;
}
