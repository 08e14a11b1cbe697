import { posix, win32 } from 'node:path';
import { z } from 'zod';
import { pathsOf } from '../programs/program-path.ts';
import { listNames, readJson, readText } from '../small-file.ts';
import {
  hasWords,
  type InstalledGame,
  type LibrarySource,
  libraryOf,
  type Machine,
} from './library.ts';

const Info = z.object({ name: z.string(), gameId: z.string().optional() });

/**
 * Where GOG's installers and Galaxy put games unless told otherwise. Where else they are stands in the registry and in
 * Galaxy's own database, which we leave alone: a game in another folder is noticed by its window only.
 */
export function gogFolders({ platform, homes, env }: Machine): string[] {
  switch (platform) {
    case 'win32': {
      const programs = env['ProgramFiles(x86)'] ?? 'C:\\Program Files (x86)';
      return [win32.join(programs, 'GOG Galaxy\\Games'), 'C:\\GOG Games', 'D:\\GOG Games'];
    }
    case 'darwin':
      return [];
    default:
      return homes.flatMap((home) => [
        posix.join(home, 'GOG Games'),
        posix.join(home, 'Games/GOG Games'),
      ]);
  }
}

/** The games of GOG's installers. */
export function gogSource(
  machine: Machine,
  folders: readonly string[] = gogFolders(machine),
): LibrarySource {
  const { join } = pathsOf(process.platform);
  return {
    name: 'GOG',
    watched: () => folders,
    read: () => [
      libraryOf(
        folders.flatMap((folder) =>
          listNames(folder).flatMap((name) => readGame(join(folder, name), name, join) ?? []),
        ),
        machine,
      ),
    ],
  };
}

type Join = (...names: string[]) => string;

/** What GOG's installer says of the game that it put into `folder`; null where it put none there. */
function readGame(folder: string, name: string, join: Join): InstalledGame | null {
  const title = gogTitle(folder, join);
  return title === null ? null : { title: hasWords(title) ? title : name, folder };
}

/** The title that GOG left in a game's folder, or null. Also of games that another launcher has got from GOG. */
export function gogTitle(folder: string, join: Join): string | null {
  // For Linux: a text whose first line is the title.
  const info = readText(join(folder, 'gameinfo'));
  if (info !== null) return info.split('\n')[0] ?? '';
  for (const name of listNames(folder)) {
    const id = /^goggame-(\d+)\.info$/i.exec(name)?.[1];
    if (id === undefined) continue;
    const about = readJson(join(folder, name), Info);
    if (about) return about.name;
  }
  return null;
}
