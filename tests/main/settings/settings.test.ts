import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeSettingsDisk } from '../../../src-main/settings/file.ts';
import { openSettings, parseSettings } from '../../../src-main/settings/store.ts';
import { defaults, Settings } from '../../../src-shared/settings.ts';
import { saying } from '../../worlds/saying.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';

const AT = Date.UTC(2026, 10, 22, 10, 15, 30);
const ASIDE = 'settings.corrupt-2026-11-22T10-15-30-000Z.json';
const mine = Settings.parse({
  ...defaults,
  sharing: true,
  welcomed: true,
  temperatureMax: 70,
  theme: 'dark',
});
const game = { path: '/games/dota', title: 'Dota 2', verdict: 'pause' } as const;

/** Opens settings over a file with this text, and hands back what the owner would notice. */
function openOver(text: string) {
  const folder = tempFolder();
  writeFileSync(join(folder, 'settings.json'), text);
  const { settings, notices } = openSettings(nodeSettingsDisk(folder), AT);
  return { folder, settings: settings.read(), notices };
}

describe('the settings', () => {
  test('are off at the first start, without a word', () => {
    const { settings, notices } = openSettings(nodeSettingsDisk(tempFolder()), AT);
    expect(settings.read()).toEqual(defaults);
    expect(settings.read().sharing).toBe(false);
    expect(notices).toEqual([]);
  });

  test('are as the owner left them after a restart', () => {
    const folder = tempFolder();
    expect(openSettings(nodeSettingsDisk(folder), AT).settings.write(mine)).toEqual({ kind: 'ok' });
    const again = openSettings(nodeSettingsDisk(folder), AT);
    expect(again).toMatchObject({ notices: [] });
    expect(again.settings.read()).toEqual(mine);
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });

  test.each([
    ['cut off', JSON.stringify(mine).slice(0, 40)],
    ['not text', '\u0000\u0001\u0002'],
    ['empty', ''],
    ['a list', '[1, 2]'],
    ['a number', '7'],
    ['null', 'null'],
    ['far too large', `"${'x'.repeat(9 * 1024 * 1024)}"`],
  ])('that are %s mean sharing is off, the file kept, and a sentence', (_, text) => {
    const { folder, settings, notices } = openOver(text);
    // Whoever has a file has been here before.
    expect(settings).toEqual({ ...defaults, welcomed: true });
    expect(readFileSync(join(folder, ASIDE), 'utf8')).toBe(text);
    expect(notices).toEqual([saying(ASIDE)]);
    expect(notices[0]).toEqual(saying('sharing is off'));
    expect(openSettings(nodeSettingsDisk(folder), AT).notices).toEqual([]);
  });

  test('with one bad field keep the others, now and after the next start', () => {
    const { folder, settings, notices } = openOver(
      JSON.stringify({ ...mine, temperatureMax: 1000, games: [game] }),
    );
    const expected = { ...mine, temperatureMax: defaults.temperatureMax, games: [game] };
    expect(settings).toEqual(expected);
    expect(notices).toEqual([saying('temperatureMax')]);
    expect(openSettings(nodeSettingsDisk(folder), AT).settings.read()).toEqual(expected);
  });

  test('with one bad game still know the others', () => {
    const { settings } = openOver(JSON.stringify({ ...mine, games: [game, { path: 7 }] }));
    expect(settings.games).toEqual([game]);
    expect(settings.sharing).toBe(true);
  });

  test('of an older version get the new fields without a notice', () => {
    const { theme: _, ...older } = mine;
    const { settings, notices } = openOver(JSON.stringify(older));
    expect(settings).toEqual({ ...mine, theme: defaults.theme });
    expect(notices).toEqual([]);
  });

  test('are always settings, whatever the file holds', () => {
    const field = fc.constantFrom(...Object.keys(defaults), '__proto__', 'constructor');
    const hostile = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(field, fc.jsonValue()).map((found) => ({ ...mine, ...found })),
    );
    fc.assert(
      fc.property(hostile, (value) => {
        const { settings, wrong } = parseSettings(JSON.parse(JSON.stringify(value)));
        expect(Settings.parse(settings)).toEqual(settings);
        expect(wrong.every((phrase) => phrase.length > 0)).toBe(true);
      }),
    );
  });

  test('hold at once even where the disk does not take them, and say so', () => {
    const folder = join(tempFolder(), 'gone');
    const { settings } = openSettings(nodeSettingsDisk(folder), AT);
    expect(settings.write({ ...mine, sharing: false })).toEqual({
      kind: 'unwritten',
      detail: saying('settings could not be saved'),
    });
    expect(settings.read()).toEqual({ ...mine, sharing: false });
    mkdirSync(folder);
    expect(settings.write(mine)).toEqual({ kind: 'ok' });
    expect(existsSync(join(folder, 'settings.json'))).toBe(true);
  });
});
