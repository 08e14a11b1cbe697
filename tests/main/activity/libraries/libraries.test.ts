import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gameOf } from '../../../../src-main/activity/games/verdict.ts';
import { battlenetGames } from '../../../../src-main/activity/libraries/battlenet.ts';
import { epicSource } from '../../../../src-main/activity/libraries/epic.ts';
import { gogSource } from '../../../../src-main/activity/libraries/gog.ts';
import {
  type LibrarySource,
  libraryOf,
  type Machine,
  openShelf,
} from '../../../../src-main/activity/libraries/library.ts';
import { librarySources } from '../../../../src-main/activity/libraries/sources.ts';
import { gamingRoots, xboxLibrary } from '../../../../src-main/activity/libraries/xbox.ts';
import {
  isFitFolder,
  pathsOf,
  segmentsBelow,
  within,
} from '../../../../src-main/activity/programs/program-path.ts';
import { tempFolder } from '../../../worlds/temp-folder.ts';

const linux = (home: string): Machine => ({ platform: 'linux', homes: [home], env: {} });
const windows: Machine = { platform: 'win32', homes: ['C:\\Users\\ann'], env: {} };

const write = (path: string, content: unknown) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
};
const titleBy =
  (source: LibrarySource, { platform }: Machine) =>
  (path: string) =>
    gameOf(path, openShelf([source]).libraries(), [], platform)?.title ?? null;

describe('Epic', () => {
  const item = (more: object) => ({
    FormatVersion: 0,
    AppCategories: ['public', 'games'],
    ...more,
  });

  test('a game is known by the manifest, wherever it was installed', () => {
    const folder = tempFolder();
    write(
      join(folder, 'A.item'),
      item({ DisplayName: 'Hades', InstallLocation: 'D:\\Games\\Hades' }),
    );
    const title = titleBy(epicSource(windows, [folder]), windows);
    expect(title('d:\\games\\hades\\x64\\Hades.exe')).toBe('Hades');
    expect(title('D:\\Games\\HadesII\\Hades2.exe')).toBeNull();
    expect(title('D:\\Games\\Hades\\CrashReportClient.exe')).toBeNull();
  });

  test('the Unreal Editor is no game, and a manifest that claims the whole machine is not believed', () => {
    const folder = tempFolder();
    const claims = [
      'C:\\',
      'C:\\Windows',
      'C:\\Windows\\System32',
      'C:\\Users\\ann',
      'C:\\Program Files',
      'here',
      '',
    ];
    for (const [i, claim] of claims.entries())
      write(join(folder, `${i}.item`), item({ DisplayName: 'Mine', InstallLocation: claim }));
    write(join(folder, 'ue.item'), {
      DisplayName: 'UE',
      InstallLocation: 'C:\\UE_5',
      AppCategories: ['engines'],
    });
    const title = titleBy(epicSource(windows, [folder]), windows);
    expect(title('C:\\Windows\\System32\\notepad.exe')).toBeNull();
    expect(title('C:\\Users\\ann\\tool.exe')).toBeNull();
    expect(title('C:\\Program Files\\App\\app.exe')).toBeNull();
    expect(title('C:\\UE_5\\UnrealEditor.exe')).toBeNull();
  });

  test('torn, huge and strange manifests cost only their own game; a pipe holds nobody up', () => {
    const folder = tempFolder();
    write(join(folder, '1.item'), '{"DisplayName": "Torn", "InstallLoc');
    write(join(folder, '2.item'), `"${'x'.repeat(2 * 1024 * 1024)}"`);
    write(join(folder, '3.item'), '[]');
    write(join(folder, '4.item'), { DisplayName: {}, InstallLocation: 4 });
    mkdirSync(join(folder, '5.item'));
    symlinkSync('6.item', join(folder, '6.item'));
    execFileSync('mkfifo', [join(folder, '7.item')]);
    write(join(folder, '8.item'), item({ DisplayName: 'Up\n\u202E', InstallLocation: 'E:\\Up' }));
    const title = titleBy(epicSource(windows, [folder]), windows);
    expect(title('E:\\Up\\up.exe')).toBe('Up');
  });
});

test('GOG’s games are known by what the installer left in their folders, on both systems', () => {
  const home = tempFolder();
  write(join(home, 'GOG Games/Stardew Valley/gameinfo'), 'Stardew Valley™\n1.5\n');
  write(join(home, 'GOG Games/Witcher/goggame-1207.info'), { gameId: '1207', name: 'The Witcher' });
  write(join(home, 'GOG Games/Backup/readme.txt'), 'no game');
  const machine = linux(home);
  const title = titleBy(gogSource(machine), machine);
  expect(title(join(home, 'GOG Games/Stardew Valley/game/StardewValley'))).toBe('Stardew Valley™');
  expect(title(join(home, 'GOG Games/Witcher/witcher.exe'))).toBe('The Witcher');
  expect(title(join(home, 'GOG Games/Backup/tool'))).toBeNull();
});

