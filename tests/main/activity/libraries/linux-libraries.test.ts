import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gameOf } from '../../../../src-main/activity/games/verdict.ts';
import { flatpakSource, menuTitle } from '../../../../src-main/activity/libraries/flatpak.ts';
import { heroicSource } from '../../../../src-main/activity/libraries/heroic.ts';
import {
  type LibrarySource,
  type Machine,
  openShelf,
} from '../../../../src-main/activity/libraries/library.ts';
import {
  lutrisGame,
  lutrisSource,
  readScalars,
} from '../../../../src-main/activity/libraries/lutris.ts';
import { flatpakProgram } from '../../../../src-main/activity/programs/flatpak.ts';
import { tempFolder } from '../../../worlds/temp-folder.ts';

const linux = (home: string): Machine => ({ platform: 'linux', homes: [home], env: {} });

const write = (path: string, content: unknown) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
};
const titleBy =
  (source: LibrarySource, { platform }: Machine) =>
  (path: string) =>
    gameOf(path, openShelf([source]).libraries(), [], platform)?.title ?? null;

test('Heroic knows its games from Epic, GOG and Amazon, and those added by hand', () => {
  const home = tempFolder();
  const heroic = join(home, '.var/app/com.heroicgameslauncher.hgl/config/heroic');
  const games = join(home, 'Games/Heroic');
  write(join(heroic, 'legendaryConfig/legendary/installed.json'), {
    Calluna: { app_name: 'Calluna', title: 'Control', install_path: join(games, 'Control') },
  });
  write(join(heroic, 'gog_store/installed.json'), {
    installed: [
      { appName: '1', install_path: join(games, 'one') },
      { appName: '2', install_path: join(games, 'two') },
    ],
  });
  write(join(heroic, 'store_cache/gog_library.json'), {
    games: [{ app_name: '1', title: 'Number One' }],
  });
  write(join(games, 'two/goggame-2.info'), { name: 'Number Two' });
  write(join(heroic, 'nile_config/nile/installed.json'), [
    { id: 'a', path: join(games, 'amazon') },
  ]);
  write(join(heroic, 'store_cache/nile_library.json'), {
    library: [{ app_name: 'a', title: 'From Amazon' }],
  });
  write(join(heroic, 'sideload_apps/library.json'), {
    games: [
      { title: 'By Hand', install: { executable: '/usr/bin/byhand', platform: 'linux' } },
      { title: 'No Program', install: {} },
    ],
  });
  const machine = linux(home);
  const title = titleBy(heroicSource(machine), machine);
  expect(title(join(games, 'Control/Control_DX12.exe'))).toBe('Control');
  expect(title(join(games, 'one/start'))).toBe('Number One');
  expect(title(join(games, 'two/start'))).toBe('Number Two');
  expect(title(join(games, 'amazon/start'))).toBe('From Amazon');
  expect(title('/usr/bin/byhand')).toBe('By Hand');
  expect(title('/usr/bin/bash')).toBeNull();
});

describe('Lutris', () => {
  test('a game is known by its file: its own name, or the name of the file', () => {
    const home = tempFolder();
    const folder = join(home, '.local/share/lutris/games');
    write(
      join(folder, 'the-witcher-3-1669999999.yml'),
      `game:\n  exe: ${home}/Games/witcher/bin/witcher3.exe\n  prefix: ${home}/Games/witcher\nsystem: {}\n`,
    );
    write(join(folder, 'quake-1.yml'), `game:\n  exe: ${home}/q/q2\nname: 'Quake: it''s II'\n`);
    write(join(folder, 'tux-1234567.yml'), 'game: {exe: /usr/games/tux}\n');
    write(join(folder, 'native-1234567.yml'), 'game:\n  exe: /usr/games/supertux2\n');
    const machine = linux(home);
    const title = titleBy(lutrisSource(machine), machine);
    expect(title(`${home}/Games/witcher/bin/witcher3.exe`)).toBe('The Witcher 3');
    expect(title(`${home}/q/q2`)).toBe('Quake: it’s II'.replace('’', "'"));
    expect(title('/usr/games/supertux2')).toBe('Native');
    expect(title('/usr/games/cowsay')).toBeNull();
  });

  test('texts are read as Python writes them: folded, quoted and with escapes', () => {
    const read = readScalars(
      [
        'game:',
        '  exe: /home/ann/Games/a very long name that Python folds at eighty columns/and',
        '    goes on/game.exe',
        '  args: "-x \\"Pok\\xE9mon\\" \\',
        '    \\ y"',
        '  list:',
        '  - one',
        '  prefix: null # none',
        "slug: 'it''s'",
      ].join('\n'),
    );
    expect(read.get('game.exe')).toBe(
      '/home/ann/Games/a very long name that Python folds at eighty columns/and goes on/game.exe',
    );
    expect(read.get('game.args')).toBe('-x "Pokémon"  y');
    expect(read.get('slug')).toBe("it's");
  });

  test('no text makes the reader stumble', () => {
    const line = fc.constantFrom(
      'game:',
      '  exe: /a/b',
      '  exe: "',
      "'",
      '    - x',
      'name: |',
      '\t',
      '  : ',
      '\\',
      'a: "\\U000FFFFF"',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(line).map((lines) => lines.join('\n')),
    );
    fc.assert(
      fc.property(text, (given) => {
        const game = lutrisGame('x-1234567', given);
        expect(game === null || game.folder.startsWith('/')).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('Flatpak', () => {
  const info = (path: string) =>
    `[Application]\nname=org.tux\n\n[Instance]\ninstance-id=1\napp-path=${path}\n`;

  test('a program in a sandbox has one path from outside, the same after an update', () => {
    const of = (hash: string) =>
      flatpakProgram(
        '/app/bin/tux',
        info(`/var/lib/flatpak/app/org.tux/x86_64/stable/${hash}/files`),
      );
    expect(of('1a')).toBe('/var/lib/flatpak/app/org.tux/current/active/files/bin/tux');
    expect(of('2b')).toBe(of('1a'));
    expect(flatpakProgram('/app/bin/tux', 'app-path=/elsewhere\n')).toBeNull();
  });

  test('what calls itself a game in the menu is one; stores are not', () => {
    const home = tempFolder();
    const menu = join(home, '.local/share/flatpak/exports/share/applications');
    const entry = (name: string, kinds: string) =>
      `[Desktop Entry]\nName=${name}\nName[de]=Anders\nCategories=${kinds};\n[Desktop Action new]\nName=No\n`;
    write(join(menu, 'org.tux.desktop'), entry('SuperTux', 'Game;ArcadeGame'));
    write(join(menu, 'org.paint.desktop'), entry('Paint', 'Graphics'));
    const machine = linux(home);
    const title = titleBy(flatpakSource(machine), machine);
    const at = (id: string) =>
      join(home, '.local/share/flatpak/app', id, 'current/active/files/bin/x');
    expect(title(at('org.tux'))).toBe('SuperTux');
    expect(title(at('org.paint'))).toBeNull();
    expect(menuTitle(entry('Steam', 'Network;FileTransfer;Game'))).toBeNull();
    expect(menuTitle('')).toBeNull();
  });
});
