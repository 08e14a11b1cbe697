import {
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from '../command.mjs';
import { withLock } from '../lock.mjs';
import { cacheFolder, repository } from '../places.mjs';
import { hasTrialRuntime, trialRuntime, versionIn } from './trial-runtime.mjs';

/** 100 MB over a slow home line; a host that does not answer fails within seconds by itself. */
const DOWNLOAD_LIMIT_MS = 10 * 60_000;
/** Networks change, but not while somebody runs the tests twice. */
const ASK_AGAIN_AFTER_MS = 24 * 60 * 60_000;

const packageFolder = join(repository, 'node_modules', 'electron');

/**
 * An Electron to run the app with: the one package.json names, from its official installer, or else the
 * old stand-in. Asks the network at most once a day; with everything in place it takes milliseconds.
 * @param {{ say?: (line: string) => void }} [how]
 * @returns {Promise<{
 *   executable: string, version: string, trial: boolean, distForPackaging: () => Promise<string>
 * }>} distForPackaging makes (once) and names a folder that electron-builder may copy
 * @throws when this system has no stand-in and the official one cannot be had
 */
export async function electronRuntime({ say = console.log } = {}) {
  const official = installed() ?? (await installOfficial(say));
  const runtime = official ?? (await trialRuntime(say));
  return {
    ...runtime,
    trial: official === null,
    distForPackaging: () => distForPackaging(runtime, say),
  };
}

/** One line for the person when the stand-in is used, or null. */
export function trialNotice({ trial, version }) {
  if (!trial) return null;
  return `Electron's own host cannot be reached: using Electron ${version}, which is old and for testing only.`;
}

function installed() {
  const pathFile = join(packageFolder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const executable = join(packageFolder, 'dist', readFileSync(pathFile, 'utf8'));
  if (!existsSync(executable)) return null;
  return { executable, version: versionIn(join(packageFolder, 'dist')) };
}

async function installOfficial(say) {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  const marker = join(cacheFolder(), `electron-${version}.unreachable`);
  if (hasTrialRuntime && isRecent(marker)) return null;
  return withLock(`Electron in ${packageFolder}`, say, async () => {
    const byAnother = installed();
    if (byAnother !== null) return byAnother;
    say(`Fetching Electron ${version} from its own host (about 100 MB).`);
    const { code, output } = await runCommand(
      process.execPath,
      [join(packageFolder, 'install.js')],
      {
        limitMs: DOWNLOAD_LIMIT_MS,
      },
    );
    const found = code === 0 ? installed() : null;
    if (found !== null) {
      rmSync(marker, { force: true });
      return found;
    }
    if (!hasTrialRuntime) {
      throw new Error(
        `Electron ${version} could not be fetched, and there is no stand-in for ${process.platform}-${process.arch}. Check the network and run this again.\n${output.trim()}`,
      );
    }
    mkdirSync(dirname(marker), { recursive: true });
    writeFileSync(marker, output);
    return null;
  });
}

function isRecent(file) {
  const found = statSync(file, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs < ASK_AGAIN_AFTER_MS;
}

/**
 * A copy without default_app.asar, which electron-builder would pack along. A real copy: electron-builder
 * may flip fuses in what it is given, and the tests' own runtime must stay as it is.
 */
async function distForPackaging({ executable, version }, say) {
  const source = dirname(executable);
  const trialName = source.startsWith(cacheFolder())
    ? source
    : join(cacheFolder(), `electron-${version}`);
  const dist = `${trialName}-dist`;
  if (existsSync(dist)) return dist;
  return withLock(`packaging copy ${dist}`, say, async () => {
    if (existsSync(dist)) return dist;
    const work = `${dist}.part`;
    rmSync(work, { recursive: true, force: true });
    cpSync(source, work, {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    });
    rmSync(join(work, 'resources', 'default_app.asar'), { force: true });
    renameSync(work, dist);
    return dist;
  });
}
