import { readdirSync } from 'node:fs';
import { basename, join, posix, sep, win32 } from 'node:path';
import { foldName, isFitFolder, pathsOf, segmentsBelow, within } from '../programs/program-path.ts';
import { listFolders, listNames, modified, readText, realOrNull } from '../small-file.ts';
import {
  hasWords,
  type Library,
  type LibraryGame,
  type LibrarySource,
  type Machine,
  titleOf,
} from './library.ts';
import { lookUp, parseVdf } from './vdf.ts';

/** Where one Steam library keeps its games. Paths are real: symbolic links resolved. */
export type SteamFolder = {
  /** `<library>/steamapps/common`. */
  readonly common: string;
  /** The same folder as programs inside Flatpak's sandbox see it; null where there is none. */
  readonly inside: string | null;
  /** Title by the name of a folder in `common`, from the manifests. Look up with `foldName`. */
  readonly titles: ReadonlyMap<string, string>;
  /** Games that lie elsewhere: real folder by the name of the link in `common`. */
  readonly moved: readonly { readonly folder: string; readonly name: string }[];
  /** The names of the folders that are in `common` now. */
  readonly present: readonly string[];
};

/** Nobody has more libraries than drives. */
const MAX_LIBRARIES = 64;

/** What Steam installs beside the games, by the name of its folder. Proton is matched as Valve names it, not by itself. */
const NOT_GAME_FOLDERS: readonly RegExp[] = [
  /^steamlinuxruntime/i,
  /^proton[ -]+(\d|-|experimental|hotfix|next|easyanticheat|battleye)/i,
  /^steamworks shared$/i,
  /^steam controller configs$/i,
  // A desktop background: it runs all day.
  /^wallpaper_engine$/i,
];

/** SteamVR lies in wait in the background; only its compositor means that somebody wears the headset. */
const STEAM_VR = /^steamvr$/i;
const STEAM_VR_IN_USE = /^vrcompositor(\.exe)?$/i;

const FLATPAK = '.var/app/com.valvesoftware.Steam';

/** Where Steam may be installed, given the owner's home folder. */
export function steamRoots(home: string, { platform, env }: Omit<Machine, 'homes'>): string[] {
  switch (platform) {
    case 'win32': {
      const places = [env['ProgramFiles(x86)'], env.ProgramFiles];
      return places
        .filter((place) => place !== undefined)
        .map((place) => win32.join(place, 'Steam'));
    }
    case 'darwin':
      return [posix.join(home, 'Library/Application Support/Steam')];
    default:
      return [
        '.steam/steam',
        '.steam/root',
        '.local/share/Steam',
        '.steam/debian-installation',
        `${FLATPAK}/.local/share/Steam`,
        `${FLATPAK}/.steam/steam`,
        'snap/steam/common/.local/share/Steam',
        'snap/steam/common/.steam/steam',
      ].map((place) => posix.join(home, place));
  }
}

/** The library of one Steam folder. Pure. */
export function steamLibrary(steam: SteamFolder, platform: NodeJS.Platform): Library {
  const place = (folder: string, name: string, rest: readonly string[]): LibraryGame | null =>
    rest.length > 0 && isGame(name, rest)
      ? { title: steam.titles.get(foldName(name, platform)) ?? titleOf(name), folder, rest }
      : null;
  const commons = [steam.common, steam.inside]
    .filter((common) => common !== null)
    .map((common) => within(common, platform));
  const moved = steam.moved.map((game) => ({ ...game, below: within(game.folder, platform) }));
  return {
    // Folders stay behind when a game goes; its manifest does not.
    games: () =>
      steam.present.flatMap((name) => {
        const title = steam.titles.get(foldName(name, platform));
        if (title === undefined || STEAM_VR.test(name) || isTool(name)) return [];
        const elsewhere = steam.moved.find((game) => game.name === name)?.folder;
        return [{ title, folder: elsewhere ?? pathsOf(platform).join(steam.common, name) }];
      }),
    gameAt: (path) => {
      for (const below of commons) {
        const [name, ...rest] = below(path) ?? [];
        // One folder, whichever of its two names was said. Directly in it there are only stray files.
        if (name !== undefined) {
          return place(pathsOf(platform).join(steam.common, name), name, rest);
        }
      }
      for (const { folder, name, below } of moved) {
        const inside = below(path);
        if (inside !== null && inside.length > 0) return place(folder, name, inside);
      }
      return null;
    },
  };
}

function isGame(folder: string, rest: readonly string[]): boolean {
  if (STEAM_VR.test(folder)) return STEAM_VR_IN_USE.test(rest.at(-1) ?? '');
  return !isTool(folder);
}

const isTool = (folder: string): boolean =>
  NOT_GAME_FOLDERS.some((pattern) => pattern.test(folder));

