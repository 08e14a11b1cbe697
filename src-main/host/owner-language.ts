import { languageFor, localeFor } from '../../src-shared/language/language.ts';
import type { Reader } from '../../src-shared/language/reader.ts';
import type { Settings } from '../../src-shared/settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The owner as a reader: of the language they chose, or of that of their system, whose languages are `system`, most wanted
 * first, as BCP 47 or POSIX names.
 */
export function ownerReader(wish: Settings['language'], system: readonly string[]): Reader {
  const language = languageFor(wish, system);
  return { language, locale: localeFor(language, system) };
}

/** `de_AT.UTF-8@euro` without what is not about language. */
const bare = (name: string): string => name.replace(/[.@].*$/, '');

/**
 * The languages of a system without a desktop, most wanted first; none for `C` (POSIX.1-2017, 8.2 Internationalization
 * Variables; `LANGUAGE` is gettext's, and counts only where the locale is not `C`).
 */
export function environmentLanguages(env: Environment): readonly string[] {
  const locale = bare(env.LC_ALL || env.LC_MESSAGES || env.LANG || '');
  if (/^(?:|C|POSIX)$/.test(locale)) return [];
  const wished = (env.LANGUAGE ?? '').split(':').map(bare).filter(Boolean);
  const sameLanguage = wished[0]?.split('_')[0] === locale.split('_')[0];
  // The locale names the region, which the list often does not.
  return sameLanguage ? [locale, ...wished] : [...wished, locale];
}
