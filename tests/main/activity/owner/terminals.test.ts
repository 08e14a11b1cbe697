import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { watchTerminals } from '../../../../src-main/activity/owner/terminal-idle.ts';
import { hours, minutes, seconds } from '../../../../src-shared/units.ts';
import { findProgram } from '../../../fakes/find-program.ts';
import { tempFolder } from '../../../worlds/temp-folder.ts';

const python = findProgram('python3');
const real = process.platform === 'linux' && python !== null;

/** Opens a terminal, says its name, types what it is told, and reads it as a shell does. */
const TERMINAL = `
import os, pty, sys
keyboard, shell = pty.openpty()
print(os.ttyname(shell), flush=True)
for line in sys.stdin:
    os.write(keyboard, line.encode())
    os.read(shell, 100)
`;

import { notTriedHere } from '../../../worlds/not-tried.ts';
import { PATIENTLY } from '../../../worlds/patience.ts';

let root: string;
beforeEach(() => {
  root = tempFolder();
  mkdirSync(join(root, 'pts'));
});

function watch() {
  const life = new AbortController();
  onTestFinished(() => life.abort());
  return watchTerminals({ ptys: join(root, 'pts'), consoles: root }, life.signal);
}

function touch(name: string, seconds: number): void {
  writeFileSync(join(root, name), '');
  utimesSync(join(root, name), seconds, seconds);
}

test.runIf(real || notTriedHere('a real terminal: this is not Linux with python3'))(
  'what is typed in a real terminal shows that somebody is there',
  async () => {
    const child = spawn(python ?? '', ['-c', TERMINAL], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    const name = await new Promise<string>((said) =>
      createInterface(child.stdout).once('line', said),
    );
    // Opened an hour ago, as far as anybody can tell.
    const then = Date.now() / 1000 - 3600;
    utimesSync(name, then, then);
    symlinkSync(name, join(root, 'pts', basename(name)));
    const idle = watch();
    expect(idle()).toBeGreaterThanOrEqual(hours(1));
    expect(idle()).toBeLessThan(hours(2));
    child.stdin.write('w\n');
    await expect.poll(() => idle() ?? 0, PATIENTLY).toBeLessThan(minutes(30));
  },
);

test('a machine without terminals says nothing', () => {
  expect(watch()()).toBeNull();
});

test('a clock that was set back does not make its owner be there for ever', () => {
  touch('pts/0', Date.now() / 1000 + 3600);
  const idle = watch();
  const before = idle() ?? 0;
  expect(before).toBeGreaterThanOrEqual(0);
  expect(before).toBeLessThan(seconds(60));
});

test('only terminals are looked at, and a console only once somebody typed on it', () => {
  for (const name of ['pts/ptmx', 'tty', 'ttyUSB0', 'random']) touch(name, Date.now() / 1000);
  writeFileSync(join(root, 'tty1'), '');
  expect(watch()()).toBeNull();
  touch('tty2', Date.now() / 1000 + 60);
  expect(watch()()).toBeLessThan(seconds(60));
});
