import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lockFolder } from '../../../src-disk/folder-lock.ts';
import { dataFolder } from '../../../src-main/host/data-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'offpeak-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('one agent per folder: the second is refused in a sentence, until the first has gone', () => {
  const first = lockFolder(folder);
  const second = lockFolder(folder);
  expect(second).toEqual({
    kind: 'refused',
    detail: `Offpeak is already running with the folder ${folder}.`,
  });
  if (first.kind === 'locked') first.release();
  const third = lockFolder(folder);
  expect(third.kind).toBe('locked');
  if (third.kind === 'locked') third.release();
});

test('a folder that is not there is refused in a sentence', () => {
  expect(lockFolder(join(folder, 'nowhere'))).toMatchObject({ kind: 'refused' });
});

test('with and without a window the agent keeps everything in the same place', () => {
  expect(dataFolder('linux', {}, '/home/ann')).toBe('/home/ann/.config/Offpeak');
  expect(dataFolder('linux', { XDG_CONFIG_HOME: '/x' }, '/home/ann')).toBe('/x/Offpeak');
  expect(dataFolder('darwin', {}, '/Users/ann')).toBe(
    '/Users/ann/Library/Application Support/Offpeak',
  );
  expect(dataFolder('linux', { OFFPEAK_HOME: '/o' }, '/home/ann')).toBe('/o');
});
