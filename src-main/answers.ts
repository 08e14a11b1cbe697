import { homedir, release } from 'node:os';
import type { Answered, Question } from '../src-shared/question.ts';
import type { Snapshot } from '../src-shared/snapshot.ts';
import type { Millis } from '../src-shared/units.ts';
import type { Books } from './books.ts';
import { diagnosticsName, diagnosticsText } from './diagnostics.ts';

type Options = {
  readonly books: Books;
  readonly now: () => Millis;
  readonly draw: () => Snapshot;
  /** The latest lines of the log. */
  readonly recentLog: () => readonly string[];
};

/** Answers what the window asks, from the books and the machine; changes nothing. */
export function openAnswers(options: Options): (question: Question) => Answered {
  return (question) => {
    switch (question.kind) {
      case 'diagnostics':
        return diagnosticsFile(options);
      default:
        return { kind: 'refused', detail: `Not yet: ${question.kind}.` };
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
