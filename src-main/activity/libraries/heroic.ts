import { posix, win32 } from 'node:path';
import { z } from 'zod';
import { pathsOf } from '../programs/program-path.ts';
import { readJson } from '../small-file.ts';
import { gogTitle } from './gog.ts';
import { type InstalledGame, type LibrarySource, libraryOf, type Machine } from './library.ts';

/** Epic's games by their codes, as Legendary (https://github.com/derrod/legendary) writes them. */
const Epic = z.record(
  z.string(),
  z.object({ title: z.string(), install_path: z.string(), is_dlc: z.boolean().optional() }),
);
const Gog = z.object({
  installed: z.array(z.object({ appName: z.string(), install_path: z.string() })),
});
const Amazon = z.array(z.object({ id: z.string(), path: z.string() }));
const Sideloaded = z.object({
  games: z.array(
    z.object({
      title: z.string(),
      install: z.object({ executable: z.string().optional() }).optional(),
    }),
  ),
});
/** What Heroic remembers of GOG's and Amazon's stores, for titles. */
const Store = z.object({
  games: z.array(z.object({ app_name: z.string(), title: z.string() })).optional(),
  library: z.array(z.object({ app_name: z.string(), title: z.string() })).optional(),
});

/** Where Heroic keeps its files. */
export function heroicFolders({ platform, homes, env }: Machine): string[] {
  switch (platform) {
    case 'win32':
      return env.APPDATA === undefined ? [] : [win32.join(env.APPDATA, 'heroic')];
    case 'darwin':
      return homes.map((home) => posix.join(home, 'Library/Application Support/heroic'));
    default:
      return homes.flatMap((home) => [
        posix.join(home, '.config/heroic'),
        posix.join(home, '.var/app/com.heroicgameslauncher.hgl/config/heroic'),
      ]);
  }
}

const FILES = {
  epic: 'legendaryConfig/legendary/installed.json',
  gog: 'gog_store/installed.json',
  amazon: 'nile_config/nile/installed.json',
  sideloaded: 'sideload_apps/library.json',
} as const;

/** The games of Heroic: Epic's, GOG's, Amazon's, and those an owner added by hand; and of Legendary by itself. */
export function heroicSource(
  machine: Machine,
  folders: readonly string[] = heroicFolders(machine),
): LibrarySource {
  const { join } = pathsOf(process.platform);
  const alone =
    machine.platform === 'linux'
      ? machine.homes.map((home) => join(home, '.config/legendary/installed.json'))
      : [];
  return {
    name: 'Heroic',
    watched: () => [
      ...folders.flatMap((folder) => Object.values(FILES).map((file) => join(folder, file))),
      ...alone,
    ],
    read: () => [
      libraryOf(
        [...folders.flatMap((folder) => readHeroic(folder, machine)), ...alone.flatMap(epicGames)],
        machine,
      ),
    ],
  };
}

function readHeroic(folder: string, machine: Machine): InstalledGame[] {
  const { join } = pathsOf(process.platform);
  const titles = (file: string): ReadonlyMap<string, string> => {
    const store = readJson(join(folder, file), Store);
    const all = [...(store?.games ?? []), ...(store?.library ?? [])];
    return new Map(all.map((game) => [game.app_name, game.title]));
  };
  const gogTitles = titles('store_cache/gog_library.json');
  const gog = readJson(join(folder, FILES.gog), Gog)?.installed ?? [];
  const amazonTitles = titles('store_cache/nile_library.json');
  const amazon = readJson(join(folder, FILES.amazon), Amazon) ?? [];
  const sideloaded = readJson(join(folder, FILES.sideloaded), Sideloaded)?.games ?? [];
  return [
    ...epicGames(join(folder, FILES.epic)),
    ...gog.map(({ appName, install_path: path }) => ({
      title: gogTitles.get(appName) ?? gogTitle(path, join) ?? '',
      folder: path,
    })),
    ...amazon.map(({ id, path }) => ({ title: amazonTitles.get(id) ?? '', folder: path })),
    ...sideloaded.flatMap(({ title, install }) =>
      install?.executable ? [sideload(title, install.executable, machine)] : [],
    ),
  ];
}

const epicGames = (file: string): InstalledGame[] =>
  Object.values(readJson(file, Epic) ?? {}).flatMap(({ title, install_path, is_dlc }) =>
    is_dlc === true ? [] : [{ title, folder: install_path }],
  );

const sideload = (title: string, program: string, { platform }: Machine): InstalledGame => ({
  title,
  folder: pathsOf(platform).dirname(program),
  program,
});
