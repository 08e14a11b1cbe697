import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runNpm } from '../command.mjs';
import { withLock } from '../lock.mjs';
import { repository } from '../places.mjs';
import { contentStamp, readStamp } from '../stamp.mjs';

const modules = join(repository, 'node_modules');
const lockFile = join(repository, 'package-lock.json');
const stampFile = join(modules, '.offpeak-dependencies');

/**
 * Installs what package-lock.json names, unless it is installed already. No package's own scripts run.
 * @param {(line: string) => void} say
 * @throws when npm fails; the message holds npm's last words
 */
export async function ensureDependencies(say) {
  if (readStamp(stampFile) === wantedStamp()) return;
  await withLock(`dependencies of ${repository}`, say, async () => {
    if (readStamp(stampFile) === wantedStamp()) return;
    if (!isInstalled()) await install(say);
    writeFileSync(stampFile, `${wantedStamp()}\n`);
    linkCommand();
  });
}

/** Packages differ from system to system, so a node_modules carried to another one must not pass. */
function wantedStamp() {
  return `${process.platform}-${process.arch}-${contentStamp(repository, [lockFile])}`;
}

async function install(say) {
  say('Installing dependencies (npm ci). The first time takes a minute or two.');
  const { code, output } = await runNpm(['ci', '--ignore-scripts'], repository);
  if (code !== 0) throw new Error(`npm ci failed with code ${code}.\n${output.trim()}`);
}

function isInstalled() {
  const hiddenLock = join(modules, '.package-lock.json');
  if (!existsSync(hiddenLock)) return false;
  return sameTree(parse(lockFile), parse(hiddenLock), hasFolder);
}

function hasFolder(path) {
  return existsSync(join(repository, path));
}

function parse(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * Whether npm's own note of what it installed (node_modules/.package-lock.json) agrees with the lockfile.
 * Optional packages may be absent: npm leaves out those of other systems.
 * @param {{ packages: Record<string, { version?: string, optional?: boolean }> }} wanted
 * @param {{ packages: Record<string, { version?: string }> }} installed
 * @param {(path: string) => boolean} isThere
 */
export function sameTree(wanted, installed, isThere) {
  const entries = Object.entries(wanted.packages).filter(([path]) => path !== '');
  const known = new Set(entries.map(([path]) => path));
  return (
    Object.keys(installed.packages).every((path) => known.has(path)) &&
    entries.every(([path, entry]) => {
      const found = installed.packages[path];
      if (found === undefined) return entry.optional === true;
      return found.version === entry.version && isThere(path);
    })
  );
}

/**
 * npm links the commands of dependencies, not the project's own; with this link `npx offpeak` runs the
 * one in this clone at once instead of asking the registry for a package of that name.
 */
function linkCommand() {
  // On Windows npx reads package.json's own bin field, which is slower and good enough.
  if (process.platform === 'win32') return;
  const link = join(modules, '.bin', 'offpeak');
  if (existsSync(link)) return;
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync('../../src-setup/offpeak.mjs', link);
}
