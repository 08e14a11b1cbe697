import { type Language, say, type Values, type Words } from './language.ts';

/** Who reads. What is left out is as for the reader of this process. */
export type Reader = {
  readonly language?: Language;
  /** The customs of a region, a BCP 47 tag. */
  readonly locale?: string;
  readonly timeZone?: string;
};

/**
 * Only the window has a reader of its own: all that it draws is for its owner. Everybody else names whoever reads, and gets
 * English and the system's own customs where they do not.
 */
let owner: Reader & { readonly language: Language } = { language: 'en' };

/** From here on everything in this window that is not written for somebody else is written for `reader`. */
export function writeFor(reader: Reader): void {
  owner = { ...owner, ...reader };
}

/** Whoever is named, or the reader of this window. */
export const readerOf = (named: Reader): typeof owner => ({ ...owner, ...named });

/** `words` for whoever is named. */
export function sayTo(named: Reader, words: Words, values?: Values): string {
  const { language, locale } = readerOf(named);
  return say(words, language, values, locale);
}
