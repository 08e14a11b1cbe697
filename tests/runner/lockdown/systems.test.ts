import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { reachableFiles } from '../../../src-runner/lockdown/reachable-files.ts';
import { said } from '../../../src-shared/said.ts';
import { notTriedHere } from '../../worlds/not-tried.ts';
import { saying } from '../../worlds/saying.ts';
import {
  type Captivity,
  hasLandlock,
  isLinux,
  NO_SANDBOX,
  openCaptivity,
  REFUSED,
} from './captivity.ts';

/** Numbers of system calls on x86_64. */
const LANDLOCK = ['444', '445', '446'];
const SECCOMP = ['317'];

let captivity: Captivity;
beforeAll(async () => {
  captivity = await openCaptivity();
});
afterEach(() => captivity.killAll());
afterAll(() => captivity.remove());
const capture: Captivity['capture'] = (...how) => captivity.capture(...how);

describe.runIf(isLinux || notTriedHere(NO_SANDBOX))('a system that has not everything', () => {
  it('says so, and still holds the rest: a kernel without Landlock', async () => {
    const { attempt, lockdown } = await capture({}, LANDLOCK);
    expect(lockdown.missing).toEqual([
      { what: 'files', why: saying('this kernel has no Landlock') },
      { what: 'processes', why: saying('can read about them in /proc') },
    ]);
    expect(await attempt('read a key')).toBe('done');
    // Why `processes` is not said to hold.
    expect(await attempt("read its starter's environment")).toBe('done');
    expect(await attempt('have a socket signal its parent')).toMatch(REFUSED);
    expect(await attempt('have a pipe signal its parent')).toMatch(REFUSED);
    expect(await attempt('connect over TCP')).toMatch(REFUSED);
    expect(await attempt('start a program')).toMatch(REFUSED);
  });

  it('says so, and still holds the rest: a container that refuses filters', async () => {
    const { attempt, lockdown } = await capture({}, SECCOMP);
    expect(lockdown.missing.map(({ what }) => what)).toEqual([
      ...['network', 'programs', 'processes', 'kernel'],
    ]);
    expect(lockdown.missing[0]?.why).toEqual(saying('seccomp was refused: ENOSYS'));
    if (hasLandlock) expect(await attempt('read a key')).toMatch(REFUSED);
    expect(await attempt('make an IPv6 socket')).toBe('done');
  });

  it('says what its owner has switched off', async () => {
    const { attempt, lockdown } = await capture({ OFFPEAK_RUNNER_SKIPS: 'files' });
    expect(lockdown.missing).toEqual([
      { what: 'files', why: said('switchedOff', { name: 'OFFPEAK_RUNNER_SKIPS' }) },
      { what: 'processes', why: saying('/proc') },
    ]);
    expect(await attempt('read a key')).toBe('done');
  });

  it('starts again with libraries that lie where nobody expects them', async () => {
    // A copy stands for the libraries of a Node that came with conda, Guix or snap.
    const mapped = readFileSync('/proc/self/maps', 'utf8').match(/ (\/\S*\/libm[.-]\S*)$/m)?.[1];
    if (mapped === undefined) throw new Error('this Node has no library to copy');
    const library = join(captivity.root, 'libelsewhere.so');
    copyFileSync(mapped, library);
    const odd = { LD_PRELOAD: library, OFFPEAK_RUNNER_PASSES: 'LD_PRELOAD' };
    const { attempt, lockdown } = await capture(odd);
    if (hasLandlock) expect(lockdown.missing).toEqual([]);
    expect(await attempt('list what maps its program')).toBe('done');
  });

  it.runIf(
    process.getuid?.() === 0 ||
      notTriedHere('a runner that was started with root’s powers: this is not root'),
  )('keeps no power that its starter passed on', async () => {
    const { attempt } = await capture({}, ['powers']);
    // Inheritable, permitted, effective, bounding, ambient.
    expect(await attempt('know its powers')).toBe(Array(5).fill('0'.repeat(16)).join());
  });
});

it.runIf(isLinux || notTriedHere(NO_SANDBOX))(
  'a runner reaches cards, and not what draws on the owner’s screen',
  () => {
    const dev = join(captivity.root, 'dev');
    mkdirSync(join(dev, 'dri/by-path'), { recursive: true });
    mkdirSync(join(dev, 'nvidia-caps'));
    const ours = ['nvidia0', 'nvidia12', 'nvidiactl', 'nvidia-uvm', 'nvidia-uvm-tools', 'kfd'];
    const theirs = ['nvidia-modeset', 'nvidia-drm', 'sda', 'dri/card0', 'dri/controlD64', 'input'];
    for (const name of [...ours, 'dri/renderD128', ...theirs]) writeFileSync(join(dev, name), '');
    const reach = reachableFiles('/nowhere/runner.cjs', {}, dev);
    const found = reach.filter(({ path }) => path.startsWith(dev));
    expect(
      found
        .filter(({ use }) => use === 'use')
        .map(({ path }) => relative(dev, path))
        .sort(),
    ).toEqual([...ours, 'nvidia-caps', 'dri/renderD128'].sort());
    expect(found.filter(({ use }) => use !== 'use')).toEqual([
      { path: join(dev, 'dri'), use: 'list' },
    ]);
  },
);
