import type { Answered, Question } from '../src-shared/question.ts';
import type { Millis } from '../src-shared/units.ts';
import type { Books } from './books.ts';

type Options = {
  readonly books: Books;
  readonly now: () => Millis;
};

/** Answers what the window asks, from the books and the machine; changes nothing. */
export function openAnswers(_options: Options): (question: Question) => Answered {
  return (question) => ({ kind: 'refused', detail: `Not yet: ${question.kind}.` });
}
