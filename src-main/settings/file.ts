import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../src-disk/disk-trouble.ts';
import { replaceFile, setAside } from '../../src-disk/durable-file.ts';
import type { Settings } from '../../src-shared/settings.ts';

/** Where settings lie. `shell/settings-disk.ts` is the one for Electron. */
export type SettingsDisk = {
  /** What the file says, unparsed; undefined where there is none. Throws where it cannot be read or is no JSON. */
  readonly read: () => unknown;
  /** Replaces the file whole. Throws Node's fs error, and then the old file is still there. */
  readonly write: (value: Settings) => void;
  /** Moves the file to a name of its own, which is returned. Throws Node's fs error. */
  readonly keepAside: (at: number) => string;
};

export const SETTINGS_NAME = 'settings';
const EXT = '.json';
/** A thousand game rules are some 300 KiB. More than this was not written by us, and is not read into memory. */
const MAX_SETTINGS = 8 * 1024 * 1024;

/** Reading and keeping aside, the same with and without Electron. */
export function settingsFile(folder: string) {
  const path = join(folder, `${SETTINGS_NAME}${EXT}`);
  return {
    path,
    read: (): unknown => {
      try {
        const { size } = statSync(path);
        if (size > MAX_SETTINGS) throw new SyntaxError(`${size} bytes are too many for settings`);
        return JSON.parse(readFileSync(path, 'utf8'));
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
    keepAside: (at: number) => setAside(folder, SETTINGS_NAME, EXT, 'corrupt', at),
  };
}

/** Settings for the agent in plain Node; the folder must exist. */
export function nodeSettingsDisk(folder: string): SettingsDisk {
  const { path, read, keepAside } = settingsFile(folder);
  return {
    read,
    keepAside,
    write: (value) => replaceFile(path, `${JSON.stringify(value, null, 2)}\n`),
  };
}
