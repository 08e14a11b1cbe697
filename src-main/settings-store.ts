import { z } from 'zod';
import { defaults, GameRule, Settings } from '../src-shared/settings.ts';
import { diskTrouble, errorCode, errorWords, type Written, written } from './disk-trouble.ts';
import type { SettingsDisk } from './settings-file.ts';

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
  readonly notices: readonly string[];
};

type Read = {
  readonly settings: Settings;
  /** What was wrong, one phrase each; empty where all was well. */
  readonly wrong: readonly string[];
};

/** A notice is read by a person: a file with a thousand faults need not list them all. */
const MAX_SAID = 300;

const Fields = z.record(z.string(), z.unknown());

/** The rules that are rules: one bad line must not make the owner's other games unknown. */
const goodRules = (value: unknown): GameRule[] =>
  Array.isArray(value)
    ? value.flatMap((rule) => GameRule.safeParse(rule).data ?? []).slice(0, 1000)
    : [];

/** Settings out of anything: each good field is kept, each bad one gets its default, a missing one too without a word. */
export function parseSettings(value: unknown): Read {
  const fields = Fields.safeParse(value);
  if (!fields.success || Array.isArray(value))
    return { settings: defaults, wrong: ['it holds no settings'] };
  const filled = { ...defaults, ...fields.data };
  const whole = Settings.safeParse(filled);
  if (whole.success) return { settings: whole.data, wrong: [] };

  const bad = new Map(whole.error.issues.map(({ path, message }) => [String(path[0]), message]));
  const mended = Object.fromEntries(
    Object.entries(defaults).map(([name, preset]) => {
      if (name === 'games' && bad.has(name)) return [name, goodRules(fields.data[name])];
      return [name, bad.has(name) ? preset : (fields.data[name] ?? preset)];
    }),
  );
  const settings = Settings.safeParse(mended);
  return {
    settings: settings.success ? settings.data : defaults,
    wrong: [...bad].map(([name, message]) => `${name}: ${message}`),
  };
}

/** What the disk holds; a file that cannot be read is wrong as a whole. */
function readDisk(disk: SettingsDisk): Read {
  try {
    const found = disk.read();
    return found === undefined ? { settings: defaults, wrong: [] } : parseSettings(found);
  } catch (error) {
    if (!(error instanceof SyntaxError) && errorCode(error) === '') throw error;
    return { settings: defaults, wrong: [errorWords(error)] };
  }
}

/**
 * Reads the settings once. A file that is not right is kept aside under another name, what is good in it is kept, and the
 * notice says what was wrong. Where nothing is good, sharing is off.
 */
export function openSettings(disk: SettingsDisk, now: number = Date.now()): OpenedSettings {
  const { settings, wrong } = readDisk(disk);
  let current = settings;

  const write = (next: Settings): Written => {
    current = next;
    try {
      disk.write(next);
      return written;
    } catch (error) {
      return diskTrouble(error, 'the settings');
    }
  };
  const keepAside = (): string => {
    try {
      return `the file is kept as ${disk.keepAside(now)}`;
    } catch (error) {
      if (errorCode(error) === '') throw error;
      return `the file could not be kept aside (${errorCode(error)})`;
    }
  };

  const notices: string[] = [];
  if (wrong.length > 0) {
    const said = wrong.join('; ').slice(0, MAX_SAID);
    const outcome = settings.sharing ? 'the rest is as you left it' : 'sharing is off';
    notices.push(`the settings were damaged (${said}): ${outcome}; ${keepAside()}`);
    const saved = write(settings); // Else the next start would find no file, and forget the good ones.
    if (saved.kind !== 'ok') notices.push(saved.detail);
  }
  return { settings: { read: () => current, write }, notices };
}
