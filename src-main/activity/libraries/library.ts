import { plain } from '../../../src-shared/plain-text.ts';
import { type Millis, millis, seconds } from '../../../src-shared/units.ts';
import {
  baseName,
  foldName,
  isFitFolder,
  pathsOf,
  segmentsBelow,
  within,
} from '../programs/program-path.ts';
import { listFolders, modified, realOrNull } from '../small-file.ts';

type Platform = NodeJS.Platform;

/** Where a program lies in a library. */
export type LibraryGame = {
  /** As its launcher shows it, fit for one line. */
  readonly title: string;
  /** All programs of one game have this folder in common. */
  readonly folder: string;
  /** The names from there down to the program. */
  readonly rest: readonly string[];
};

/** A game that is there, whether it runs or not. `folder`: real, as in the verdict on its programs. */
export type ListedGame = { readonly title: string; readonly folder: string };

/** The games that one launcher has installed, as last read. */
export type Library = {
  /** The game that a program is of, or null. `path` must be absolute, real and normalized. Touches no disk. */
  readonly gameAt: (path: string) => LibraryGame | null;
  /** What is installed, for the owner to look at; a program may be of a game that is not listed. May touch the disk. */
  readonly games: () => readonly ListedGame[];
};

/** A launcher's files. */
export type LibrarySource = {
  /** What its owner calls it. */
  readonly name: string;
  /** Files and folders that change whenever a game is installed, moved or removed. They need not exist. */
  readonly watched: () => readonly string[];
  /** Reads them again. What cannot be read is left out, or as it was read last. */
  readonly read: () => readonly Library[];
};

/** Where to look for libraries. */
export type Machine = {
  readonly platform: Platform;
  /** Home folders. */
  readonly homes: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** `GameRule` has room for 200 UTF-16 units, and a letter may take two. */
const MAX_LETTERS = 100;
/** A title goes into sentences and tooltips. */
export const titleOf = (text: string): string => plain(text, MAX_LETTERS);

/** Whether this name is a title at all. */
export const hasWords = (text: string): boolean => titleOf(text) !== '';

export type InstalledGame = {
  readonly title: string;
  readonly folder: string;
  /** What is started, where the launcher names it: it counts even where its folder cannot be one game's. */
  readonly program?: string;
};

/**
 * A library of games that each lie in a folder of their own. Folders that cannot be one game's are left out, links are
 * resolved; of games in games the innermost counts.
 */
export function libraryOf(games: readonly InstalledGame[], machine: Machine): Library {
  const { platform, homes } = machine;
  const paths = pathsOf(platform);
  const byFolder = new Map<string, InstalledGame>();
  for (const { title, folder, program } of games) {
    const place = isFitFolder(realOrNull(folder) ?? folder, homes, platform) ? folder : program;
    if (place === undefined || !paths.isAbsolute(place)) continue;
    const home = paths.normalize(realOrNull(place) ?? place).replace(/(?<=.)[\\/]+$/, '');
    const words = titleOf(title) || titleOf(baseName(home)) || home;
    byFolder.set(foldName(home, platform), { title: words, folder: home });
  }
  return {
    games: () => [...byFolder.values()],
    gameAt: (path) => {
      for (let at = path; ; at = paths.dirname(at)) {
        const game = byFolder.get(foldName(at, platform));
        if (game) {
          const rest = segmentsBelow(game.folder, path, platform) ?? [];
          return { ...game, rest: rest.length > 0 ? rest : [paths.basename(path)] };
        }
        if (at === paths.dirname(at)) return null;
      }
    },
  };
}

/** A library in which every folder right below `shelf` is a game, titled by its name. */
export function shelfOf(shelf: string, machine: Machine): Library {
  const { platform } = machine;
  const real = realOrNull(shelf) ?? shelf;
  const below = within(real, platform);
  const listed = (name: string): ListedGame => ({
    title: titleOf(name) || name,
    folder: pathsOf(platform).join(real, name),
  });
  return {
    games: () => listFolders(real).map(listed),
    gameAt: (path) => {
      const [name, ...rest] = below(path) ?? [];
      // Directly on the shelf there are no programs of games, only stray files.
      if (name === undefined || rest.length === 0) return null;
      return { ...listed(name), rest };
    },
  };
}

/** A launcher that is on this machine, and its games. */
export type FoundLauncher = { readonly name: string; readonly games: readonly ListedGame[] };

export type Shelf = {
  /** The libraries as last read. Costs nothing. */
  readonly libraries: () => readonly Library[];
  /** The launchers of this machine with their games, as last read; of two that list one folder the first has it. Costs nothing. */
  readonly launchers: () => readonly FoundLauncher[];
  /** Reads again what has changed on disk; at most every `LOOK_AGAIN_AFTER` unless `now`. True where something had. */
  readonly refresh: (now?: 'now') => boolean;
  /** Reads everything again, changed or not. */
  readonly rescan: () => void;
};

/** How often, at most, to ask whether a library has changed: an installation takes longer than this. */
export const LOOK_AGAIN_AFTER: Millis = seconds(5);

/** Knows the libraries of several launchers, and reads each again only when its files have changed. */
export function openShelf(sources: readonly LibrarySource[]): Shelf {
  const known = sources.map((source) => ({
    source,
    seal: '',
    /** One of its files or folders exists. */
    there: false,
    libraries: [] as readonly Library[],
    games: [] as readonly ListedGame[],
  }));
  let all: readonly Library[] = [];
  let found: readonly FoundLauncher[] = [];
  let lookedAt = millis(0);

  function refresh(now?: 'now'): boolean {
    const time = millis(Date.now());
    // A clock set back must not stop us looking.
    if (now === undefined && Math.abs(time - lookedAt) < LOOK_AGAIN_AFTER) return false;
    lookedAt = time;
    let changed = false;
    for (const one of known) {
      const marks = one.source.watched().map((path) => ({ path, at: modified(path) }));
      const seal = `of ${marks.map(({ path, at }) => `${path} ${at}`).join('\n')}`;
      if (seal === one.seal) continue;
      one.seal = seal;
      one.there = marks.some(({ at }) => at !== null);
      one.libraries = one.source.read();
      one.games = one.libraries.flatMap(({ games }) => games());
      changed = true;
    }
    if (changed) {
      all = known.flatMap(({ libraries }) => libraries);
      found = launchersOf(known);
    }
    return changed;
  }

  refresh('now');
  return {
    libraries: () => all,
    launchers: () => found,
    refresh,
    rescan: () => {
      for (const one of known) one.seal = '';
      refresh('now');
    },
  };
}

type Known = {
  readonly source: LibrarySource;
  readonly there: boolean;
  readonly games: readonly ListedGame[];
};

/** Those that are there, or have games though nothing of them is watched. */
function launchersOf(known: readonly Known[]): FoundLauncher[] {
  const taken = new Set<string>();
  return known.flatMap(({ source: { name }, there, games: listed }) => {
    const games = listed.filter(({ folder }) => !taken.has(folder) && taken.add(folder));
    return there || games.length > 0 ? [{ name, games }] : [];
  });
}
