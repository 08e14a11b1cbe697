import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeComplaint } from '../../src-setup/node-version.mjs';
import { sameTree } from '../../src-setup/packages/dependencies.mjs';
import { usualCache } from '../../src-setup/places.mjs';
import { headlessEnvironment } from '../../src-setup/preparation.mjs';
import { contentStamp, readStamp } from '../../src-setup/stamp.mjs';
import { addTallies, closingLine, playwrightTally, vitestTally } from '../../src-setup/tally.mjs';
import { onLinux } from '../worlds/not-tried.ts';

describe('Node', () => {
  test.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('%s is recent enough', (version) => {
    expect(nodeComplaint(version)).toBeNull();
  });

  test.each(['18.15.0', '20.18.3', '9.0.0'])('%s is refused by name', (version) => {
    expect(nodeComplaint(version)).toContain(`this is Node ${version}`);
  });
});

describe('the source stamp', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'offpeak-stamp-'));
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src/a.ts'), 'one');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const stamp = () => contentStamp(folder, [join(folder, 'src'), join(folder, 'assets')]);

  test('stays when only the time of a file changes', () => {
    const before = stamp();
    utimesSync(join(folder, 'src/a.ts'), new Date(0), new Date(0));
    expect(stamp()).toBe(before);
  });

  test('changes with a letter, a name, a new file', () => {
    const seen = new Set([stamp()]);
    writeFileSync(join(folder, 'src/a.ts'), 'two');
    seen.add(stamp());
    writeFileSync(join(folder, 'src/b.ts'), 'two');
    seen.add(stamp());
    rmSync(join(folder, 'src/a.ts'));
    seen.add(stamp());
    expect(seen.size).toBe(4);
  });

  test('does not look into what was built or installed', () => {
    const before = stamp();
    mkdirSync(join(folder, 'src/node_modules'));
    writeFileSync(join(folder, 'src/node_modules/c.js'), 'three');
    expect(stamp()).toBe(before);
  });

  test('takes a single file as well as a folder', () => {
    const one = contentStamp(folder, [join(folder, 'src/a.ts')]);
    expect(one).toBe(contentStamp(folder, [join(folder, 'src')]));
  });

  test('that was never written reads as none', () => {
    expect(readStamp(join(folder, 'none'))).toBeNull();
  });
});

describe('installed packages', () => {
  const wanted = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b-win32': { version: '2.0.0', optional: true },
    },
  };
  const there = () => true;

  test('agree with the lockfile though other systems’ parts are absent', () => {
    const installed = { packages: { 'node_modules/a': { version: '1.0.0' } } };
    expect(sameTree(wanted, installed, there)).toBe(true);
  });

  test.each([
    ['another version', { 'node_modules/a': { version: '1.0.1' } }],
    ['a missing package', {}],
    ['a package too many', { 'node_modules/a': { version: '1.0.0' }, 'node_modules/x': {} }],
  ])('with %s are installed anew', (_what, packages) => {
    expect(sameTree(wanted, { packages }, there)).toBe(false);
  });

  test('whose folder was deleted by hand are installed anew', () => {
    const installed = { packages: { 'node_modules/a': { version: '1.0.0' } } };
    expect(sameTree(wanted, installed, () => false)).toBe(false);
  });
});

test('the cache goes where each system keeps caches', () => {
  const linux = { platform: 'linux', env: {}, home: '/home/o' };
  expect(usualCache(linux)).toBe('/home/o/.cache/offpeak');
  expect(usualCache({ ...linux, env: { XDG_CACHE_HOME: '/c' } })).toBe('/c/offpeak');
  expect(usualCache({ ...linux, env: { XDG_CACHE_HOME: 'relative' } })).toBe(
    '/home/o/.cache/offpeak',
  );
  expect(usualCache({ ...linux, platform: 'darwin' })).toBe('/home/o/Library/Caches/offpeak');
});

test.runIf(onLinux('the folders of a set-up'))(
  'Electron’s Vulkan loader is used only where the system has none',
  () => {
    const runtime = { executable: '/cache/electron/electron' };
    expect(headlessEnvironment(runtime, { systemHasVulkan: true }, {})).toEqual({
      OFFPEAK_SWIFTSHADER: '/cache/electron',
    });
    expect(
      headlessEnvironment(runtime, { systemHasVulkan: false }, { LD_LIBRARY_PATH: '/mine' }),
    ).toEqual({
      OFFPEAK_SWIFTSHADER: '/cache/electron',
      LD_LIBRARY_PATH: '/cache/electron:/mine',
    });
  },
);

test('the closing line counts both runners, and a file that did not load as a failure', () => {
  const unit = vitestTally({
    numPassedTests: 5,
    numFailedTests: 1,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [
      { status: 'failed', assertionResults: [] },
      { status: 'passed', assertionResults: [{}] },
    ],
  });
  const electron = playwrightTally({
    stats: { expected: 2, unexpected: 0, flaky: 1, skipped: 1 },
  });
  expect(closingLine(addTallies(unit, electron))).toBe('8 passed, 2 failed, 1 skipped');
  expect(closingLine(electron)).toBe('3 passed, 0 failed, 1 skipped');
  expect(closingLine({ passed: 1, failed: 0, skipped: 0 })).toBe('1 passed, 0 failed');
});
