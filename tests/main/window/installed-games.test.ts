import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gameOf, isIgnored } from '../../../src-main/activity/games/verdict.ts';
import { type FoundLauncher, openShelf } from '../../../src-main/activity/libraries/library.ts';
import { librarySources } from '../../../src-main/activity/libraries/sources.ts';
import { xboxLibrary } from '../../../src-main/activity/libraries/xbox.ts';
import { installedGames } from '../../../src-main/window/installed-games.ts';
import { Answer, GAMES_AT_ONCE } from '../../../src-shared/question.ts';
import type { GameRule } from '../../../src-shared/settings.ts';
import { openSteamHome } from '../../worlds/computer/steam-home.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';

const write = (path: string, content: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
};

describe('the games that are installed', () => {
  let steam: ReturnType<typeof openSteamHome>;
  beforeEach(() => {
    steam = openSteamHome();
  });
  afterEach(() => steam.remove());
  const open = () => openShelf(librarySources({ platform: 'linux', homes: [steam.home], env: {} }));
  const titles = (launchers: readonly FoundLauncher[]) =>
    Object.fromEntries(
      launchers.map(({ name, games }) => [name, games.map((g) => g.title).sort()]),
    );

  test('are listed by their launchers, and a launcher that is not there is not listed', () => {
    steam.install({ folder: 'HL2', program: 'hl2', title: 'Half-Life 2' });
    write(join(steam.home, 'GOG Games/Stardew/gameinfo'), 'Stardew Valley\n');
    write(
      join(steam.home, '.local/share/lutris/games/quake-1669999999.yml'),
      `name: Quake\ngame:\n  exe: ${steam.home}/Games/quake/quake\n`,
    );
    mkdirSync(join(steam.home, '.config/itch/apps/celeste'), { recursive: true });
    const shelf = open();
    const ours = shelf.launchers().filter(({ name }) => name !== 'Flatpak');
    expect(titles(ours)).toEqual({
      Steam: ['Half-Life 2'],
      GOG: ['Stardew Valley'],
      Lutris: ['Quake'],
      itch: ['celeste'],
    });
  });

  test('are none of Steam’s own tools, and no folder that a game left behind', () => {
    steam.install({ folder: 'Portal', program: 'portal', title: 'Portal' });
    steam.install({ folder: 'Proton 9.0', program: 'proton', title: 'Proton 9.0' });
    steam.install({ folder: 'SteamVR', program: 'vrserver', title: 'SteamVR' });
    steam.install({ folder: 'Removed', program: 'save' });
    write(
      join(steam.steam, 'steamapps/appmanifest_1.acf'),
      '"AppState" { "name" "Coming" "installdir" "Not here yet" }',
    );
    expect(titles(open().launchers()).Steam).toEqual(['Portal']);
  });

  test('a launcher without games is there; what two launchers list is counted once', () => {
    expect(titles(open().launchers()).Steam).toEqual([]);
    const path = steam.install({ folder: 'HL2', program: 'hl2', title: 'Half-Life 2' });
    write(
      join(steam.home, '.config/legendary/installed.json'),
      JSON.stringify({ x: { title: 'Half-Life 2', install_path: dirname(path) } }),
    );
    expect(titles(open().launchers())).toMatchObject({ Steam: ['Half-Life 2'], Heroic: [] });
  });

  test('a title that changed without a sign on the disk is seen when the owner scans again', () => {
    const info = join(steam.home, 'GOG Games/Stardew/gameinfo');
    write(info, 'Starden Valley\n');
    const shelf = open();
    write(info, 'Stardew Valley\n');
    expect(shelf.refresh('now')).toBe(false);
    expect(titles(shelf.launchers()).GOG).toEqual(['Starden Valley']);
    shelf.rescan();
    expect(titles(shelf.launchers()).GOG).toEqual(['Stardew Valley']);
  });

  test('are ignored whole by a rule on their folder as it is listed; one program may still count', () => {
    const path = steam.install({ folder: 'HL2', program: 'bin/hl2', title: 'Half-Life 2' });
    const other = steam.install({ folder: 'HL2', program: 'bin/editor' });
    const next = steam.install({ folder: 'HL2 Demo', program: 'hl2', title: 'Demo' });
    const shelf = open();
    const [game] = shelf.launchers()[0]?.games.filter(({ title }) => title === 'Half-Life 2') ?? [];
    if (!game) throw new Error('not listed');
    const ignore: GameRule = { path: game.folder, title: 'Half-Life 2', verdict: 'ignore' };
    const pause: GameRule = { path: other, title: 'Editor', verdict: 'pause' };
    const judge = (program: string, ...rules: GameRule[]) => [
      gameOf(program, shelf.libraries(), rules)?.title ?? null,
      isIgnored(program, shelf.libraries(), rules),
    ];
    expect(judge(path)).toEqual(['Half-Life 2', false]);
    expect(judge(path, ignore)).toEqual([null, true]);
    expect(judge(other, ignore, pause)).toEqual(['Editor', false]);
    expect(judge(next, ignore)).toEqual(['Demo', false]);
    expect(judge('/usr/bin/blender', ignore)).toEqual([null, false]);
    expect(judge(path, { ...ignore, verdict: 'pause' })).toEqual(['Half-Life 2', false]);
  });
});

test('the Xbox app lists its folders, and not the saved games beside them', () => {
  const folder = tempFolder();
  for (const name of ['Forza Horizon 5/Content', 'GameSave'])
    mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'stray.exe'), '');
  const { games } = xboxLibrary(folder, { platform: 'linux', homes: [], env: {} });
  expect(games()).toEqual([{ title: 'Forza Horizon 5', folder: join(folder, 'Forza Horizon 5') }]);
});

describe('the answer about installed games', () => {
  const launcher = (name: string, ...titles: string[]): FoundLauncher => ({
    name,
    games: titles.map((title) => ({ title, folder: `/g/${name}/${title}` })),
  });

  test('is by title, over all launchers, and says where each is from', () => {
    const { games, all } = installedGames(
      [launcher('Steam', 'Portal', 'Celeste'), launcher('GOG', 'Gothic')],
      '',
    );
    expect(games.map(({ title, library }) => `${title} ${library}`)).toEqual([
      'Celeste Steam',
      'Gothic GOG',
      'Portal Steam',
    ]);
    expect(all).toBe(3);
  });

  test('finds a part of a title, whatever its case and accents', () => {
    const found = (search: string) =>
      installedGames([launcher('Steam', 'Pokémon Café', 'Half-Life 2')], search).games.map(
        ({ title }) => title,
      );
    expect(found(' cafe ')).toEqual(['Pokémon Café']);
    expect(found('LIFE')).toEqual(['Half-Life 2']);
    expect(found('portal')).toEqual([]);
  });

  test('holds no more than it may, says how many there are, and is always readable', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 0, maxLength: GAMES_AT_ONCE * 2 }),
        fc.string({ maxLength: 3 }),
        (titles, search) => {
          const answer = installedGames([launcher('Steam', ...titles)], search);
          expect(Answer.parse(answer)).toEqual(answer);
          expect(answer.games).toHaveLength(Math.min(answer.all, GAMES_AT_ONCE));
        },
      ),
      { numRuns: 50 },
    );
  });
});
