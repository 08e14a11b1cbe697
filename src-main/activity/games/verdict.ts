import type { GameRule } from '../../../src-shared/settings.ts';
import type { Library } from '../libraries/library.ts';
import { foldName, pathsOf } from '../programs/program-path.ts';
import { partOf } from './not-games.ts';

export type FoundGame = {
  readonly title: string;
  readonly path: string;
  /** All programs of one game have this in common: its folder, or the path of the owner's rule. */
  readonly home: string;
  /** A launcher may stay open for days after the game: it begins one, but does not keep it alive. */
  readonly part: 'game' | 'launcher';
};

/**
 * The game that a program belongs to, or null. The owner's rules come first, then the launchers' libraries. A rule names a
 * program, or the folder of a game in a library: then it is about all programs of that game. `programPath`
 * must be absolute and real (see program-identity.ts); `.` and `..` in it are resolved by name. Pure.
 */
export function gameOf(
  programPath: string,
  libraries: readonly Library[],
  rules: readonly GameRule[],
  platform: NodeJS.Platform = process.platform,
): FoundGame | null {
  const paths = pathsOf(platform);
  if (!paths.isAbsolute(programPath)) return null;
  const path = paths.normalize(programPath);
  const folded = foldName(path, platform);

  const ruleOn = (place: string) =>
    rules.find((one) => foldName(paths.normalize(one.path), platform) === place);
  const rule = ruleOn(folded);
  if (rule) {
    return rule.verdict === 'pause'
      ? { title: rule.title, path, home: folded, part: 'game' }
      : null;
  }

  for (const library of libraries) {
    const found = library.gameAt(path);
    if (found === null) continue;
    const part = partOf(found.rest);
    const home = foldName(found.folder, platform);
    if (part === 'none' || ruleOn(home)?.verdict === 'ignore') return null;
    return { title: found.title, path, home, part };
  }
  return null;
}

/** Whether the owner said that this program is no game: it, or all of the game that it belongs to. Paths as for `gameOf`. */
export function isIgnored(
  programPath: string,
  libraries: readonly Library[],
  rules: readonly GameRule[],
  platform: NodeJS.Platform = process.platform,
): boolean {
  const fold = (path: string) => foldName(pathsOf(platform).normalize(path), platform);
  const path = fold(programPath);
  const exact = rules.find((one) => fold(one.path) === path);
  if (exact) return exact.verdict === 'ignore';
  const ignored = rules.filter(({ verdict }) => verdict === 'ignore').map((one) => fold(one.path));
  if (ignored.length === 0) return false;
  return libraries.some((library) => {
    const folder = library.gameAt(programPath)?.folder;
    return folder !== undefined && ignored.includes(fold(folder));
  });
}
