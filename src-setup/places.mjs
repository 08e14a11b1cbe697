import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. */
export const repository = fileURLToPath(new URL('../', import.meta.url)).replace(/[\\/]$/, '');

/** Where the build goes; nothing in it is written by hand. */
export const builtFolder = join(repository, 'out');

/**
 * Where this system keeps files that may be thrown away.
 * Sources: XDG Base Directory Specification; Apple's and Microsoft's own cache folders.
 * @param {{ platform: string, env: Record<string, string | undefined>, home: string }} system
 * @returns {string}
 */
export function usualCache({ platform, env, home }) {
  // The specification asks to ignore a relative path.
  if (env.XDG_CACHE_HOME?.startsWith('/')) return join(env.XDG_CACHE_HOME, 'offpeak');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'offpeak');
  if (platform === 'win32') {
    return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'offpeak', 'Cache');
  }
  return join(home, '.cache', 'offpeak');
}

/**
 * A cache folder that exists and can be written: the usual one, or, for an account without a home,
 * a folder beside the sources that git ignores.
 */
export function cacheFolder() {
  const system = { platform: process.platform, env: process.env, home: homedir() };
  const usual = usualCache(system);
  return canWrite(usual) ? usual : join(repository, '.offpeak-cache');
}

/** Makes the folder when it is missing; false when this account may not write there. */
export function canWrite(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
