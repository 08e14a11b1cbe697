import type { InstalledGame } from '../../src-shared/question.ts';
import type { GameRule } from '../../src-shared/settings.ts';

/** A program or a whole game in the list. */
export type GameRow = {
  readonly title: string;
  /** Of the program, or of the game's folder: what a rule about it names. */
  readonly path: string;
  /** The launcher that knows this game; null for what only the owner named. */
  readonly library: string | null;
  /** What the owner said about it. */
  readonly rule: GameRule | null;
};

/** The owner's rules whose title or path contains `search`, then the installed games that none of them is about. */
export function rowsOf(
  rules: readonly GameRule[],
  installed: readonly InstalledGame[],
  search: string,
): GameRow[] {
  const wanted = search.trim().toLocaleLowerCase();
  const libraries = new Map(installed.map(({ path, library }) => [path, library]));
  const ruled = new Set(rules.map(({ path }) => path));
  const own = rules
    .filter(({ title, path }) => `${title} ${path}`.toLocaleLowerCase().includes(wanted))
    .map((rule) => ({
      title: rule.title,
      path: rule.path,
      library: libraries.get(rule.path) ?? null,
      rule,
    }));
  const others = installed
    .filter(({ path }) => !ruled.has(path))
    .map(({ title, path, library }) => ({ title, path, library, rule: null }));
  return [...own, ...others];
}
