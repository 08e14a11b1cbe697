import type { Answered, Question } from '../src-shared/question.ts';
import type { Millis } from '../src-shared/units.ts';
import type { FoundLauncher } from './activity/library.ts';
import type { Books } from './books.ts';
import { earningsSheet } from './earnings-sheet.ts';
import { runAnswer, runsAnswer } from './run-answers.ts';
import { installedGames } from './installed-games.ts';
import { runsSheet } from './runs-sheet.ts';

type Options = {
  readonly books: Books;
  readonly now: () => Millis;
  /** The launchers of this machine and their games. */
  readonly launchers: () => readonly FoundLauncher[];
};

/** Answers what the window asks, from the books and the machine; changes nothing. */
export function openAnswers({ books, now, launchers }: Options): (question: Question) => Answered {
  return (question) => {
    switch (question.kind) {
      case 'runs':
        return runsAnswer(books, question.filter, question.before);
      case 'run':
        return runAnswer(books, question.id);
      case 'csv':
        return question.what.kind === 'earnings'
          ? earningsSheet(books.earnings(question.what.range, now()), question)
          : runsSheet(books, question.what.filter, question, now());
      case 'games':
        return installedGames(launchers(), question.search);
      default:
        return { kind: 'refused', detail: `Not yet: ${question.kind}.` };
    }
  };
}
