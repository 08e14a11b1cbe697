import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { watchGames } from '../../../../src-main/activity/games/games.ts';
import { programOf } from '../../../../src-main/activity/programs/program-identity.ts';
import { nameOf } from '../../../../src-main/activity/programs/program-name.ts';
import {
  isWine,
  type ProcessFacts,
  wineProgram,
} from '../../../../src-main/activity/programs/wine-program.ts';
import type { Game } from '../../../../src-main/policy/circumstances.ts';
import type { GameRule } from '../../../../src-shared/settings.ts';
import { openSteamHome } from '../../../worlds/computer/steam-home.ts';
import { onDriveZ, openWineHome } from '../../../worlds/computer/wine-home.ts';
import { mailbox } from '../../../worlds/mailbox.ts';
import { onLinux } from '../../../worlds/not-tried.ts';

const facts = (
  commandLine: readonly string[] | null,
  environment: Record<string, string> = {},
  folder: string | null = null,
): ProcessFacts => ({
  commandLine: () => commandLine,
  environment: () => new Map(Object.entries(environment)),
  folder: () => folder,
});

describe('which program Wine runs', () => {
  test.each([
    '/usr/lib/wine/wine64-preloader',
    '/usr/lib/wine/wine',
    '/home/ann/.local/share/lutris/runners/wine/ge/bin/wine-preloader',
    '/opt/wine-staging/bin/wine64',
    '/opt/cxoffice/bin/wineloader64',
  ])('%s is Wine', (path) => expect(isWine(path)).toBe(true));
  test.each(['/usr/bin/wineserver', '/home/ann/wine-tasting', '/usr/bin/swine'])(
    '%s is not',
    (path) => expect(isWine(path)).toBe(false),
  );

  test.each([
    'C:\\windows\\system32\\services.exe',
    'c:\\windows\\system32\\steam.exe',
    'C:\\windows\\system32\\explorer.exe',
    'C:\\windows\\system32\\winedevice.exe',
    'C:\\windows\\syswow64\\plugplay.exe',
    'C:\\Program Files (x86)\\Steam\\steam.exe',
    'rpcss.exe',
    'conhost.exe',
  ])('%s is Wine’s own, and nobody’s game', (called) => {
    expect(wineProgram(facts([called], { WINEPREFIX: '/nowhere' }))).toBeNull();
  });

  test('drives are Wine’s, in either way of naming the prefix', () => {
    const of = (called: string, environment: Record<string, string>) =>
      wineProgram(facts(['wine64', called], environment));
    expect(of('Z:\\nowhere\\Game\\g.exe', {})).toBe('/nowhere/Game/g.exe');
    expect(of('C:\\Game\\g.exe', { WINEPREFIX: '/nowhere' })).toBe('/nowhere/drive_c/Game/g.exe');
    expect(of('C:/Game/g.exe', { STEAM_COMPAT_DATA_PATH: '/nowhere' })).toBe(
      '/nowhere/pfx/drive_c/Game/g.exe',
    );
    expect(of('\\\\?\\C:\\Game\\g.exe', { HOME: '/nowhere' })).toBe(
      '/nowhere/.wine/drive_c/Game/g.exe',
    );
  });

  test('a program called by its bare name lies where Steam says, or where it was started', () => {
    expect(
      wineProgram(facts(['g.exe', '-x'], { STEAM_COMPAT_INSTALL_PATH: '/nowhere/Game' }, '/tmp')),
    ).toBe('/nowhere/Game/g.exe');
    expect(wineProgram(facts(['g.exe'], {}, '/nowhere/Game'))).toBe('/nowhere/Game/g.exe');
    expect(wineProgram(facts(['g.exe']))).toBeNull();
  });

  test('a process that ends meanwhile, or is somebody else’s, is nobody’s program', () => {
    expect(wineProgram(facts(null))).toBeNull();
    expect(programOf(2 ** 22 + 1, '/usr/bin/wine64-preloader')).toBeNull();
  });

  test('no command line makes us stumble, and what comes out is a whole path or nothing', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'Z:\\',
        'C:',
        'a.exe',
        '..\\..\\x.exe',
        'Z:\\..\\..\\x.exe',
        '/x.exe',
        '\\\\?\\',
      ),
      fc.string().map((text) => `Z:\\${text}.exe`),
    );
    fc.assert(
      fc.property(
        fc.array(word),
        fc.dictionary(fc.constantFrom('WINEPREFIX', 'HOME'), word),
        (line, env) => {
          const found = wineProgram(facts(line, env, '/nowhere'));
          expect(found === null || found.startsWith('/')).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe.runIf(onLinux('a Windows game under Wine'))('a Windows game under Wine (emulated)', () => {
  let life: AbortController;
  let steam: ReturnType<typeof openSteamHome>;
  let wine: ReturnType<typeof openWineHome>;
  let rules: readonly GameRule[];
  beforeEach(() => {
    life = new AbortController();
    steam = openSteamHome();
    wine = openWineHome(steam.home);
    rules = [];
  });
  afterEach(() => {
    life.abort();
    wine.remove();
    steam.remove();
  });

  function watch() {
    const box = mailbox<{ readonly kind: 'started' | 'ended'; readonly game: Game }>();
    const watching = watchGames({
      signal: life.signal,
      rules: () => rules,
      homes: [steam.home],
      started: (game) => box.put({ kind: 'started', game }),
      ended: (game) => box.put({ kind: 'ended', game }),
    });
    const news = async (kind: 'started' | 'ended', title: string) =>
      (await box.until((one) => one.kind === kind && one.game.title === title)).game;
    const all = () => box.seen().map(({ kind, game }) => `${kind} ${game.title}`);
    return { ...watching, news, all };
  }

  test('Proton’s game has its own title and path; Proton’s helpers keep nothing alive', async () => {
    const path = steam.install({ folder: 'Elden', program: 'Game/elden.exe', title: 'Elden Ring' });
    const marker = steam.install({ folder: 'Marker', program: 'marker' });
    const { news, all, titleOf } = watch();
    for (const name of ['services', 'steam', 'explorer', 'winedevice', 'rpcss'])
      wine.start(`C:\\windows\\system32\\${name}.exe`);
    const game = wine.start(onDriveZ(path).toUpperCase().replace('Z:', 'z:'));
    expect(await news('started', 'Elden Ring')).toEqual({
      pid: game.pid,
      path,
      title: 'Elden Ring',
    });
    expect(titleOf(game.pid ?? 0)).toBe('Elden Ring');
    expect(nameOf(game.pid ?? 0, titleOf)).toBe('Elden Ring');
    expect(nameOf(game.pid ?? 0)).toBe('elden');
    game.kill('SIGKILL');
    await news('ended', 'Elden Ring');
    steam.run(marker);
    await news('started', 'Marker');
    expect(all()).toEqual(['started Elden Ring', 'ended Elden Ring', 'started Marker']);
  });

  test('a game is seen as well when Wine already shows its name only', async () => {
    const path = steam.install({ folder: 'Hades', program: 'hades.exe' });
    const child = wine.shown(onDriveZ(path));
    await new Promise((resolve) => child.once('spawn', resolve));
    const { all } = watch();
    expect(all()).toEqual(['started Hades']);
  });

  test('a game called by its bare name is found by its folder', async () => {
    const path = steam.install({ folder: 'Celeste', program: 'Celeste.exe' });
    const { news } = watch();
    wine.start('celeste.exe', { cwd: join(path, '..') });
    expect((await news('started', 'Celeste')).path).toBe(path);
  });

  test('a crash handler that Wine runs is no game', async () => {
    steam.install({ folder: 'Hades', program: 'UnityCrashHandler64.exe' });
    const path = steam.install({ folder: 'Hades', program: 'hades.exe' });
    const marker = steam.install({ folder: 'Marker', program: 'marker' });
    const { news, all } = watch();
    wine.start(onDriveZ(join(path, '../UnityCrashHandler64.exe')));
    steam.run(marker);
    await news('started', 'Marker');
    expect(all()).toEqual(['started Marker']);
  });

  test('the owner’s word on a Windows program holds, in both directions', async () => {
    const own = wine.placeFile(join(wine.prefix, 'drive_c/Emu/emu.exe'));
    const excused = steam.install({ folder: 'Tool', program: 'tool.exe' });
    rules = [
      { path: own, title: 'Emulator', verdict: 'pause' },
      { path: excused, title: 'Tool', verdict: 'ignore' },
    ];
    const { news, all, recheck } = watch();
    wine.start(onDriveZ(excused));
    wine.start('C:\\EMU\\Emu.exe');
    expect((await news('started', 'Emulator')).path).toBe(own);
    rules = [];
    recheck();
    expect(all()).toEqual(expect.arrayContaining(['started Tool', 'ended Emulator']));
  });
});
