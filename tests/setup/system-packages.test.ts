import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasCandidate } from '../../src-setup/packages/debian.mjs';
import {
  adviceFor,
  missingPrograms,
  notFound,
  packageOfLibrary,
  packageOfProgram,
} from '../../src-setup/packages/system-packages.mjs';
import { onLinux } from '../worlds/not-tried.ts';

test('the libraries that the linker did not find are read from its words', () => {
  const said = [
    '\tlinux-vdso.so.1 (0x00007ffd0a5f2000)',
    '\tlibnss3.so => not found',
    '\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f0000000000)',
    '\tlibgtk-3.so.0 => not found',
  ].join('\n');
  expect(notFound(said)).toEqual(['libnss3.so', 'libgtk-3.so.0']);
});

test('every library and program has a package, the name of the newer release first', () => {
  const choices = [...Object.values(packageOfLibrary), ...Object.values(packageOfProgram)];
  for (const names of choices) {
    expect(names.length).toBeGreaterThan(0);
    for (const name of names.slice(0, -1)) expect(name).toMatch(/t64$/);
    for (const name of names) expect(name).toMatch(/^[a-z0-9][a-z0-9+.-]+$/);
  }
});

test.runIf(onLinux('programs on the path'))(
  'a program counts as there when it is on the path',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'offpeak-path-'));
    writeFileSync(join(folder, 'xauth'), '');
    const missing = missingPrograms(folder);
    rmSync(folder, { recursive: true });
    expect(missing).toContain('Xvfb');
    expect(missing).not.toContain('xauth');
  },
);

test('a library nobody knows is named rather than guessed at', async () => {
  const line = await adviceFor(['libodd.so.9'], [], ['libodd.so.9']);
  expect(line).toBe('This system lacks libodd.so.9; install what brings them.');
});

test('a package counts as known only when this release has a version to install', () => {
  const policy = [
    'libasound2:',
    '  Installed: (none)',
    '  Candidate: 1.2.8-1+b1',
    '  Version table:',
    'libgtk-3-0:',
    '  Installed: (none)',
    '  Candidate: (none)',
  ].join('\n');
  expect(hasCandidate(policy, 'libasound2')).toBe(true);
  expect(hasCandidate(policy, 'libgtk-3-0')).toBe(false);
  expect(hasCandidate(policy, 'libasound2t64')).toBe(false);
});
