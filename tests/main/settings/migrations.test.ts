import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeSettingsDisk } from '../../../src-main/settings/file.ts';
import { migrate, SETTINGS_VERSION } from '../../../src-main/settings/migrations.ts';
import { openSettings, parseSettings } from '../../../src-main/settings/store.ts';
import { CardSettings, defaults, Settings } from '../../../src-shared/settings.ts';
import { saying } from '../../worlds/saying.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';

const AT = Date.UTC(2026, 10, 22, 10, 15, 30);
const mine = { ...defaults, sharing: true, welcomed: true, theme: 'dark' };

function openOver(file: unknown) {
  const folder = tempFolder();
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(file));
  const { settings, notices } = openSettings(nodeSettingsDisk(folder), AT);
  return { folder, settings, notices };
}
const onDisk = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8')) as Record<string, unknown>;

describe('settings of the first version, which did not say theirs', () => {
  test('that said "always" mean what is now "while I work", without a word', () => {
    const { settings, notices, folder } = openOver({ ...mine, when: { kind: 'always' } });
    expect(settings.read().when).toEqual({ kind: 'working' });
    expect(notices).toEqual([]);
    settings.write(settings.read());
    expect(onDisk(folder)).toMatchObject({ version: SETTINGS_VERSION, when: { kind: 'working' } });
  });

  test('that said "while I am away" keep their minutes', () => {
    const away = { kind: 'away', after: 120_000 };
    expect(openOver({ ...mine, when: away }).settings.read().when).toEqual(away);
  });
});

describe('whoever used Offpeak before it showed anybody round', () => {
  test('is not shown round, and a first start is', () => {
    const { welcomed: _, ...older } = mine;
    for (const version of [undefined, 1, 2])
      expect(openOver({ ...older, version }).settings.read().welcomed).toBe(true);
    expect(openOver({ ...older, version: SETTINGS_VERSION }).settings.read().welcomed).toBe(false);
    expect(openSettings(nodeSettingsDisk(tempFolder()), AT).settings.read().welcomed).toBe(false);
  });
});

describe('settings of this version', () => {
  test('mean "always" when they say so, now and after the next start', () => {
    const { settings, folder } = openOver({ ...mine, version: SETTINGS_VERSION });
    settings.write(Settings.parse({ ...mine, when: { kind: 'always' } }));
    const again = openSettings(nodeSettingsDisk(folder), AT);
    expect(again.settings.read().when).toEqual({ kind: 'always' });
    expect(again.settings.read()).not.toHaveProperty('version');
    expect(again.notices).toEqual([]);
  });
});

describe('settings of a later version', () => {
  const later = { ...mine, version: 99, pauseOnMetered: false, theme: 'sepia', dream: 1 };

  test('keep what this one knows, lie aside whole, and are spoken of once', () => {
    const { settings, notices, folder } = openOver(later);
    expect(settings.read()).toEqual({ ...mine, pauseOnMetered: false, theme: 'system' });
    expect(notices).toHaveLength(1);
    expect(notices[0]).toEqual(saying('later version'));
    expect(notices[0]).toEqual(saying('theme'));
    const aside = readdirSync(folder).find((name) => name !== 'settings.json') ?? '';
    expect(notices[0]).toEqual(saying(aside));
    expect(JSON.parse(readFileSync(join(folder, aside), 'utf8'))).toEqual(later);
    expect(openSettings(nodeSettingsDisk(folder), AT).notices).toEqual([]);
  });

  test('are said to be later even where all of them is known', () => {
    const { settings, notices } = openOver({ ...mine, version: SETTINGS_VERSION + 1 });
    expect(settings.read()).toEqual(mine);
    expect(notices[0]).toEqual(saying('later version'));
  });
});

test.each([[-1], [0], [1.5], ['2'], [null], [{}]])(
  'a version of %j is a fault, and the rest is kept as the first version meant it',
  (version) => {
    const { settings, wrong } = parseSettings({ ...mine, when: { kind: 'always' }, version });
    expect(settings).toEqual({ ...mine, when: { kind: 'working' } });
    expect(wrong).toEqual(['version: not a version']);
  },
);

test('no file makes a migration fail', () => {
  const version = fc.oneof(fc.integer(), fc.double(), fc.jsonValue());
  const fields = fc.dictionary(fc.constantFrom('when', 'games', 'cards'), fc.jsonValue());
  fc.assert(
    fc.property(fields, version, (file, of) => {
      expect(migrate({ ...file, version: of }).fields).not.toHaveProperty('version');
    }),
  );
});

describe('one bad entry', () => {
  const window = { from: 60, to: 120, pricePerKwh: 100_000 };

  test('of the tariff does not lose the others', () => {
    const { settings, wrong } = parseSettings({
      ...mine,
      tariff: [window, { from: -1, to: 9, pricePerKwh: 1 }, 'cheap', window],
    });
    expect(settings).toEqual({ ...mine, tariff: [window, window] });
    expect(wrong).toEqual([expect.stringContaining('tariff')]);
  });

  test('of the cards loses neither the others nor what else was said of that card', () => {
    const { settings, wrong } = parseSettings({
      ...mine,
      cards: {
        'GPU-0': { enabled: false, temperatureMax: 1000, powerLimit: 140 },
        'GPU-1': { vramMax: null },
        'GPU-2': 7,
        '': { enabled: false },
        ['x'.repeat(200)]: { enabled: false },
      },
    });
    expect(settings.cards).toEqual({
      'GPU-0': { enabled: false, powerLimit: 140 },
      'GPU-1': { vramMax: null },
      'GPU-2': {},
    });
    expect(settings.sharing).toBe(true);
    expect(wrong).toEqual([expect.stringContaining('cards')]);
  });

  test('whatever it is: a card that its owner does not share stays so', () => {
    const odd = fc.dictionary(
      fc.constantFrom(...Object.keys(CardSettings.shape), '__proto__'),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(odd, fc.jsonValue(), (wishes, other) => {
        const cards = { 'GPU-0': { ...wishes, enabled: false }, 'GPU-1': other };
        const { settings } = parseSettings(JSON.parse(JSON.stringify({ ...mine, cards })));
        expect(settings.cards).toMatchObject({ 'GPU-0': { enabled: false } });
        expect(Settings.parse(settings)).toEqual(settings);
      }),
    );
  });

  test('of the week loses the week only', () => {
    const { settings, wrong } = parseSettings({ ...mine, schedule: [1, 2, 3] });
    expect(settings).toEqual(mine);
    expect(wrong).toEqual([expect.stringContaining('schedule')]);
  });
});
