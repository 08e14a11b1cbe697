import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

// electron-builder's own reader and schema, reached the way its command line reaches them.
const fromBuilder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const { getConfig, validateConfiguration } = fromBuilder('app-builder-lib/out/util/config/config');
const { DebugLogger } = fromBuilder('builder-util');

const repository = fileURLToPath(new URL('../..', import.meta.url));
const yml = readFileSync(join(repository, 'electron-builder.yml'), 'utf8');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offpeak-package-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function read(text: string) {
  writeFileSync(join(folder, 'electron-builder.yml'), text);
  return getConfig(folder, 'electron-builder.yml', null, { value: Promise.resolve(null) });
}

async function validate(text: string): Promise<void> {
  await validateConfiguration(await read(text), new DebugLogger(false));
}

test('the packaging of Offpeak is what electron-builder accepts', async () => {
  await expect(validate(yml)).resolves.toBeUndefined();
});

test.each([
  ['oneClick: true', 'oneClik: true'],
  ['perMachine: false', 'perMachine: perhaps'],
  ['runAsNode: true', 'runAsNod: true'],
])('a slip of the pen (%s -> %s) is noticed', async (right, wrong) => {
  expect(yml).toContain(right);
  await expect(validate(yml.replace(right, wrong))).rejects.toThrow();
});

test('every system gets the package it was promised', async () => {
  const config = await read(yml);
  expect(config.appId).toBe('dev.offpeak.app');
  expect(config.win.target).toEqual([{ target: 'nsis', arch: ['x64', 'arm64'] }]);
  expect(config.nsis.oneClick).toBe(true);
  expect(config.mac.target).toEqual([{ target: 'dmg', arch: ['x64', 'arm64'] }]);
  expect(config.linux.target).toEqual(['AppImage', 'deb']);
});

test('a released app can be neither debugged from outside nor made to load other code; its runner is a Node', async () => {
  const { electronFuses } = await read(yml);
  expect(electronFuses).toMatchObject({
    runAsNode: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    onlyLoadAppFromAsar: true,
  });
});
