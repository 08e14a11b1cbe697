import { posix, win32 } from 'node:path';
import { type LibrarySource, type Machine, shelfOf } from './library.ts';

/**
 * Folders in which some stores put one folder for each game, unless told otherwise. These stores write no list that
 * could be read cheaply, so a game put elsewhere is noticed by its window only.
 */
export function gameFolders({ platform, homes, env }: Machine): string[] {
  switch (platform) {
    case 'win32': {
      const programs = env.ProgramFiles ?? 'C:\\Program Files';
      const old = env['ProgramFiles(x86)'] ?? 'C:\\Program Files (x86)';
      return [
        win32.join(programs, 'EA Games'),
        win32.join(old, 'Ubisoft\\Ubisoft Game Launcher\\games'),
        'C:\\Amazon Games\\Library',
        ...homes.map((home) => win32.join(home, 'AppData\\Roaming\\itch\\apps')),
      ];
    }
    case 'darwin':
      return homes.map((home) => posix.join(home, 'Library/Application Support/itch/apps'));
    default:
      return homes.map((home) => posix.join(home, '.config/itch/apps'));
  }
}

/** The games in those folders. */
export const folderSource = (machine: Machine): LibrarySource => ({
  // A new folder needs no reading: its name is all there is.
  watched: () => [],
  read: () => gameFolders(machine).map((folder) => shelfOf(folder, machine)),
});
