import { expect, test } from 'vitest';
import { dataFolder } from '../../src-disk/data-folder.ts';

const at = (platform: NodeJS.Platform, env: Record<string, string> = {}) =>
  dataFolder({ platform, env, home: '/home/ann' });

test('with and without a window the agent keeps everything in the same place, where its buyers find it', () => {
  expect(at('linux')).toBe('/home/ann/.config/Offpeak');
  expect(at('linux', { XDG_CONFIG_HOME: '/x' })).toBe('/x/Offpeak');
  // XDG Base Directory Specification 0.8: empty is as not set.
  expect(at('linux', { XDG_CONFIG_HOME: '' })).toBe('/home/ann/.config/Offpeak');
  expect(at('darwin')).toBe('/home/ann/Library/Application Support/Offpeak');
  expect(at('win32', { APPDATA: '/roaming' })).toBe('/roaming/Offpeak');
  for (const platform of ['linux', 'darwin', 'win32'] as const)
    expect(at(platform, { OFFPEAK_HOME: '/o' })).toBe('/o');
});
