import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { autostartFile } from '../../../src-main/host/autostart-file.ts';
import { saying } from '../../worlds/saying.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';

const entry = (folder: string) => join(folder, 'offpeak.desktop');

test('a Linux desktop starts Offpeak in the tray once the owner wants that, and no more once they do not', () => {
  const folder = join(tempFolder(), 'autostart');
  const login = autostartFile(folder, '/opt/Offpeak/offpeak');
  expect(login.now()).toBe(false);
  expect(login.set(true)).toBeNull();
  expect(login.now()).toBe(true);
  expect(readFileSync(entry(folder), 'utf8').split('\n')).toContain(
    'Exec="/opt/Offpeak/offpeak" --hidden',
  );
  expect(readdirSync(folder)).toEqual(['offpeak.desktop']);
  expect(login.set(false)).toBeNull();
  expect(login.now()).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
  expect(login.set(false)).toBeNull();
});

test('a path with signs of its own is one word, as the desktop reads it', () => {
  const folder = tempFolder();
  autostartFile(folder, '/home/ada/50% "off" $HOME\\x').set(true);
  // First the string value is read (\\ is one \), then the quoted word, then field codes.
  expect(readFileSync(entry(folder), 'utf8')).toContain(
    'Exec="/home/ada/50%% \\\\"off\\\\" \\\\$HOME\\\\\\\\x" --hidden',
  );
});

test('an entry of another copy, or one that the desktop has switched off, is not this one', () => {
  const folder = tempFolder();
  const here = autostartFile(folder, '/opt/Offpeak/offpeak');
  autostartFile(folder, '/home/ada/Offpeak.AppImage').set(true);
  expect(here.now()).toBe(false);
  here.set(true);
  writeFileSync(entry(folder), `${readFileSync(entry(folder), 'utf8')}Hidden=true\n`);
  expect(here.now()).toBe(false);
  here.set(true);
  expect(here.now()).toBe(true);
});

test('a disk that does not take it says so in a sentence', () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'config'), 'a file where a folder should be');
  const login = autostartFile(join(folder, 'config', 'autostart'), '/opt/Offpeak/offpeak');
  expect(login.set(true)).toEqual(saying('the entry for starting at login could not be saved'));
  expect(login.now()).toBe(false);
});
