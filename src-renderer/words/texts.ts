import { say, type Values } from '../../src-shared/language/language.ts';
import { readerOf } from '../../src-shared/language/reader.ts';
import { earnings } from './earnings.ts';
import { games } from './games.ts';
import { home } from './home.ts';
import { jobs } from './jobs.ts';
import { limits } from './limits.ts';
import { networks } from './networks.ts';
import { onboarding } from './onboarding.ts';
import { settings } from './settings.ts';
import { shell } from './shell.ts';
import { when } from './when.ts';

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
