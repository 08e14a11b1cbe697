import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gameOf, type SteamLibrary } from '../../src-main/activity/game-verdict.ts';
import { isOnBattery } from '../../src-main/activity/power.ts';
import type { GameRule } from '../../src-shared/settings.ts';

const library: SteamLibrary = {
  common: '/home/ann/Steam/steamapps/common',
  titles: new Map([['HL2', 'Half-Life 2']]),
  moved: [{ folder: '/fast/dota', name: 'Dota 2' }],
};
const _title = (path: string, rules: readonly GameRule[] = [], libraries = [library]) =>
  gameOf(path, libraries, rules, 'linux')?.title ?? null;

describe('running from the battery', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'offpeak-power-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const supply = (name: string, files: Record<string, string>) => {
    mkdirSync(join(folder, name));
    for (const [file, text] of Object.entries(files))
      writeFileSync(join(folder, name, file), `${text}\n`);
  };

  test('a laptop that was unplugged is on battery; plugged in, also by USB, it is not', () => {
    supply('BAT0', { type: 'Battery', status: 'Discharging', scope: 'System' });
    supply('AC', { type: 'Mains', online: '0' });
    expect(isOnBattery(folder)).toBe(true);
    supply('ucsi', { type: 'USB', online: '1' });
    expect(isOnBattery(folder)).toBe(false);
  });

  test('the battery of a mouse is not the computer’s, and a desktop has none', () => {
    supply('hidpp_battery_0', { type: 'Battery', status: 'Discharging', scope: 'Device' });
    expect(isOnBattery(folder)).toBe(false);
    expect(isOnBattery(join(folder, 'nothing'))).toBe(false);
  });
});
