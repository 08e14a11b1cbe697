import { posix } from 'node:path';
import { within } from '../programs/program-path.ts';
import { listNames, readText } from '../small-file.ts';
import { type Library, type LibrarySource, type Machine, titleOf } from './library.ts';

export const MENU = 'exports/share/applications';

export function gamesOf(installation: string): ReadonlyMap<string, string> {
  const titles = new Map<string, string>();
  for (const name of listNames(posix.join(installation, MENU))) {
    if (!name.endsWith('.desktop')) continue;
    const title = menuTitle(readText(posix.join(installation, MENU, name)) ?? '');
    if (title !== null) titles.set(name.slice(0, -'.desktop'.length), title);
  }
  return titles;
}

export function flatpakLibrary(installation: string, titles: ReadonlyMap<string, string>): Library {
  const apps = posix.join(installation, 'app');
  const below = within(apps, 'linux');
  return {
    games: () => [...titles].map(([id, title]) => ({ title, folder: posix.join(apps, id) })),
    gameAt: (path) => {
      const [id, ...rest] = below(path) ?? [];
      const title = id === undefined ? undefined : titles.get(id);
      if (id === undefined || title === undefined) return null;
      return { title, folder: posix.join(apps, id), rest };
    },
  };
}

/** The title of an entry of the menu that calls itself a game, else null. Pure. */
export function menuTitle(entry: string): string | null {
  const main = entry.split(/^\[(?!Desktop Entry\])/m)[0] ?? '';
  const kinds = /^Categories=(.*)$/m.exec(main)?.[1]?.split(';') ?? [];
  const title = titleOf(/^Name=(.*)$/m.exec(main)?.[1] ?? '');
  // Stores call themselves games too; what they start is seen elsewhere.
  const isStore = ['PackageManager', 'Network', 'FileTransfer'].some((kind) =>
    kinds.includes(kind),
  );
  return kinds.includes('Game') && !isStore && title !== '' ? title : null;
}

/** Games that were installed as Flatpaks: those that call themselves games in the menu. */
export function flatpakSource({ homes, platform }: Machine): LibrarySource {
  const installations =
    platform === 'linux'
      ? ['/var/lib/flatpak', ...homes.map((home) => posix.join(home, '.local/share/flatpak'))]
      : [];
  return {
    name: 'Flatpak',
    watched: () => installations.map((folder) => posix.join(folder, MENU)),
    read: () => installations.map((folder) => flatpakLibrary(folder, gamesOf(folder))),
  };
}
