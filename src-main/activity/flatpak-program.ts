import { posix } from 'node:path';
import { type Library, type LibrarySource, type Machine, titleOf } from './library.ts';
import { within } from './program-path.ts';
import { listNames, readText } from './small-file.ts';

/** Where programs of a Flatpak lie, as they see themselves. */
const INSIDE = '/app/';
const MENU = 'exports/share/applications';

/** Whether a program says to lie where only Flatpak's do. */
export const isInFlatpak = (exePath: string): boolean => exePath.startsWith(INSIDE);

/**
 * The path, from outside, of a program that runs in a Flatpak's sandbox, the same after each update; null where its
 * sandbox does not say. `info`: the text of `/.flatpak-info` in the sandbox.
 */
export function flatpakProgram(exePath: string, info: string): string | null {
  const files = /^app-path=(\/.+\/app\/[^/\n]+)\/[^/\n]+\/[^/\n]+\/[^/\n]+\/files$/m.exec(
    info,
  )?.[1];
  if (files === undefined) return null;
  return posix.normalize(posix.join(files, 'current/active/files', exePath.slice(INSIDE.length)));
}

/** The text in which a sandbox says what it is. Readable for our own processes only. */
export const flatpakInfo = (pid: number): string | null =>
  readText(`/proc/${pid}/root/.flatpak-info`);

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

function gamesOf(installation: string): ReadonlyMap<string, string> {
  const titles = new Map<string, string>();
  for (const name of listNames(posix.join(installation, MENU))) {
    if (!name.endsWith('.desktop')) continue;
    const title = menuTitle(readText(posix.join(installation, MENU, name)) ?? '');
    if (title !== null) titles.set(name.slice(0, -'.desktop'.length), title);
  }
  return titles;
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

function flatpakLibrary(installation: string, titles: ReadonlyMap<string, string>): Library {
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
