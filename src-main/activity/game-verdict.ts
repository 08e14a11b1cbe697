import type { GameRule } from '../../src-shared/settings.ts';
import type { Library } from './library.ts';
import { partOf } from './not-games.ts';
import { foldName, pathsOf } from './program-path.ts';

export type FoundGame = {
  readonly title: string;
  readonly path: string;
  /** All programs of one game have this in common: its folder, or the path of the owner's rule. */
  readonly home: string;
  /** A launcher may stay open for days after the game: it begins one, but does not keep it alive. */
  readonly part: 'game' | 'launcher';
};

/**
 * The game that a program belongs to, or null. The owner's rules come first, then the launchers' libraries. `programPath`
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

  const rule = rules.find((one) => foldName(paths.normalize(one.path), platform) === folded);
  if (rule) {
    return rule.verdict === 'pause'
      ? { title: rule.title, path, home: folded, part: 'game' }
      : null;
  }

  for (const library of libraries) {
    const found = library.gameAt(path);
    if (found === null) continue;
    const part = partOf(found.rest);
    if (part === 'none') return null;
    return { title: found.title, path, home: foldName(found.folder, platform), part };
  }
  return null;
}
