import { homedir, release } from 'node:os';
import type { Reader } from '../../src-shared/language/reader.ts';
import type { Answered, Question } from '../../src-shared/question.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { FoundLauncher } from '../activity/libraries/library.ts';
import type { Books } from '../books/books.ts';
import { diagnosticsName, diagnosticsText } from './diagnostics.ts';
import { earningsSheet } from './earnings-sheet.ts';
import { installedGames } from './installed-games.ts';
import { runAnswer, runsAnswer } from './run-answers.ts';
import { runsSheet } from './runs-sheet.ts';

type Options = {
  readonly books: Books;
  readonly now: () => Millis;
  /** Who reads the answers. */
  readonly reader: () => Reader;
  /** The launchers of this machine and their games. */
  readonly launchers: () => readonly FoundLauncher[];
  readonly draw: () => Snapshot;
  /** The latest lines of the log. */
  readonly recentLog: () => readonly string[];
};

/** Answers what the window asks, from the books and the machine; changes nothing. */
export function openAnswers(options: Options): (question: Question) => Answered {
  const { books, now, launchers, reader } = options;
  return (question) => {
    switch (question.kind) {
      case 'runs':
        return runsAnswer(books, question.filter, question.before, reader());
      case 'run':
        return runAnswer(books, question.id, reader());
      case 'csv':
        return question.what.kind === 'earnings'
          ? earningsSheet(books.earnings(question.what.range, now()), question)
          : runsSheet(books, question.what.filter, question, now());
      case 'games':
        return installedGames(launchers(), question.search);
      case 'diagnostics':
        return diagnosticsFile(options);
    }
  };
}

function diagnosticsFile({ now, draw, recentLog }: Options): Answered {
  const { node, electron, chrome } = process.versions;
  return {
    kind: 'file',
    name: diagnosticsName(now()),
    type: 'text/plain',
    text: diagnosticsText(draw(), {
      system: `${process.platform} ${release()} ${process.arch}`,
      versions: { node, electron, chrome },
      home: homedir(),
      log: recentLog(),
    }),
  };
}
