import { say, type Values } from '../src-shared/language.ts';
import { readerOf } from '../src-shared/reader.ts';
import { earnings } from './words/earnings.ts';
import { games } from './words/games.ts';
import { home } from './words/home.ts';
import { jobs } from './words/jobs.ts';
import { limits } from './words/limits.ts';
import { networks } from './words/networks.ts';
import { onboarding } from './words/onboarding.ts';
import { settings } from './words/settings.ts';
import { shell } from './words/shell.ts';
import { when } from './words/when.ts';

/** Every text of the window; sentences that the tray says too stand in src-shared. No name is used twice. */
const texts = {
  ...shell,
  ...home,
  ...earnings,
  ...jobs,
  ...limits,
  ...when,
  ...games,
  ...networks,
  ...onboarding,
  ...settings,
};

export type Text = keyof typeof texts;

/** The text `key` in the owner's language, with its `{names}` filled in. */
export function t(key: Text, values: Values = {}): string {
  const { language, locale } = readerOf({});
  return say(texts[key], language, values, locale);
}
