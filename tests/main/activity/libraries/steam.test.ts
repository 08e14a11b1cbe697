import { mkdirSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gameOf } from '../../../../src-main/activity/games/verdict.ts';
import { openShelf } from '../../../../src-main/activity/libraries/library.ts';
import {
  type SteamFolder,
  steamLibrary,
  steamRoots,
  steamSource,
} from '../../../../src-main/activity/libraries/steam.ts';
import type { GameRule } from '../../../../src-shared/settings.ts';
import { openSteamHome } from '../../../worlds/computer/steam-home.ts';

const library: SteamFolder = {
  common: '/home/ann/Steam/steamapps/common',
  inside: null,
  titles: new Map([['HL2', 'Half-Life 2']]),
  moved: [{ folder: '/fast/dota', name: 'Dota 2' }],
  present: [],
};
const onLinux = (folder: SteamFolder) => steamLibrary(folder, 'linux');
const title = (path: string, rules: readonly GameRule[] = [], libraries = [library]) =>
  gameOf(path, libraries.map(onLinux), rules, 'linux')?.title ?? null;

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
    const windows: SteamFolder = {
      inside: null,
      common: 'D:\\SteamLibrary\\steamapps\\common',
      titles: new Map([['hl2', 'Half-Life 2']]),
      moved: [],
      present: [],
    };
    const on = (path: string, rules: readonly GameRule[] = []) =>
      gameOf(path, [steamLibrary(windows, 'win32')], rules, 'win32')?.title ?? null;
    expect(on('d:\\steamlibrary\\SteamApps\\COMMON\\HL2\\hl2.exe')).toBe('Half-Life 2');
    expect(on('D:/SteamLibrary/steamapps/common/HL2/hl2.exe')).toBe('Half-Life 2');
    expect(on('E:\\SteamLibrary\\steamapps\\common\\HL2\\hl2.exe')).toBeNull();
    expect(on('C:\\Emu\\emu.exe', [rule('c:\\emu\\EMU.EXE', 'pause')])).toBe('Mine');
  });

  test('programs of one game share a home, those of two do not', () => {
    const home = (path: string) => gameOf(path, [onLinux(library)], [], 'linux')?.home;
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
        const found = gameOf(given, [onLinux(library)], [], 'linux');
        gameOf(given, [steamLibrary(library, 'win32')], [], 'win32');
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

describe('the shelf of libraries', () => {
  let steam: ReturnType<typeof openSteamHome>;
  beforeEach(() => {
    steam = openSteamHome();
  });
  afterEach(() => steam.remove());
  const open = (...homes: readonly string[]) =>
    openShelf([steamSource({ platform: 'linux', homes, env: {} })]);
  /** The title of a program in the folder of this name, in any library. */
  const titleIn = (shelf: ReturnType<typeof open>, folder: string, at = steam.steam) =>
    gameOf(join(at, 'steamapps/common', folder, 'play'), shelf.libraries(), [])?.title;

  test('a Steam that is not there is no trouble', () => {
    expect(open(join(steam.home, 'nobody')).libraries()).toEqual([]);
  });

  test('one Steam under two names is one library', () => {
    steam.install({ folder: 'A', program: 'a', title: 'Game A' });
    steam.listLibraries([steam.steam, `${steam.steam}/.`, '/nowhere']);
    const shelf = open(steam.home, steam.home);
    expect(shelf.libraries()).toHaveLength(1);
    expect(titleIn(shelf, 'A')).toBe('Game A');
  });

  test('a list that is torn while Steam writes it loses no library', () => {
    const library = join(steam.home, 'drive');
    steam.install({ folder: 'B', program: 'b', title: 'Game B', library });
    steam.listLibraries([steam.steam, library]);
    const shelf = open(steam.home);
    expect(titleIn(shelf, 'B', library)).toBe('Game B');
    writeFileSync(join(steam.steam, 'steamapps/libraryfolders.vdf'), '"libraryfolders" { "0" {');
    shelf.refresh('now');
    expect(titleIn(shelf, 'B', library)).toBe('Game B');
  });

  test('the old form of the list is read too', () => {
    const library = join(steam.home, 'old');
    steam.install({ folder: 'C', program: 'c', title: 'Game C', library });
    const list = join(steam.steam, 'steamapps/libraryfolders.vdf');
    writeFileSync(list, `"LibraryFolders" { "TimeNextStatsReport" "1" "1" "${library}" }`);
    expect(titleIn(open(steam.home), 'C', library)).toBe('Game C');
  });

  test('a game installed later has its title; nothing new is nothing to do', () => {
    const shelf = open(steam.home);
    expect(shelf.refresh('now')).toBe(false);
    steam.install({ folder: 'D', program: 'd', title: 'Game D' });
    expect(shelf.refresh()).toBe(false);
    expect(shelf.refresh('now')).toBe(true);
    expect(titleIn(shelf, 'D')).toBe('Game D');
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
    const shelf = open(steam.home);
    expect(['E', 'F', 'up'].map((folder) => titleIn(shelf, folder))).toEqual(['Game E', 'F', 'Up']);
  });

  test('a Steam in Flatpak is read from outside, and its games are known by what they see inside', () => {
    const sandbox = join(steam.home, '.var/app/com.valvesoftware.Steam');
    const root = join(sandbox, '.local/share/Steam');
    const drive = join(sandbox, 'drive');
    steam.install({ folder: 'G', program: 'play', title: 'Game G', library: root });
    steam.install({ folder: 'H', program: 'play', title: 'Game H', library: drive });
    const seen = [join(steam.home, '.local/share/Steam'), join(steam.home, 'drive')];
    const rows = seen.map((path, i) => `"${i}" { "path" "${path}" }`);
    writeFileSync(
      join(root, 'steamapps/libraryfolders.vdf'),
      `"libraryfolders" { ${rows.join(' ')} }`,
    );
    const shelf = open(steam.home);
    expect(titleIn(shelf, 'G', root)).toBe('Game G');
    expect(titleIn(shelf, 'H', drive)).toBe('Game H');
    expect(titleIn(shelf, 'H', join(steam.home, 'drive'))).toBe('Game H');
  });

  test('Steam is looked for where each system has it', () => {
    const roots = (platform: NodeJS.Platform, home: string) =>
      steamRoots(home, { platform, env: { 'ProgramFiles(x86)': 'C:\\Program Files (x86)' } });
    expect(roots('linux', '/home/ann')).toEqual(
      expect.arrayContaining([
        '/home/ann/.local/share/Steam',
        '/home/ann/.var/app/com.valvesoftware.Steam/.local/share/Steam',
        '/home/ann/snap/steam/common/.local/share/Steam',
      ]),
    );
    expect(roots('darwin', '/Users/ann')).toEqual(['/Users/ann/Library/Application Support/Steam']);
    expect(roots('win32', 'C:\\Users\\ann')).toEqual(['C:\\Program Files (x86)\\Steam']);
  });
});
