import type { Values } from '../../src-shared/language/language.ts';
import { sayTo } from '../../src-shared/language/reader.ts';
import type { Said } from '../../src-shared/said.ts';
import { messageOf, wordsOf } from '../../src-shared/wording.ts';
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

/** Who reads this window: app.tsx says who that is. */
const OWNER = {};

/** The text `key` in the owner's language, with its `{names}` filled in. */
export const t = (key: Text, values: Values = {}): string => sayTo(OWNER, texts[key], values);

/** What another process said, in the owner's language; it may begin small. */
export const worded = (what: Said): string => wordsOf(what, OWNER);

/** The same as a message that stands alone. */
export const message = (what: Said): string => messageOf(what, OWNER);
