import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gameOf, type SteamLibrary } from '../../src-main/activity/game-verdict.ts';
import { openSteamShelf } from '../../src-main/activity/steam-library.ts';
import { lookUp, MAX_DEPTH, parseVdf, type VdfObject } from '../../src-main/activity/vdf.ts';
import type { GameRule } from '../../src-shared/settings.ts';
import { openSteamHome } from './fixtures/steam-home.ts';

const library: SteamLibrary = {
  common: '/home/ann/Steam/steamapps/common',
  titles: new Map([['HL2', 'Half-Life 2']]),
  moved: [{ folder: '/fast/dota', name: 'Dota 2' }],
};
const title = (path: string, rules: readonly GameRule[] = [], libraries = [library]) =>
  gameOf(path, libraries, rules, 'linux')?.title ?? null;

describe('which program is a game', () => {
  test.each([
    ['in a game’s folder, by its title', `${library.common}/HL2/bin/hl2`, 'Half-Life 2'],
    ['of no manifest, by its folder', `${library.common}/Celeste/Celeste`, 'Celeste'],
    ['moved to another drive', '/fast/dota/game/bin/dota2', 'Dota 2'],
    ['named after a crash, but a game', `${library.common}/Crash/CrashBandicoot4`, 'Crash'],
    ['named like Proton, but a game', `${library.common}/Proton Pulse/pulse`, 'Proton Pulse'],
    ['somebody wears the headset', `${library.common}/SteamVR/bin/vrcompositor`, 'SteamVR'],
  ])('%s', (_why, path, wanted) => {
    expect(title(path)).toBe(wanted);
  });

  test.each([
    ['a name that only begins like the library', '/home/ann/Steam/steamapps/commonX/HL2/hl2'],
    ['a way out of the library', `${library.common}/HL2/../../../../bin/bash`],
    ['the library itself', library.common],
    ['the library itself, with a slash', `${library.common}/`],
    ['a file that lies loose in the library', `${library.common}/hl2`],
    ['a loose file behind slashes', `${library.common}///hl2///`],
    ['a name like a moved game', '/fast/dota2/dota2'],
    ['no whole path', 'steamapps/common/HL2/hl2'],
    ['nothing', ''],
    ['Steam itself', '/home/ann/Steam/ubuntu12_32/steam'],
    ['Steam’s runtime', `${library.common}/SteamLinuxRuntime_sniper/pressure-vessel/bin/pv-adverb`],
    ['Proton', `${library.common}/Proton - Experimental/files/bin/wine64-preloader`],
    ['Proton by number', `${library.common}/Proton 9.0 (Beta)/proton`],
    ['redistributables', `${library.common}/Steamworks Shared/_CommonRedist/vcredist/2019/setup`],
    ['an installer that a game brings', `${library.common}/HL2/_CommonRedist/DirectX/DXSETUP.exe`],
    ['a Unity crash handler', `${library.common}/HL2/UnityCrashHandler64.exe`],
    ['an Unreal crash reporter', `${library.common}/HL2/Engine/CrashReportClient`],
    ['a crashpad', `${library.common}/HL2/crashpad_handler`],
    ['SteamVR waiting', `${library.common}/SteamVR/bin/vrserver`],
  ])('not %s', (_what, path) => {
    expect(title(path)).toBeNull();
  });

  const rule = (path: string, verdict: GameRule['verdict']): GameRule => ({
    path,
    title: 'Mine',
    verdict,
  });

  test('the owner’s word beats every guess, in both directions', () => {
    expect(title('/usr/bin/blender', [rule('/usr/bin/blender', 'pause')])).toBe('Mine');
    expect(title('/usr/bin//blender', [rule('/usr/bin/../bin/blender', 'pause')])).toBe('Mine');
    expect(title(`${library.common}/HL2/hl2`, [rule(`${library.common}/HL2/hl2`, 'ignore')])).toBe(
      null,
    );
    expect(
      title(`${library.common}/HL2/UnityCrashHandler64`, [
        rule(`${library.common}/HL2/UnityCrashHandler64`, 'pause'),
      ]),
    ).toBe('Mine');
    expect(title('/usr/bin/blender2', [rule('/usr/bin/blender', 'pause')])).toBeNull();
  });

  test('Windows tells neither case nor slash apart', () => {
    const windows: SteamLibrary = {
      common: 'D:\\SteamLibrary\\steamapps\\common',
      titles: new Map([['hl2', 'Half-Life 2']]),
      moved: [],
    };
    const on = (path: string, rules: readonly GameRule[] = []) =>
      gameOf(path, [windows], rules, 'win32')?.title ?? null;
    expect(on('d:\\steamlibrary\\SteamApps\\COMMON\\HL2\\hl2.exe')).toBe('Half-Life 2');
    expect(on('D:/SteamLibrary/steamapps/common/HL2/hl2.exe')).toBe('Half-Life 2');
    expect(on('E:\\SteamLibrary\\steamapps\\common\\HL2\\hl2.exe')).toBeNull();
    expect(on('C:\\Emu\\emu.exe', [rule('c:\\emu\\EMU.EXE', 'pause')])).toBe('Mine');
  });

  test('programs of one game share a home, those of two do not', () => {
    const home = (path: string) => gameOf(path, [library], [], 'linux')?.home;
    expect(home(`${library.common}/HL2/a`)).toBe(home(`${library.common}/HL2/bin/b`));
    expect(home(`${library.common}/HL2/a`)).not.toBe(home(`${library.common}/HL3/a`));
  });

  test('no path outside the libraries is ever a game, and none makes us stumble', () => {
    const word = fc.constantFrom(
      '..',
      '.',
      '',
      'steamapps',
      'common',
      'commonX',
      'HL2',
      'home',
      'ann',
      'Steam',
      'fast',
      'dota',
      'x\0',
    );
    const path = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word, { maxLength: 14 }).map((words) => `/${words.join('/')}`),
      fc.array(word, { maxLength: 6 }).map((words) => `${library.common}/${words.join('/')}`),
    );
    fc.assert(
      fc.property(path, (given) => {
        const found = gameOf(given, [library], [], 'linux');
        gameOf(given, [library], [], 'win32');
        if (found === null) return;
        const real = posix.resolve(given);
        const inside = [library.common, '/fast/dota'].some((place) => real.startsWith(`${place}/`));
        expect(inside).toBe(true);
        expect(found.path.startsWith('/')).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('Steam’s own files', () => {
  test('names and blocks are read, whatever their case, with escapes, comments and conditions', () => {
    const read = parseVdf(
      '// libraries\n"LibraryFolders" { "Path" "C:\\\\Games \\"new\\"" bare word [$WIN32]\n inner { a "b" } }',
    );
    if (read.kind !== 'read') throw new Error(read.detail);
    expect(lookUp(read.root, 'libraryfolders', 'path')).toBe('C:\\Games "new"');
    expect(lookUp(read.root, 'libraryfolders', 'bare')).toBe('word');
    expect(lookUp(read.root, 'libraryfolders', 'inner', 'a')).toBe('b');
    expect(lookUp(read.root, 'libraryfolders', '__proto__', 'a')).toBeNull();
  });

  test.each([
    ['torn in a word', '"a" { "b" "c'],
    ['torn in a block', '"a" { "b" "c"'],
    ['with one end too many', '"a" { } }'],
    ['with a block of no name', '{ }'],
    ['with a name of no value', '"a" { "b" }'],
    ['nested without end', '"a" {'.repeat(MAX_DEPTH + 1)],
    ['a million quotes', '"\\"'.repeat(350_000)],
    ['a million braces', '{'.repeat(1_000_000)],
  ])('a text %s is refused with a reason', (_what, text) => {
    expect(parseVdf(text)).toMatchObject({
      kind: 'unreadable',
      detail: expect.stringMatching(/ at /),
    });
  });

  test('no text makes the reader stumble', () => {
    const token = fc.constantFrom(
      '"',
      '\\',
      '{',
      '}',
      '//',
      '\n',
      '[',
      ']',
      'key',
      ' ',
      '"a" "b"',
      '__proto__',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(token).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (given) => {
        expect(['read', 'unreadable']).toContain(parseVdf(given).kind);
      }),
      { numRuns: 1000 },
    );
  });

  type Tree = { [key: string]: string | Tree };
  test('what Steam writes is what we read', () => {
    const key = fc.string().map((text) => text.toLowerCase());
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.dictionary(key, fc.oneof({ depthSize: 'small' }, fc.string(), tie('tree')), {
        maxKeys: 4,
      }),
    }));
    const quote = (text: string) => `"${text.replace(/[\\"]/g, '\\$&')}"`;
    const write = (node: Tree): string =>
      Object.entries(node)
        .map(([k, v]) => `${quote(k)} ${typeof v === 'string' ? quote(v) : `{ ${write(v)} }`}\n`)
        .join('');
    const plain = (node: VdfObject): unknown =>
      [...node].map(([k, v]) => [k, typeof v === 'string' ? v : plain(v)]);
    const wanted = (node: Tree): unknown =>
      Object.entries(node).map(([k, v]) => [k, typeof v === 'string' ? v : wanted(v)]);
    fc.assert(
      fc.property(tree, (node) => {
        const read = parseVdf(write(node));
        expect(read.kind === 'read' && plain(read.root)).toEqual(wanted(node));
      }),
    );
  });
});

describe('the shelf of libraries', () => {
  let steam: ReturnType<typeof openSteamHome>;
  beforeEach(() => {
    steam = openSteamHome();
  });
  afterEach(() => steam.remove());
  const titles = (shelf: ReturnType<typeof openSteamShelf>) =>
    shelf.libraries().flatMap((one) => [...one.titles.values()]);

  test('a Steam that is not there is no trouble', () => {
    expect(openSteamShelf([join(steam.home, 'nobody')]).libraries()).toEqual([]);
  });

  test('one Steam under two names is one library', () => {
    steam.install({ folder: 'A', program: 'a', title: 'Game A' });
    steam.listLibraries([steam.steam, `${steam.steam}/.`, '/nowhere']);
    expect(titles(openSteamShelf([steam.home, steam.home]))).toEqual(['Game A']);
  });

  test('a list that is torn while Steam writes it loses no library', () => {
    const library = join(steam.home, 'drive');
    steam.install({ folder: 'B', program: 'b', title: 'Game B', library });
    steam.listLibraries([steam.steam, library]);
    const shelf = openSteamShelf([steam.home]);
    expect(titles(shelf)).toEqual(['Game B']);
    writeFileSync(join(steam.steam, 'steamapps/libraryfolders.vdf'), '"libraryfolders" { "0" {');
    shelf.refresh('now');
    expect(titles(shelf)).toEqual(['Game B']);
  });

  test('the old form of the list is read too', () => {
    const library = join(steam.home, 'old');
    steam.install({ folder: 'C', program: 'c', title: 'Game C', library });
    const list = join(steam.steam, 'steamapps/libraryfolders.vdf');
    writeFileSync(list, `"LibraryFolders" { "TimeNextStatsReport" "1" "1" "${library}" }`);
    expect(titles(openSteamShelf([steam.home]))).toEqual(['Game C']);
  });

  test('a game installed later has its title; nothing new is nothing to do', () => {
    const shelf = openSteamShelf([steam.home]);
    expect(shelf.refresh('now')).toBe(false);
    steam.install({ folder: 'D', program: 'd', title: 'Game D' });
    expect(shelf.refresh()).toBe(false);
    expect(shelf.refresh('now')).toBe(true);
    expect(titles(shelf)).toEqual(['Game D']);
  });

  test('a manifest that is a bomb, a lie or a tangle costs only its own title', () => {
    const apps = join(steam.steam, 'steamapps');
    steam.install({ folder: 'E', program: 'e', title: 'Game E' });
    writeFileSync(join(apps, 'appmanifest_1.acf'), 'x'.repeat(2 * 1024 * 1024));
    writeFileSync(join(apps, 'appmanifest_2.acf'), '"AppState" { "name" { } "installdir" "F" }');
    mkdirSync(join(apps, 'appmanifest_3.acf'));
    writeFileSync(
      join(apps, 'appmanifest_4.acf'),
      '"AppState" { "name" "Up\n\u202E" "installdir" "../../../up" }',
    );
    const [only] = openSteamShelf([steam.home]).libraries();
    expect(only && [...only.titles]).toEqual(
      expect.arrayContaining([
        ['E', 'Game E'],
        ['up', 'Up'],
      ]),
    );
    expect(only?.titles.size).toBe(2);
    utimesSync(apps, 1, 1);
  });
});