describe('the Xbox app', () => {
  const at = (path: string) =>
    gameOf(path, [xboxLibrary('D:\\XboxGames', windows)], [], 'win32')?.title ?? null;

  test('its games are the folders of XboxGames', () => {
    expect(at('D:\\XboxGames\\Forza Horizon 5\\Content\\ForzaHorizon5.exe')).toBe(
      'Forza Horizon 5',
    );
    expect(at('D:\\XboxGames\\Forza Horizon 5\\Content\\gamelaunchhelper.exe')).toBeNull();
    expect(at('D:\\XboxGames\\Minecraft Launcher\\Content\\Minecraft.exe')).toBeNull();
    expect(at('D:\\XboxGames\\stray.exe')).toBeNull();
  });

  test('a drive may name another folder, and no mark makes us stumble', () => {
    const mark = (text: string) =>
      Buffer.concat([
        Buffer.from('RGBX\u0001\0\0\0', 'latin1'),
        Buffer.from(`${text}\0`, 'utf16le'),
      ]);
    expect(gamingRoots(null)).toEqual(['XboxGames']);
    expect(gamingRoots(mark('My Games'))).toEqual(['XboxGames', 'My Games']);
    expect(gamingRoots(mark('..\\Windows'))).toEqual(['XboxGames']);
    expect(gamingRoots(mark('C:\\'))).toEqual(['XboxGames']);
    fc.assert(
      fc.property(fc.uint8Array(), (noise) => {
        const roots = gamingRoots(Buffer.concat([Buffer.from('RGBX'), noise]));
        expect(roots.some((name) => name.includes('..') || name.includes(':'))).toBe(false);
      }),
    );
  });
});

describe('Battle.net', () => {
  const field = (number: number, content: string | Uint8Array) => {
    const bytes = Buffer.from(content as string);
    if (bytes.length > 127) throw new Error('one byte of length is enough here');
    return Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
  };
  const install = (code: string, path: string) =>
    field(
      1,
      Buffer.concat([
        field(1, code),
        field(2, code),
        field(3, field(1, path)),
        Buffer.from([5 * 8, 0x96, 0x01]),
      ]),
    );

  test('what is installed has the title of its folder; the store itself is none', () => {
    const list = Buffer.concat([
      install('agent', 'C:/ProgramData/Battle.net/Agent'),
      install('wow', 'C:/Program Files (x86)/World of Warcraft'),
    ]);
    const games = battlenetGames(list);
    expect(games.map(({ title }) => title)).toEqual(['World of Warcraft']);
    const path = 'C:\\Program Files (x86)\\World of Warcraft\\_retail_\\Wow.exe';
    expect(libraryOf(games, windows).gameAt(path)?.title).toBe('World of Warcraft');
  });

  test('no bytes make the reader stumble, and of a torn list the whole part holds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        battlenetGames(noise);
        const games = battlenetGames(Buffer.concat([install('wow', 'D:/WoW'), noise]));
        expect(games[0]).toEqual({ title: 'WoW', folder: 'D:/WoW' });
      }),
      { numRuns: 1000 },
    );
  });
});

test.each([
  '/',
  '/usr',
  '/usr/bin',
  '/usr/lib',
  '/usr/games',
  '/home',
  '/home/ann',
  '/home/bob',
  '/home/ann/Games',
  '/home/ann/.config',
  '/opt',
  '/etc/x',
  '/proc/1',
  'Games/x',
  '/home/ann/../..',
  '/a\0/b/c',
])('%j is never one game’s folder, whoever says so', (folder) => {
  expect(isFitFolder(folder, ['/home/ann'], 'linux')).toBe(false);
});
test.each([
  '/home/ann/Games/x',
  '/opt/x',
  '/mnt/games/x',
  '/run/media/ann/Disk/x',
  '/usr/share/games/x',
  '/home/ann/x',
])('%s may be', (folder) => {
  expect(isFitFolder(folder, ['/home/ann'], 'linux')).toBe(true);
});

test('the quick way of asking what lies in a folder says the same as the thorough one', () => {
  const name = fc.constantFrom('a', 'A', 'ab', 'İ', 'ß', 'x y', '..', 'é');
  const names = fc.array(name, { maxLength: 4 });
  fc.assert(
    fc.property(fc.constantFrom('linux', 'win32', 'darwin'), names, names, (platform, one, two) => {
      const { sep, normalize } = pathsOf(platform);
      const top = platform === 'win32' ? 'C:' : '';
      const folder = [top, ...one].join(sep) || sep;
      const path = normalize([top, ...one, ...two].join(sep) || sep);
      const other = normalize([top, ...two].join(sep) || sep);
      for (const each of [path, other]) {
        const quick = within(folder, platform)(each);
        const thorough = segmentsBelow(folder, each, platform);
        // The folder itself holds no program, so which of the two ways says "nothing" is the same.
        expect(quick ?? []).toEqual(thorough ?? []);
      }
    }),
    { numRuns: 2000 },
  );
});

test('an empty machine of any system is no trouble, and nothing on it is a game', () => {
  const home = tempFolder();
  for (const platform of ['linux', 'win32', 'darwin'] as const) {
    const shelf = openShelf(librarySources({ platform, homes: [home], env: {} }));
    const path = platform === 'win32' ? 'C:\\Program Files\\App\\app.exe' : '/usr/bin/bash';
    expect(gameOf(path, shelf.libraries(), [], platform)).toBeNull();
    expect(shelf.refresh('now')).toBe(false);
  }
});
