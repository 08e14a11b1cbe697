import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { powerSource } from '../../../../src-main/activity/owner/power.ts';
import { tempFolder } from '../../../worlds/temp-folder.ts';

let folder: string;
beforeEach(() => {
  folder = tempFolder();
});
const supply = (name: string, files: Readonly<Record<string, string>>) => {
  mkdirSync(join(folder, name), { recursive: true });
  for (const [file, text] of Object.entries(files))
    writeFileSync(join(folder, name, file), `${text}\n`);
};
const source = () => powerSource(folder);

test('a laptop that was unplugged is on battery; plugged in, also by USB, it is not', async () => {
  supply('BAT0', { type: 'Battery', status: 'Discharging', scope: 'System' });
  supply('AC', { type: 'Mains', online: '0' });
  expect(await source()).toBe('battery');
  supply('ucsi', { type: 'USB', online: '1' });
  expect(await source()).toBe('mains');
  // A charger whose voltage is agreed upon says 2.
  supply('ucsi', { online: '2' });
  expect(await source()).toBe('mains');
});

test('the moment it is unplugged counts, though its battery still says that it is full', async () => {
  supply('AC', { type: 'Mains', online: '0' });
  for (const status of ['Full', 'Not charging', 'Unknown']) {
    supply('BAT0', { type: 'Battery', status });
    expect(await source(), status).toBe('battery');
  }
});

test('a laptop that holds its charge while plugged in is not on battery', async () => {
  supply('AC', { type: 'Mains', online: '1' });
  for (const status of ['Not charging', 'Full', 'Discharging']) {
    supply('BAT0', { type: 'Battery', status });
    expect(await source(), status).toBe('mains');
  }
});

test('a laptop whose charger the kernel does not show is judged by its battery', async () => {
  supply('BAT0', { type: 'Battery', status: 'Not charging' });
  expect(await source()).toBe('mains');
  supply('BAT0', { status: 'Discharging' });
  expect(await source()).toBe('battery');
  supply('usb', { type: 'USB', online: '0' });
  supply('BAT0', { status: 'Charging' });
  expect(await source()).toBe('mains');
});

test('one of two batteries drains: the machine runs from it', async () => {
  supply('BAT0', { type: 'Battery', status: 'Not charging' });
  supply('BAT1', { type: 'Battery', status: 'Discharging' });
  expect(await source()).toBe('battery');
});

test('a UPS that drains is a battery, and one that waits is not', async () => {
  supply('ups', { type: 'UPS', status: 'Full' });
  supply('ucsi', { type: 'USB', online: '0' });
  expect(await source()).toBe('mains');
  supply('ups', { status: 'Discharging' });
  expect(await source()).toBe('battery');
});

test('the battery of a mouse is not the computer’s, and a desktop has none', async () => {
  supply('hidpp_battery_0', { type: 'Battery', status: 'Discharging', scope: 'Device' });
  expect(await source()).toBe('no-battery');
  expect(await powerSource(join(folder, 'nothing'))).toBe('no-battery');
});
