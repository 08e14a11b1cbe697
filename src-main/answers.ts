import type { Answered, Question } from '../src-shared/question.ts';
import type { Millis } from '../src-shared/units.ts';
import type { FoundLauncher } from './activity/library.ts';
import type { Books } from './books.ts';
import { installedGames } from './installed-games.ts';

type Options = {
  readonly books: Books;
  readonly now: () => Millis;
  /** The launchers of this machine and their games. */
  readonly launchers: () => readonly FoundLauncher[];
};

/** Answers what the window asks, from the books and the machine; changes nothing. */
export function openAnswers(options: Options): (question: Question) => Answered {
  return (question) => {
    switch (question.kind) {
      case 'games':
        return installedGames(options.launchers(), question.search);
      default:
        return { kind: 'refused', detail: `Not yet: ${question.kind}.` };
    }
  };
}
