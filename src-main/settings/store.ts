import { z } from 'zod';
import {
  errorCode,
  errorWords,
  unsaved,
  type Written,
  written,
} from '../../src-disk/disk-trouble.ts';
import { type Said, said } from '../../src-shared/said.ts';
import {
  CardSettings,
  defaults,
  GameRule,
  MAX_GAMES,
  MAX_TARIFF_WINDOWS,
  Settings,
  TariffWindow,
} from '../../src-shared/settings.ts';
import type { SettingsDisk } from './file.ts';
import { migrate, SETTINGS_VERSION } from './migrations.ts';

export type SettingsStore = {
  readonly read: () => Settings;
  /**
   * From now on these are the settings. What the owner wants holds at once, even where it cannot be saved; then the
   * reason comes back.
   */
  readonly write: (next: Settings) => Written;
};

export type OpenedSettings = {
  readonly settings: SettingsStore;
  readonly notices: readonly Said[];
};

type Read = {
  readonly settings: Settings;
  /** What was wrong, one phrase each; empty where all was well. */
  readonly wrong: readonly string[];
  /** A later version of the app wrote them; what only it knows is not in `settings`. */
  readonly newer: boolean;
};

/** A notice is read by a person: a file with a thousand faults need not list them all. */
const MAX_SAID = 300;

const Fields = z.record(z.string(), z.unknown());

/** The entries of a list that are right: one bad line must not lose the others. */
const goodOnes = <T>(value: unknown, entry: z.ZodType<T>, most: number): T[] =>
  Array.isArray(value)
    ? value.flatMap((one) => entry.safeParse(one).data ?? []).slice(0, most)
    : [];

/** What is right of every card: a card that is not shared stays so where its power limit is unreadable. */
function goodCards(value: unknown): Settings['cards'] {
  const cards: Record<string, CardSettings> = {};
  for (const [lane, wishes] of Object.entries(Fields.safeParse(value).data ?? {})) {
    const good = Object.entries(Fields.safeParse(wishes).data ?? {}).filter(
      ([name, wish]) => CardSettings.safeParse({ [name]: wish }).success,
    );
    const one = Settings.shape.cards.safeParse({ [lane]: Object.fromEntries(good) });
    if (one.success) Object.assign(cards, one.data);
  }
  return cards;
}

/** What can be saved of a field that is wrong as a whole. */
function salvage(name: string, value: unknown): unknown {
  switch (name) {
    case 'games':
      return goodOnes(value, GameRule, MAX_GAMES);
    case 'tariff':
      return goodOnes(value, TariffWindow, MAX_TARIFF_WINDOWS);
    case 'cards':
      return goodCards(value);
    default:
      return undefined;
  }
}

/** Where nothing of a file is good. There was one, so its owner has been shown round. */
const spoilt: Settings = { ...defaults, welcomed: true };

/** Settings out of anything: each good field is kept, each bad one gets its default, a missing one too without a word. */
export function parseSettings(value: unknown): Read {
  const file = Fields.safeParse(value);
  if (!file.success || Array.isArray(value))
    return { settings: spoilt, wrong: ['it holds no settings'], newer: false };
  const { fields, wrong: badVersion, newer } = migrate(file.data);
  const wrong = badVersion === null ? [] : [badVersion];
  const whole = Settings.safeParse({ ...defaults, ...fields });
  if (whole.success) return { settings: whole.data, wrong, newer };

  const bad = new Map(whole.error.issues.map(({ path, message }) => [String(path[0]), message]));
  const mended = Object.fromEntries(
    Object.entries(defaults).map(([name, preset]) => [
      name,
      (bad.has(name) ? salvage(name, fields[name]) : fields[name]) ?? preset,
    ]),
  );
  const settings = Settings.safeParse(mended);
  return {
    settings: settings.success ? settings.data : defaults,
    wrong: [...wrong, ...[...bad].map(([name, message]) => `${name}: ${message}`)],
    newer,
  };
}

/** What the disk holds; a file that cannot be read is wrong as a whole. */
function readDisk(disk: SettingsDisk): Read {
  try {
    const found = disk.read();
    return found === undefined
      ? { settings: defaults, wrong: [], newer: false }
      : parseSettings(found);
  } catch (error) {
    if (!(error instanceof SyntaxError) && errorCode(error) === '') throw error;
    return { settings: spoilt, wrong: [errorWords(error)], newer: false };
  }
}

/** The settings as they lie on the disk. */
const stamped = (settings: Settings): Settings & { readonly version: number } => ({
  version: SETTINGS_VERSION,
  ...settings,
});

/**
 * Reads the settings once. A file that is not right is kept aside under another name, what is good in it is kept, and the
 * notice says what was wrong. Where nothing is good, sharing is off.
 */
export function openSettings(disk: SettingsDisk, now: number = Date.now()): OpenedSettings {
  const { settings, wrong, newer } = readDisk(disk);
  let current = settings;

  const write = (next: Settings): Written => {
    current = next;
    try {
      disk.write(stamped(next));
      return written;
    } catch (error) {
      return unsaved(error, 'theSettings');
    }
  };
  const keepAside = (): Said => {
    try {
      return said('keptAs', { file: disk.keepAside(now) });
    } catch (error) {
      if (errorCode(error) === '') throw error;
      return said('notKept', { code: errorCode(error) });
    }
  };

  const notices: Said[] = [];
  if (wrong.length > 0 || newer) {
    const all = wrong.join('; ').slice(0, MAX_SAID);
    const faults = all && ` (${all})`;
    const rest = newer ? 'knownAsLeft' : 'restAsLeft';
    const outcome = said(settings.sharing ? rest : 'sharingOff');
    const key = newer ? 'settingsNewer' : 'settingsDamaged';
    notices.push(said(key, { faults, outcome, kept: keepAside() }));
    const saved = write(settings); // Else the next start would find no file, and forget the good ones.
    if (saved.kind !== 'ok') notices.push(saved.detail);
  }
  return { settings: { read: () => current, write }, notices };
}
