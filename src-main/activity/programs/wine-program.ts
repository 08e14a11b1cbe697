import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { posix, win32 } from 'node:path';

/**
 * Wine's own loaders, which every Windows program runs as: of distributions, Valve's Proton, Lutris and CrossOver. The
 * Windows program is in the command line and nowhere else.
 */
const LOADER =
  /^(wine(64)?(-(stable|staging|devel|development))?(-preloader)?|wine(-)?loader(64)?(-preloader)?)$/;

/** Wine's own programs, where Windows keeps its own, and by name where only a name is said. */
const WINDOWS_FOLDER = /^[a-z]:\\windows\\/i;
const WINE_HELPERS =
  /^(services|explorer|winedevice|plugplay|rpcss|svchost|steam|conhost|wineboot|start|tabtip|xalia|cmd|rundll32|regsvr32|regedit|reg|winemenubuilder|wineconsole|winecfg|winedbg|winepath|wineserver|iexplore|msiexec|iscriptevaluator|d3ddriverquery64|d3ddriverquery|lsteamclient|net|uninstaller|ntoskrnl)(\.exe)?$/i;

/** The most of a command line or an environment that we look at. Characters; Linux allows two million. */
const MAX_PROC = 256 * 1024;
/** How many words of a command line may come before the program: loaders and `start /unix`. */
const MAX_WORDS = 8;

/** What Linux tells of a process; null where it does not, as of other people's. */
export type ProcessFacts = {
  readonly commandLine: () => readonly string[] | null;
  readonly environment: () => ReadonlyMap<string, string> | null;
  readonly folder: () => string | null;
};

/** Whether this executable is Wine: then it is nobody's game by itself. */
export const isWine = (exePath: string): boolean => LOADER.test(posix.basename(exePath));

/**
 * The Unix path of the Windows program that a Wine process runs; null for Wine's own helpers, and where Linux does not
 * tell. The path is real where the file can be found from here, else as the program was called.
 */
export function wineProgram(facts: ProcessFacts): string | null {
  const words = facts.commandLine()?.slice(0, MAX_WORDS) ?? [];
  const called = words.find((word) => !isWine(word) && (isWindowsPath(word) || isExe(word)));
  if (called === undefined) return null;
  const name = win32.basename(called);
  if (WINDOWS_FOLDER.test(called) || WINE_HELPERS.test(name)) return null;
  const environment = facts.environment();
  if (posix.isAbsolute(called)) return realCase(called);
  if (isWindowsPath(called)) return unixPath(called, environment);
  const folder = facts.folder();
  const near = folder === null ? null : realCase(posix.join(folder, called.replaceAll('\\', '/')));
  if (near !== null && found(near) !== null) return near;
  // Called by its bare name from anywhere: Steam says where its game lies.
  const install = environment?.get('STEAM_COMPAT_INSTALL_PATH') ?? folder;
  return install && posix.isAbsolute(install) ? posix.join(install, name) : null;
}

const isWindowsPath = (word: string): boolean => /^(\\\\\?\\)?[a-z]:[\\/]/i.test(word);
const isExe = (word: string): boolean => /\.exe$/i.test(word);

/** A Windows path as this Wine's drives say. */
function unixPath(path: string, environment: ReadonlyMap<string, string> | null): string {
  const whole = win32.normalize(path.replace(/^\\\\\?\\/, ''));
  const drive = whole.slice(0, 2).toLowerCase();
  const below = whole.slice(3).split('\\').join('/');
  const prefix = prefixOf(environment);
  const root = prefix === null ? null : found(posix.join(prefix, 'dosdevices', drive));
  if (root !== null) return realCase(posix.join(root, below));
  if (drive === 'c:' && prefix !== null) return realCase(posix.join(prefix, 'drive_c', below));
  // Drive Z is the whole system, unless somebody changed it.
  return realCase(posix.join('/', below));
}

function prefixOf(environment: ReadonlyMap<string, string> | null): string | null {
  const wine = environment?.get('WINEPREFIX');
  if (wine && posix.isAbsolute(wine)) return wine;
  const proton = environment?.get('STEAM_COMPAT_DATA_PATH');
  if (proton && posix.isAbsolute(proton)) return posix.join(proton, 'pfx');
  const home = environment?.get('HOME');
  return home && posix.isAbsolute(home) ? posix.join(home, '.wine') : null;
}

/** Wine does not tell upper from lower case, the disk does: the path as the disk writes it, links resolved. */
function realCase(path: string): string {
  const whole = posix.normalize(path);
  const there = found(whole);
  if (there !== null) return there;
  let at = '/';
  const names = whole.split('/').filter((name) => name !== '');
  for (const [i, name] of names.entries()) {
    const next = found(posix.join(at, name)) ?? spelledElse(at, name);
    // Seen from inside a sandbox, or gone: what was said is all we know.
    if (next === null) return posix.join(at, ...names.slice(i));
    at = next;
  }
  return at;
}

function spelledElse(folder: string, name: string): string | null {
  try {
    const folded = name.toLowerCase();
    const other = readdirSync(folder).find((one) => one.toLowerCase() === folded);
    return other === undefined ? null : found(posix.join(folder, other));
  } catch {
    return null;
  }
}

function found(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** What Linux tells of a running process. */
export const factsOf = (pid: number): ProcessFacts => ({
  commandLine: () => readWords(`/proc/${pid}/cmdline`),
  environment: () => {
    const words = readWords(`/proc/${pid}/environ`);
    if (words === null) return null;
    return new Map(
      words.flatMap((word) => {
        const at = word.indexOf('=');
        return at < 1 ? [] : [[word.slice(0, at), word.slice(at + 1)] as const];
      }),
    );
  },
  folder: () => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`);
    } catch {
      return null;
    }
  },
});

function readWords(path: string): string[] | null {
  try {
    const text = readFileSync(path, 'utf8').slice(0, MAX_PROC);
    return text === '' ? null : text.split('\0').filter((word) => word !== '');
  } catch {
    return null;
  }
}
