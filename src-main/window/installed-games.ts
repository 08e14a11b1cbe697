import { type Answer, GAMES_AT_ONCE } from '../../src-shared/question.ts';
import type { FoundLauncher } from '../activity/libraries/library.ts';

/** Upper and lower case, and accents, are the same to someone who searches. */
const plainly = (text: string): string =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** The games of all launchers of which the title contains `search`, by title; no more than an answer holds. Pure. */
export function installedGames(
  launchers: readonly FoundLauncher[],
  search: string,
): Extract<Answer, { kind: 'games' }> {
  const wanted = plainly(search.trim());
  const found = launchers
    .flatMap(({ name, games }) =>
      games.map(({ title, folder }) => ({ title, path: folder, library: name })),
    )
    .filter(({ title }) => plainly(title).includes(wanted))
    .sort((a, b) => a.title.localeCompare(b.title) || (a.path < b.path ? -1 : 1));
  return { kind: 'games', games: found.slice(0, GAMES_AT_ONCE), all: found.length };
}
