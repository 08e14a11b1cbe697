import { describe, expect, test } from 'vitest';
import { openGameGroups } from '../../../../src-main/activity/games/groups.ts';
import { isKnownNonGame, partOf } from '../../../../src-main/activity/games/not-games.ts';

describe('what a game brings along', () => {
  test.each([
    [
      'a crash handler',
      'UnityCrashHandler64.exe',
      'CrashReportClient',
      'crashpad_handler',
      'BsSndRpt64.exe',
      'CrashSender1403.exe',
      'REDEngineErrorReporter.exe',
    ],
    [
      'an anti-cheat service',
      'EasyAntiCheat.exe',
      'EasyAntiCheat_EOS_Setup.exe',
      'BEService_x64.exe',
      'vgtray.exe',
      'PnkBstrA.exe',
      'GameMon64.des',
      'SGuardSvc64.exe',
      'EAAntiCheat.GameService.exe',
      'BlackCipher64.aes',
    ],
    ['an overlay', 'gameoverlayui', 'GameOverlayUI.exe', 'EOSOverlayRenderer-Win64-Shipping.exe'],
    [
      'a browser inside it',
      'UnrealCEFSubProcess.exe',
      'EpicWebHelper.exe',
      'QtWebEngineProcess',
      'steamwebhelper',
      'CefSharp.BrowserSubprocess.exe',
    ],
    [
      'what it needs installed',
      'vcredist_x64.exe',
      'VC_redist.x64.exe',
      'DXSETUP.exe',
      'UE4PrereqSetup_x64.exe',
      'oalinst.exe',
      'unins000.exe',
      'EOSBootstrapper.exe',
    ],
    [
      'a store',
      'EpicGamesLauncher.exe',
      'Battle.net.exe',
      'RiotClientServices.exe',
      'EADesktop.exe',
    ],
    ['a server for others', 'valheim_dedicated_server', 'srcds-dedicated-server'],
  ])('%s does not count', (_what, ...names) => {
    expect(names.filter((name) => partOf([name]) !== 'none')).toEqual([]);
  });

  test('an installer does not count wherever it lies, by its folder', () => {
    for (const folder of [
      '_CommonRedist',
      'Redist',
      '__Installer',
      'EasyAntiCheat',
      'BattlEye',
      'DirectX',
    ])
      expect(partOf([folder, 'x64', 'setup.exe'])).toBe('none');
  });

  test('a launcher is only that', () => {
    for (const name of [
      'Launcher.exe',
      'RSI Launcher.exe',
      'REDprelauncher.exe',
      'start_protected_game.exe',
    ])
      expect(partOf([name])).toBe('launcher');
  });

  test('a game may have a name like anything else', () => {
    const games = [
      'CrashBandicoot4.exe',
      'hl2_linux',
      'Overcooked All You Can Eat.exe',
      'Agent',
      'Zen.exe',
      'arc',
      'Reaper',
      'factorio',
      'eldenring.exe',
      'Wow.exe',
      'Uninspired.exe',
      'TheDivision.exe',
      'Studio',
      'Installation01.exe',
    ];
    expect(games.filter((name) => partOf(['bin', name]) !== 'game')).toEqual([]);
  });
});

describe('known non-games', () => {
  test('stores, browsers, players, wallpapers, the desktop and editors are none, on each system', () => {
    const none = [
      '/home/ann/.steam/ubuntu12_32/steam',
      '/usr/lib/firefox/firefox-bin',
      '/opt/google/chrome/chrome',
      'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
      'C:\\Windows\\explorer.exe',
      'dwm.exe',
      'C:\\Program Files (x86)\\Steam\\steamapps\\common\\wallpaper_engine\\wallpaper64.exe',
      '/usr/bin/gnome-shell',
      '/usr/lib/xorg/Xorg',
      '/usr/bin/kwin_wayland',
      '/usr/bin/vlc',
      '/usr/bin/mpv',
      '/usr/share/code/code',
      '/usr/lib/libreoffice/program/soffice.bin',
      '/usr/bin/obs',
      '/System/Library/CoreServices/Dock.app/Contents/MacOS/Dock',
    ];
    expect(none.filter((path) => !isKnownNonGame(path))).toEqual([]);
  });

  test('other programs are not known to be none', () => {
    const maybe = [
      '/opt/minecraft/java',
      '/home/ann/emu/dolphin-emu',
      'C:\\Games\\quake.exe',
      '/usr/games/supertux2',
      '',
    ];
    expect(maybe.filter(isKnownNonGame)).toEqual([]);
  });
});

describe('the processes of one game', () => {
  const HOME = '/games/doom';
  function watch() {
    const said: string[] = [];
    const groups = openGameGroups({
      started: ({ pid }) => said.push(`started ${pid}`),
      ended: ({ pid }) => said.push(`ended ${pid}`),
    });
    const join = (pid: number, part: 'game' | 'launcher', home = HOME) =>
      groups.join(pid, { title: 'Doom', path: `${home}/${pid}`, home, part });
    return { ...groups, said, joins: join };
  }

  test('a launcher left open after the game keeps no pause alive; the game started again does', () => {
    const { said, joins, leave } = watch();
    joins(1, 'launcher');
    joins(2, 'game');
    leave(2);
    expect(said).toEqual(['started 1', 'ended 1']);
    joins(1, 'launcher');
    joins(3, 'launcher');
    expect(said).toHaveLength(2);
    joins(4, 'game');
    leave(1);
    leave(3);
    expect(said.slice(2)).toEqual(['started 4']);
    leave(4);
    joins(5, 'launcher');
    expect(said.slice(3)).toEqual(['ended 4', 'started 5']);
  });

  test('“not a game” on one of its programs leaves the other to speak for it, without a gap', () => {
    const { said, joins, join, titleOf } = watch();
    joins(1, 'game');
    joins(2, 'game');
    join(1, null);
    expect(said).toEqual(['started 1', 'started 2', 'ended 1']);
    expect(titleOf(1)).toBeNull();
    join(2, null);
    expect(said.slice(3)).toEqual(['ended 2']);
  });

  test('a process that ends leaves the others to play on, and nothing is said', () => {
    const { said, joins, leave } = watch();
    joins(1, 'game');
    joins(2, 'game');
    leave(1);
    leave(1);
    expect(said).toEqual(['started 1']);
    leave(2);
    expect(said).toEqual(['started 1', 'ended 1']);
  });

  test('a process that becomes another game is that game', () => {
    const { said, joins } = watch();
    joins(1, 'launcher');
    joins(1, 'game', '/games/quake');
    expect(said).toEqual(['started 1', 'ended 1', 'started 1']);
  });
});
