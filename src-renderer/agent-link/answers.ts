import { useEffect, useRef, useState } from 'react';
import { readerOf } from '../../src-shared/language/reader.ts';
import type { Answer, Answered, Question, QuestionInput } from '../../src-shared/question.ts';
import { type Said, said } from '../../src-shared/said.ts';
import { reuse } from './reuse.ts';
import { saveFile } from './save-file.ts';
import { useSnapshot, useStore } from './store.ts';

export type Ask = (question: QuestionInput) => Promise<Answered>;
export type Refused = Extract<Answered, { kind: 'refused' }>;
/** Finds something out, with one question or several after another. */
export type Errand<T> = (ask: Ask) => Promise<T | Refused>;

/** One who asks: the newest errand is done, one at a time. */
export type Asker<T> = {
  readonly want: (name: string, errand: Errand<T>) => void;
  readonly leave: () => void;
};

const isRefused = (found: unknown): found is Refused =>
  typeof found === 'object' && found !== null && 'kind' in found && found.kind === 'refused';

/**
 * Runs errands so that at most one is under way. What is wanted meanwhile waits, and of several only the newest. Whatever an
 * errand brings is shown, unless something of another name is wanted by then.
 */
export function openAsker<T>(
  ask: Ask,
  show: (found: { readonly name: string; readonly what: T | Refused }) => void,
): Asker<T> {
  type Wanted = { readonly name: string; readonly errand: Errand<T> };
  let waiting: Wanted | null = null;
  let busy = false;
  let left = false;
  const take = (): Wanted | null => {
    const wanted = left ? null : waiting;
    waiting = null;
    return wanted;
  };
  const isOvertaken = (name: string): boolean => waiting !== null && waiting.name !== name;

  async function work(): Promise<void> {
    busy = true;
    for (let wanted = take(); wanted; wanted = take()) {
      const { name, errand } = wanted;
      const what = await errand(ask);
      if (!left && !isOvertaken(name)) show({ name, what });
    }
    busy = false;
  }

  return {
    want: (name, errand) => {
      waiting = { name, errand };
      if (!busy) void work();
    },
    leave: () => {
      left = true;
    },
  };
}

/** What has been found out so far. */
export type Found<T> = {
  /** The latest that was found; while something else is asked it is still that of before. Null before the first. */
  readonly found: T | null;
  /** Of which errand `found` is, by its name. */
  readonly name: string | null;
  /** Why the latest question was not answered. */
  readonly refusal: Said | null;
};

/** Keeps an errand done: at once, when `name` changes, and whenever something new stands in the books. */
export function useErrand<T>(name: string, errand: Errand<T>): Found<T> {
  const store = useStore();
  const books = useSnapshot((s) => s.books);
  const [state, setState] = useState<Found<T>>({ found: null, name: null, refusal: null });
  const asker = useRef<Asker<T> | null>(null);
  useEffect(() => {
    const opened = openAsker<T>(store.ask, ({ name: of, what }) =>
      setState((old) =>
        isRefused(what)
          ? { ...old, refusal: what.detail }
          : reuse(old, { found: what, name: of, refusal: null }),
      ),
    );
    asker.current = opened;
    return () => opened.leave();
  }, [store]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the name says which errand it is; the books when it is due.
  useEffect(() => asker.current?.want(name, errand), [name, books, store]);
  return state;
}

type AnswerTo<K> = Extract<Answer, { kind: K }>;

/** An answer of the kind that was asked for, or why there is none. */
export async function answerOf<K extends Answer['kind']>(
  ask: Ask,
  question: QuestionInput,
  kind: K,
): Promise<AnswerTo<K> | Refused> {
  const answer = await ask(question);
  if (answer.kind === 'refused') return answer;
  return isOfKind(answer, kind) ? answer : { kind: 'refused', detail: said('unanswered') };
}

const isOfKind = <K extends Answer['kind']>(answer: Answer, kind: K): answer is AnswerTo<K> =>
  answer.kind === kind;

/** The answer to one question, kept fresh. Ask what cannot change, such as the content of a file, with `answerOf`. */
export const useAnswer = <K extends Answer['kind']>(
  question: QuestionInput,
  kind: K,
): Found<AnswerTo<K>> =>
  useErrand(JSON.stringify(question), (ask) => answerOf(ask, question, kind));

type Table = Extract<Question, { kind: 'csv' }>['what'];

/**
 * Saves the answer to a question as a file; where there is none, whatever came instead, the reason is on the screen by then.
 * Resolves when it is known which; never rejects.
 */
export function useSaveAnswer(): (question: QuestionInput) => Promise<void> {
  const store = useStore();
  return async (question) => {
    const file = await answerOf(store.ask, question, 'file');
    if (file.kind === 'refused') store.showRefusal(file.detail);
    else saveFile(file);
  };
}

/** Saves a table as a file for a spreadsheet. */
export function useSaveCsv(): (what: Table) => void {
  const save = useSaveAnswer();
  return (what) => {
    const { language, locale = language } = readerOf({});
    void save({ kind: 'csv', what, language, locale });
  };
}
