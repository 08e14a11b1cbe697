import { posix, win32 } from 'node:path';
import type { GameRule } from '../../src-shared/settings.ts';

/** Where one Steam library keeps its games. Paths are real: symbolic links resolved. */
export type SteamLibrary = {
  /** `<library>/steamapps/common`. */
  readonly common: string;
  /** Title by the name of a folder in `common`, from the manifests. Look up with `foldName`. */
  readonly titles: ReadonlyMap<string, string>;
  /** Games that lie elsewhere: real folder by the name of the link in `common`. */
  readonly moved: readonly { readonly folder: string; readonly name: string }[];
};

export type FoundGame = {
  readonly title: string;
  readonly path: string;
  /** All programs of one game have this in common: its folder, or the path of the owner's rule. */
  readonly home: string;
};

type Platform = NodeJS.Platform;
const pathsOf = (platform: Platform) => (platform === 'win32' ? win32 : posix);

/** Names as the system compares them: Windows and macOS do not tell upper from lower case. */
export const foldName = (name: string, platform: Platform): string =>
  platform === 'win32' || platform === 'darwin' ? name.toLowerCase() : name;

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

/** Installers that a game brings along. */
const NOT_GAME_SUBFOLDERS = /^(_commonredist|_redist|redist|redistributables|directx)$/i;

/** Programs that outlive or accompany a game and are not it. */
const NOT_GAMES: readonly RegExp[] = [
  /crash[-_ ]?(handler|reporter|report|sender|pad|dump|client)/i,
  /^crashreportclient/i,
  /^(vc_?redist|dxsetup|ue\d?prereqsetup|oalinst|dotnetfx|unins\d*)/i,
];

/**
 * The game that a program belongs to, or null. The owner's rules come first, then the folders of Steam. `exePath` must
 * be absolute and real (as the system gives it); `.` and `..` in it are resolved by name. Pure.
 *
 * A Windows game under Proton runs as Wine's own executable, which lies in Proton's folder: it is not seen by this.
 */
export function gameOf(
  exePath: string,
  libraries: readonly SteamLibrary[],
  rules: readonly GameRule[],
  platform: Platform = process.platform,
): FoundGame | null {
  const paths = pathsOf(platform);
  if (!paths.isAbsolute(exePath)) return null;
  const path = paths.normalize(exePath);
  const folded = foldName(path, platform);

  const rule = rules.find((one) => foldName(paths.normalize(one.path), platform) === folded);
  if (rule) {
    return rule.verdict === 'pause' ? { title: rule.title, path, home: folded } : null;
  }

  for (const library of libraries) {
    const place = placeIn(library, path, platform);
    if (place === null) continue;
    if (!isGame(place.name, place.rest)) return null;
    const title = library.titles.get(foldName(place.name, platform)) ?? place.name;
    return { title, path, home: foldName(place.folder, platform) };
  }
  return null;
}

type Place = { readonly folder: string; readonly name: string; readonly rest: readonly string[] };

/** The game folder of this library that `path` is in, and the names from there down to the program. */
function placeIn(library: SteamLibrary, path: string, platform: Platform): Place | null {
  const below = segmentsBelow(library.common, path, platform);
  const [name, ...rest] = below ?? [];
  // Directly in `common` there are no programs of games, only stray files.
  if (name !== undefined && rest.length > 0) {
    return { folder: pathsOf(platform).join(library.common, name), name, rest };
  }
  for (const { folder, name: link } of library.moved) {
    const inside = segmentsBelow(folder, path, platform);
    if (inside !== null && inside.length > 0) return { folder, name: link, rest: inside };
  }
  return null;
}

/** The names below `folder` on the way to `path`, or null when it is not below. Whole names: common is not commonX. */
function segmentsBelow(folder: string, path: string, platform: Platform): string[] | null {
  const { sep, normalize } = pathsOf(platform);
  const split = (whole: string) =>
    normalize(whole)
      .split(sep)
      .filter((name) => name !== '');
  const above = split(folder);
  const all = split(path);
  const inside = above.every((name, i) => {
    const other = all[i];
    return other !== undefined && foldName(name, platform) === foldName(other, platform);
  });
  return inside ? all.slice(above.length) : null;
}

function isGame(folder: string, rest: readonly string[]): boolean {
  const program = rest.at(-1) ?? '';
  if (STEAM_VR.test(folder)) return STEAM_VR_IN_USE.test(program);
  return (
    !NOT_GAME_FOLDERS.some((pattern) => pattern.test(folder)) &&
    !rest.slice(0, -1).some((name) => NOT_GAME_SUBFOLDERS.test(name)) &&
    !NOT_GAMES.some((pattern) => pattern.test(program))
  );
}
