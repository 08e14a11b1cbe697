import { figure } from './amount.ts';
import type { Values } from './language/language.ts';
import { type Reader, sayTo } from './language/reader.ts';
import { ownSentence } from './plain-text.ts';
import { type Said, type SaidValue, sayable } from './said.ts';

/** The words of what was said, as they stand: some begin small, because they stand within other sentences too. */
export function wordsOf(what: Said, reader: Reader): string {
  if ('quote' in what) return what.quote;
  const values: Values = Object.fromEntries(
    Object.entries(what.with).map(([name, value]) => [name, filled(value, reader)]),
  );
  return sayTo(reader, sayable[what.say], values);
}

function filled(value: SaidValue, reader: Reader): string | number {
  if (typeof value !== 'object') return value;
  return 'figure' in value ? figure(value.figure, value.digits, reader) : wordsOf(value, reader);
}

/** Characters of a message that stands alone. */
const LONGEST = 1000;

/** A message of its own: it begins large and ends. */
export function messageOf(what: Said, reader: Reader): string {
  const words = wordsOf(what, reader).slice(0, LONGEST);
  const whole = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?…]$/u.test(whole) ? whole : `${whole}.`;
}

/** A short sentence among others, on one line; empty where there are no words. */
export const sentenceOf = (what: Said, reader: Reader): string =>
  ownSentence(wordsOf(what, reader));

/** For logs, tools and strangers, who all read English. */
export const inEnglish = (what: Said): string => wordsOf(what, { language: 'en', locale: 'en-US' });