/** The libraries of every Steam of this machine. */
export function steamSource(machine: Machine): LibrarySource {
  const { platform, homes } = machine;
  const manifests = new Map<string, ManifestRead>();
  const foldersOf = new Map<string, readonly string[]>();
  let folders: readonly string[] = [];

  /** A Steam in Flatpak writes its lists as it sees its home, which from outside lies elsewhere. */
  const outside = (root: string, path: string): string | null => {
    for (const home of homes) {
      const real = realOrNull(home) ?? home;
      const below = segmentsBelow(real, path, platform);
      if (below !== null && isIn(join(real, FLATPAK), root))
        return realOrNull(join(real, FLATPAK, ...below)) ?? realOrNull(path);
    }
    return realOrNull(path);
  };

  const inside = (common: string): string | null => {
    for (const home of homes) {
      const real = realOrNull(home) ?? home;
      const below = segmentsBelow(join(real, FLATPAK), common, platform);
      if (below !== null) return join(real, ...below);
    }
    return null;
  };

  return {
    name: 'Steam',
    watched: () => {
      const roots = distinct(homes.flatMap((home) => steamRoots(home, machine)).map(realOrNull));
      folders = distinct(
        roots.flatMap((root) => {
          const listed = readLibraryFolders(root) ?? foldersOf.get(root) ?? [];
          foldersOf.set(root, listed);
          return [root, ...listed.map((path) => outside(root, path))];
        }),
      ).slice(0, MAX_LIBRARIES);
      // To install, move or remove a game is to rename files in these.
      return folders.flatMap((folder) => {
        const apps = appsFolder(folder);
        return [apps, join(apps, 'common')];
      });
    },
    read: () =>
      folders.flatMap((folder) => {
        const steam = readLibrary(folder, manifests, machine, inside);
        return steam === null ? [] : [steamLibrary(steam, platform)];
      }),
  };
}

const isIn = (folder: string, path: string): boolean =>
  `${path}${sep}`.startsWith(`${folder}${sep}`);

const distinct = (paths: readonly (string | null)[]): string[] => [
  ...new Set(paths.filter((path) => path !== null)),
];

/** Old installations write it with capitals, which Linux tells apart. */
function appsFolder(library: string): string {
  const usual = join(library, 'steamapps');
  return modified(usual) === null ? join(library, 'SteamApps') : usual;
}

/** The folders `libraryfolders.vdf` names, in its present and its old form; null where it cannot be read. */
function readLibraryFolders(root: string): string[] | null {
  const text = readText(join(appsFolder(root), 'libraryfolders.vdf'));
  const parsed = text === null ? null : parseVdf(text);
  if (parsed?.kind !== 'read') return null;
  const list = lookUp(parsed.root, 'libraryfolders');
  if (list === null || typeof list === 'string') return null;
  const paths = [...list].flatMap(([key, value]) => {
    if (!/^\d+$/.test(key)) return [];
    const path = typeof value === 'string' ? value : value.get('path');
    return typeof path === 'string' && path !== '' ? [path] : [];
  });
  return paths;
}

type ManifestRead = { readonly modified: number | null; readonly game: Manifest | null };
type Manifest = { readonly folder: string; readonly title: string };

function readLibrary(
  folder: string,
  manifests: Map<string, ManifestRead>,
  machine: Machine,
  inside: (common: string) => string | null,
): SteamFolder | null {
  const apps = appsFolder(folder);
  const common = realOrNull(join(apps, 'common'));
  if (common === null) return null;
  const titles = new Map<string, string>();
  for (const name of listNames(apps)) {
    if (!/^appmanifest_\d+\.acf$/.test(name)) continue;
    const game = readManifest(join(apps, name), manifests);
    if (game) titles.set(foldName(game.folder, machine.platform), game.title);
  }
  return {
    common,
    inside: inside(common),
    titles,
    moved: movedGames(common, machine),
    present: listFolders(common),
  };
}

/** Steam rewrites a manifest whenever its game is played, so only those that changed are read again. */
function readManifest(path: string, manifests: Map<string, ManifestRead>): Manifest | null {
  const now = modified(path);
  const before = manifests.get(path);
  if (before && before.modified === now) return before.game;
  const text = readText(path);
  const parsed = text === null ? null : parseVdf(text);
  // Torn in this moment: what it said before still holds.
  if (parsed?.kind !== 'read') return before?.game ?? null;
  const folder = lookUp(parsed.root, 'appstate', 'installdir');
  const title = lookUp(parsed.root, 'appstate', 'name');
  const game =
    typeof folder === 'string' && typeof title === 'string' && hasWords(title)
      ? { folder: basename(folder), title: titleOf(title) }
      : null;
  manifests.set(path, { modified: now, game });
  return game;
}

/** Games that the owner keeps elsewhere, with a link in `common`. A link to a folder around the library is a mistake. */
function movedGames(common: string, { homes, platform }: Machine): SteamFolder['moved'] {
  try {
    return readdirSync(common, { withFileTypes: true }).flatMap((entry) => {
      const folder = entry.isSymbolicLink() ? realOrNull(join(common, entry.name)) : null;
      if (folder === null || !isFitFolder(folder, homes, platform)) return [];
      return isIn(folder, common) ? [] : [{ folder, name: entry.name }];
    });
  } catch {
    return [];
  }
}
