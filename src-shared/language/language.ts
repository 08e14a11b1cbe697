import IntlMessageFormat from 'intl-messageformat';
import { z } from 'zod';

/** The languages that everything is said in. */
export const Language = z.enum(['en', 'de']);
export type Language = z.infer<typeof Language>;

/** One text in every language, as ICU MessageFormat: `{name}` is filled in, `{n, plural, one {# job} other {# jobs}}` counts. */
export type Words = Readonly<Record<Language, string>>;

/** Texts by name. */
export type Catalog = Readonly<Record<string, Words>>;

/** What may be filled into a text: text that is ready to read, or a number that the text counts by. */
export type Values = Readonly<Record<string, string | number>>;

/** Reading a message takes about 20 µs and the window says many a second, so each is read once. */
const messages = new Map<string, IntlMessageFormat>();

/** Plurals, choices, and quotes that mean something: everything but names to fill in. */
const FORMATTED = /\{\w+\s*,|'['{}]/;

/** What most texts need. The formatter's first sentence asks for all locales, while a window opens. */
const fillIn = (text: string, values: Values): string =>
  text.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`"${text}" was said without ${name}`);
    return String(value);
  });

/** `words` in `language`, filled in. Numbers inside plurals are written as `locale` writes them. */
export function say(
  words: Words,
  language: Language,
  values: Values = {},
  locale: string = language,
): string {
  const text = words[language];
  if (!text.includes('{')) return text;
  if (!FORMATTED.test(text)) return fillIn(text, values);
  const key = `${locale} ${text}`;
  let message = messages.get(key);
  if (!message) {
    // Texts are never HTML; `<` is a letter like any other.
    message = new IntlMessageFormat(text, locale, undefined, { ignoreTag: true });
    messages.set(key, message);
  }
  return String(message.format(values));
}

/** The language to speak: the owner's choice, or the first of the system's that we know, or English. */
export function languageFor(wish: Language | 'system', system: readonly string[]): Language {
  if (wish !== 'system') return wish;
  for (const tag of system) {
    const known = Language.safeParse(tag.toLowerCase().split(/[-_]/)[0]);
    if (known.success) return known.data;
  }
  return 'en';
}

/**
 * How figures, dates and units are written: in the language that is spoken, by the customs of the owner's region, so that
 * German words never stand beside English names of days. `en` on a German system is `en-DE`.
 */
export function localeFor(language: Language, system: readonly string[]): string {
  for (const tag of system) {
    try {
      const { region } = new Intl.Locale(tag.replaceAll('_', '-')).maximize();
      if (region) return `${language}-${region}`;
    } catch {
      // Not a language tag, such as `C` or `POSIX`: the next one may be.
    }
  }
  return language;
}
