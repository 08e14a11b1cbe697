import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { type Millis, millis, seconds } from '../../src-shared/units.ts';
import { foldName, type SteamLibrary } from './game-verdict.ts';
import { lookUp, parseVdf } from './vdf.ts';

/** Steam's files are some kilobytes; one larger than this is not Steam's. */
const MAX_FILE = 1024 * 1024;
/** The longest title there is room for, as in `GameRule`. Characters. */
const MAX_TITLE = 200;
/** Nobody has more libraries than drives. */
const MAX_LIBRARIES = 64;
/** How often, at most, to ask whether a library has changed: an installation takes longer than this. */
export const LOOK_AGAIN_AFTER: Millis = seconds(5);

/** Where Steam may be installed, given the owner's home folder. */
export function steamRoots(home: string, platform: NodeJS.Platform = process.platform): string[] {
  switch (platform) {
    case 'win32': {
      const places = [process.env['ProgramFiles(x86)'], process.env.ProgramFiles];
      return places.filter((place) => place !== undefined).map((place) => join(place, 'Steam'));
    }
    case 'darwin':
      return [join(home, 'Library/Application Support/Steam')];
    default:
      return [
        join(home, '.steam/steam'),
        join(home, '.steam/root'),
        join(home, '.local/share/Steam'),
        join(home, '.var/app/com.valvesoftware.Steam/.local/share/Steam'),
        join(home, 'snap/steam/common/.local/share/Steam'),
      ];
  }
}

export type SteamShelf = {
  /** The libraries as last read. Costs nothing. */
  readonly libraries: () => readonly SteamLibrary[];
  /** Reads again what has changed on disk; at most every `LOOK_AGAIN_AFTER` unless `now`. True where something had. */
  readonly refresh: (now?: 'now') => boolean;
};

/** Knows the libraries of every Steam in `homes`. What it cannot read it leaves as it was read last. */
export function openSteamShelf(homes: readonly string[]): SteamShelf {
  const manifests = new Map<string, ManifestRead>();
  const foldersOf = new Map<string, readonly string[]>();
  let libraries: readonly SteamLibrary[] = [];
  let lookedAt = millis(0);
  let seal = '';

  function refresh(now?: 'now'): boolean {
    const time = millis(Date.now());
    if (now === undefined && time - lookedAt < LOOK_AGAIN_AFTER) return false;
    lookedAt = time;
    const roots = distinct(homes.flatMap((home) => steamRoots(home)).map(realOrNull));
    const folders = distinct(
      roots.flatMap((root) => {
        const listed = readLibraryFolders(root) ?? foldersOf.get(root) ?? [];
        foldersOf.set(root, listed);
        return [root, ...listed.map(realOrNull)];
      }),
    ).slice(0, MAX_LIBRARIES);
    const sealNow = folders.map(sealOf).join('\n');
    if (sealNow === seal) return false;
    seal = sealNow;
    libraries = folders.flatMap((folder) => {
      const library = readLibrary(folder, manifests);
      return library === null ? [] : [library];
    });
    return true;
  }

  refresh('now');
  return { libraries: () => libraries, refresh };
}

const distinct = (paths: readonly (string | null)[]): string[] => [
  ...new Set(paths.filter((path) => path !== null)),
];

function realOrNull(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** Changes whenever a game is installed, moved or removed: all of it renames files in these folders. */
function sealOf(library: string): string {
  const apps = appsFolder(library);
  return [apps, join(apps, 'common')].map((folder) => `${folder} ${modified(folder)}`).join(' ');
}

function modified(path: string): number | null {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return null;
  }
}

/** Old installations write it with capitals, which Linux tells apart. */
function appsFolder(library: string): string {
  const usual = join(library, 'steamapps');
  return modified(usual) === null ? join(library, 'SteamApps') : usual;
}

/** The text of a small file, or null where there is none that we may read. */
function readSmall(path: string): string | null {
  try {
    return statSync(path).size > MAX_FILE ? null : readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** The folders `libraryfolders.vdf` names, in its present and its old form; null where it cannot be read. */
function readLibraryFolders(root: string): string[] | null {
  const text = readSmall(join(appsFolder(root), 'libraryfolders.vdf'));
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

function readLibrary(folder: string, manifests: Map<string, ManifestRead>): SteamLibrary | null {
  const apps = appsFolder(folder);
  const common = realOrNull(join(apps, 'common'));
  if (common === null) return null;
  const titles = new Map<string, string>();
  for (const name of list(apps)) {
    if (!/^appmanifest_\d+\.acf$/.test(name)) continue;
    const game = readManifest(join(apps, name), manifests);
    if (game) titles.set(foldName(game.folder, process.platform), game.title);
  }
  return { common, titles, moved: movedGames(common) };
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Steam rewrites a manifest whenever its game is played, so only those that changed are read again. */
function readManifest(path: string, manifests: Map<string, ManifestRead>): Manifest | null {
  const now = modified(path);
  const before = manifests.get(path);
  if (before && before.modified === now) return before.game;
  const text = readSmall(path);
  const parsed = text === null ? null : parseVdf(text);
  // Torn in this moment: what it said before still holds.
  if (parsed?.kind !== 'read') return before?.game ?? null;
  const folder = lookUp(parsed.root, 'appstate', 'installdir');
  const title = lookUp(parsed.root, 'appstate', 'name');
  const game =
    typeof folder === 'string' && typeof title === 'string' && title.trim() !== ''
      ? { folder: basename(folder), title: printable(title) }
      : null;
  manifests.set(path, { modified: now, game });
  return game;
}

/** A title goes into sentences and tooltips. */
const printable = (title: string): string =>
  title
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
    .slice(0, MAX_TITLE);

/** Games that the owner keeps elsewhere, with a link in `common`. A link to a folder around the library is a mistake. */
function movedGames(common: string): SteamLibrary['moved'] {
  try {
    return readdirSync(common, { withFileTypes: true }).flatMap((entry) => {
      const folder = entry.isSymbolicLink() ? realOrNull(join(common, entry.name)) : null;
      if (folder === null || folder === dirname(folder)) return [];
      return `${common}${sep}`.startsWith(`${folder}${sep}`) ? [] : [{ folder, name: entry.name }];
    });
  } catch {
    return [];
  }
}
