import { readerOf } from '../../src-shared/language/reader.ts';
import { hero } from '../../src-shared/moment/sentence.ts';
import { situation } from '../../src-shared/moment/situation.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';

/** `of`, worked out once for each snapshot and language, however many parts of the page want it. */
export function memo<T>(of: (snapshot: Snapshot) => T): (snapshot: Snapshot) => T {
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

export const heroOf = memo((snapshot) => hero(snapshot));
export const situationOf = memo(situation);
