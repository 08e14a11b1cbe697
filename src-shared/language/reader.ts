import { type Language, say, type Values, type Words } from './language.ts';

/** Who reads. What is left out is as for the owner of this process. */
export type Reader = {
  readonly language?: Language;
  /** The customs of a region, a BCP 47 tag. */
  readonly locale?: string;
  readonly timeZone?: string;
};

/** A process has one reader, its owner; until somebody says who that is, English and the system's own customs. */
let owner: Reader & { readonly language: Language } = { language: 'en' };

/** From here on everything that is not written for somebody else is written for `reader`. */
export function writeFor(reader: Reader): void {
  owner = { ...owner, ...reader };
}

/** Whoever is named, or the owner. */
export const readerOf = (named: Reader): typeof owner => ({ ...owner, ...named });

/** `words` for whoever is named. */
export function sayTo(named: Reader, words: Words, values?: Values): string {
  const { language, locale } = readerOf(named);
  return say(words, language, values, locale);
}

/** `words` for the owner of this process. */
export const sayToOwner = (words: Words, values?: Values): string => sayTo({}, words, values);
