import { posix, win32 } from 'node:path';
import { type LibrarySource, type Machine, shelfOf } from './library.ts';

type StoreFolder = { readonly store: string; readonly folder: string };

/**
 * Folders in which some stores put one folder for each game, unless told otherwise. These stores write no list that
 * could be read cheaply, so a game put elsewhere is noticed by its window only.
 */
export function gameFolders({ platform, homes, env }: Machine): StoreFolder[] {
  const itch = (folder: string) => ({ store: 'itch', folder });
  switch (platform) {
    case 'win32': {
      const programs = env.ProgramFiles ?? 'C:\\Program Files';
      const old = env['ProgramFiles(x86)'] ?? 'C:\\Program Files (x86)';
      return [
        { store: 'EA app', folder: win32.join(programs, 'EA Games') },
        {
          store: 'Ubisoft Connect',
          folder: win32.join(old, 'Ubisoft\\Ubisoft Game Launcher\\games'),
        },
        { store: 'Amazon Games', folder: 'C:\\Amazon Games\\Library' },
        ...homes.map((home) => itch(win32.join(home, 'AppData\\Roaming\\itch\\apps'))),
      ];
    }
    case 'darwin':
      return homes.map((home) => itch(posix.join(home, 'Library/Application Support/itch/apps')));
    default:
      return homes.map((home) => itch(posix.join(home, '.config/itch/apps')));
  }
}

/** The games in those folders, store by store. */
export function folderSources(machine: Machine): readonly LibrarySource[] {
  const folders = gameFolders(machine);
  return [...new Set(folders.map(({ store }) => store))].map((name) => {
    const own = folders.filter(({ store }) => store === name).map(({ folder }) => folder);
    return {
      name,
      watched: () => own,
      read: () => own.map((folder) => shelfOf(folder, machine)),
    };
  });
}
