import { readerOf } from '../src-shared/reader.ts';
import { hero } from '../src-shared/sentence.ts';
import { situation } from '../src-shared/situation.ts';
import type { Snapshot } from '../src-shared/snapshot.ts';

/** `of`, worked out once for each picture and language, however many parts of the page want it. */
export function once<T>(of: (snapshot: Snapshot) => T): (snapshot: Snapshot) => T {
  const known = new WeakMap<Snapshot, { readonly value: T; readonly key: string }>();
  return (snapshot) => {
    const { language, locale = '' } = readerOf({});
    const key = `${language} ${locale}`;
    const before = known.get(snapshot);
    if (before?.key === key) return before.value;
    const value = of(snapshot);
    known.set(snapshot, { value, key });
    return value;
  };
}

export const heroOf = once((snapshot) => hero(snapshot));
export const situationOf = once(situation);
