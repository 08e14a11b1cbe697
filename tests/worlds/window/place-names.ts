import { limits } from '../../../src-renderer/words/limits.ts';
import { onboarding } from '../../../src-renderer/words/onboarding.ts';
import { shell } from '../../../src-renderer/words/shell.ts';
import type { Catalog, Language } from '../../../src-shared/language/language.ts';

const catalog: Catalog = { ...shell, ...limits, ...onboarding };

/** What a page or a tab that is called `name` in English is called in `language`. */
export const placeName = (name: string, language: Language): string =>
  Object.values(catalog).find(({ en }) => en === name)?.[language] ?? name;
