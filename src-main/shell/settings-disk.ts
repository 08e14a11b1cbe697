import Store from 'electron-store';
import { SETTINGS_NAME, type SettingsDisk, settingsFile } from '../settings/file.ts';

/**
 * Settings through electron-store, in the same file as the agent in plain Node. Reading goes past electron-store: it would
 * turn an array or a number into settings, and we want to know what was wrong.
 */
export function electronSettingsDisk(folder: string): SettingsDisk {
  const { read, keepAside } = settingsFile(folder);
  return {
    read,
    keepAside,
    write(value) {
      // A broken file was kept aside before the first write, so nothing is lost by clearing one.
      const store = new Store({ name: SETTINGS_NAME, cwd: folder, clearInvalidConfig: true });
      store.store = { ...value };
    },
  };
}
