import { basename, join } from 'node:path';
import { z } from 'zod';
import { setAside } from '../../src-disk/durable-file.ts';
import { openJsonFile } from '../../src-disk/json-file.ts';
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
/** A thousand game rules are some 300 KiB. More than this was not written by us, and is not read into memory. */
const MOST = 8 * 1024 * 1024;

/**
 * Reading and keeping aside, the same with and without Electron. The shape is left to `parseSettings`, which saves what is
 * good in a file that is not.
 */
export function settingsFile(folder: string) {
  const path = join(folder, `${SETTINGS_NAME}.json`);
  const file = openJsonFile(path, z.unknown(), { most: MOST });
  return {
    write: file.write,
    read: (): unknown => {
      const found = file.read();
      switch (found.kind) {
        case 'ok':
          return found.value;
        case 'none':
          return undefined;
        case 'damaged':
          throw new SyntaxError(found.why);
        case 'unreadable':
          throw found.error;
      }
    },
    keepAside: (at: number) => basename(setAside(path, at)),
  };
}

/** Settings for the agent in plain Node; the folder must exist. */
export const nodeSettingsDisk = (folder: string): SettingsDisk => settingsFile(folder);
