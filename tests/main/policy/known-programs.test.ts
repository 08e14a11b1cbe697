import { expect, test } from 'vitest';
import { isKnownNonGame } from '../../../src-main/activity/games/not-games.ts';
import { isDesktop, knownAs } from '../../../src-main/policy/known-programs.ts';

test.each([
  ['a desktop', 'dwm.exe', 'gnome-shell', 'kwin_wayland', 'X', 'WindowServer', 'mutter-x11-frames'],
  [
    'a browser',
    'firefox-bin',
    'Google Chrome Helper (GPU)',
    'msedgewebview2.exe',
    'Isolated Web Co',
  ],
  ['a store', 'steam', 'EpicGamesLauncher.exe', 'XboxGameBarSpotify.exe', 'RiotClientUx.exe'],
  ['a chat or an overlay', 'Discord.exe', 'NVIDIA Overlay.exe', 'spotify'],
  ['a wallpaper', 'wallpaper64.exe', 'lively.exe'],
])('%s on the card is what the owner looks at, and no game', (_what, ...names) => {
  expect(names.filter((name) => !isDesktop(name))).toEqual([]);
  expect(names.filter((name) => !isKnownNonGame(`/usr/bin/${name}`))).toEqual([]);
});

test('a film, an editor and what games run in are no games, but what they do on the card is work', () => {
  for (const name of ['vlc', 'mpv', 'photoshop.exe', 'obs64.exe', 'gamescope', 'wineserver']) {
    expect(isKnownNonGame(name)).toBe(true);
    expect(isDesktop(name)).toBe(false);
  }
});

test('a program nobody has heard of is nothing in particular', () => {
  for (const name of ['hl2_linux', 'blender', 'Cyberpunk2077.exe', 'python3', 'constructor'])
    expect(knownAs(name)).toBeNull();
});
