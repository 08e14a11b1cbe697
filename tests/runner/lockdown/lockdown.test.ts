import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../worlds/bundle.ts';
import { notTriedHere } from '../../worlds/not-tried.ts';
import { addition, floats, startOf, sums } from '../jobs.ts';
import { RunnerProcess } from '../runner-process.ts';
import { cudaWorld, softwareWorld } from '../worlds.ts';
import {
  type Captivity,
  hasLandlock,
  isLinux,
  NO_LANDLOCK,
  NO_SANDBOX,
  openCaptivity,
  REFUSED,
} from './captivity.ts';

let captivity: Captivity;
beforeAll(async () => {
  captivity = await openCaptivity();
});
afterEach(() => captivity.killAll());
afterAll(() => captivity.remove());
const capture: Captivity['capture'] = (...how) => captivity.capture(...how);

describe.runIf(isLinux || notTriedHere(NO_SANDBOX))(
  'a stranger who has broken out of a driver',
  () => {
    it.runIf(hasLandlock || notTriedHere(NO_LANDLOCK))('gets at nothing of the owner', async () => {
      const { attempt, lockdown } = await capture();
      expect(lockdown.missing).toEqual([]);
      const outcomes: Record<string, string> = {};
      for (const what of [
        ...[
          'read a key',
          'read a key on another thread',
          'list the home',
          'look at other programs',
        ],
        ...['read the passwords of the system', "read its parent's environment", 'watch files'],
        ...[
          'write a file in the home',
          'write a temporary file',
          'empty a file',
          'cut a file short',
        ],
        ...['open a file for everybody', "read its starter's environment"],
        ...['be ended later than others', 'save its memory with a crash'],
      ])
        outcomes[what] = await attempt(what);
      const through = Object.entries(outcomes).filter(([, outcome]) => !REFUSED.test(outcome));
      expect(through).toEqual([]);
      expect(readFileSync(join(captivity.on.home, 'id_ed25519'), 'utf8')).toBe('a secret');
    });

    it('finds no file or connection of its parent still open', async () => {
      const { attempt } = await capture();
      expect(await attempt('read what its parent left open')).toBe('EBADF');
    });

    it('reaches nobody: no network, no service of this machine', async () => {
      const { attempt } = await capture();
      const through: string[] = [];
      for (const what of [
        ...['connect over TCP', 'send over UDP', 'connect to a local service'],
        ...['make an IPv6 socket', 'make a netlink socket', 'make a packet socket'],
        ...['make a socket to the host of a virtual machine', 'make a local datagram socket'],
      ]) {
        const outcome = await attempt(what);
        if (!REFUSED.test(outcome)) through.push(`${what}: ${outcome}`);
      }
      expect(through).toEqual([]);
    });

    it('starts no program and no process, and leaves ours alone', async () => {
      const { attempt } = await capture();
      const through: string[] = [];
      for (const what of [
        ...['start a program', 'become a program', 'fork a hundred times'],
        ...['trace its parent', 'read the memory of its parent', 'get hold of its parent'],
        ...['stop its parent', 'stop a thread of its parent', 'stop everything'],
        ...['run its parent on one core', 'slow its parent down', 'outlive its parent'],
        ...['leave its process group', 'open a ring of system calls', 'share memory by name'],
        ...['count events of the processor', 'read keys of the system'],
        ...['slow all programs of its user down', 'have the disk before others'],
        'wake up before others',
      ]) {
        const outcome = await attempt(what);
        if (!REFUSED.test(outcome)) through.push(`${what}: ${outcome}`);
      }
      expect(through).toEqual([]);
      expect(await attempt('ask for a call nobody has judged')).toBe('ENOSYS');
    });

    it.each([
      'mount a file system',
      'get a namespace of its own',
      'load code into the kernel',
      'call as a 32-bit program',
    ])('is ended where it asks for what only an administrator does: %s', async (what) => {
      const { attempt } = await capture();
      expect(await attempt(what)).toBe('SIGSYS');
    });

    it('finds none of our secrets in its environment', async () => {
      const { attempt } = await capture();
      const names = (await attempt('know its environment')).split(',');
      expect(names).toContain('PATH');
      expect(names).not.toContain('SECRET');
    });

    it('finds every one of its threads locked, and no rights', async () => {
      const { pid } = await capture();
      const threads = readdirSync(`/proc/${pid}/task`);
      expect(threads.length).toBeGreaterThan(1);
      for (const thread of threads) {
        const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
        expect(status).toMatch(/^NoNewPrivs:\s1$/m);
        expect(status).toMatch(/^Seccomp:\s2$/m);
        expect(status).toMatch(/^CapEff:\s0+$/m);
      }
      const limits = readFileSync(`/proc/${pid}/limits`, 'utf8');
      expect(limits).toMatch(/^Max core file size\s+1\s+1\s/m);
      expect(limits).toMatch(/^Max nice priority\s+0\s+0\s/m);
      expect(limits).toMatch(/^Max realtime priority\s+0\s+0\s/m);
      expect(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim()).toBe('1000');
    });
  },
);

describe.runIf(isLinux || notTriedHere(NO_SANDBOX))('a driver', () => {
  it('can still start threads, name them, make code as it runs, and read libraries', async () => {
    const { attempt } = await capture();
    for (const what of ['start a thread', 'name its thread', 'make code as it runs'])
      expect(await attempt(what)).toBe('done');
    expect(await attempt('read a library')).toBe('done');
  });

  it('reads the model that it is given, and may be given a folder to write in', async () => {
    const given = await capture({ OFFPEAK_RUNNER_READS: join(captivity.on.home, 'id_ed25519') });
    expect(await given.attempt('read a key')).toBe('done');
    if (hasLandlock) expect(await given.attempt('list the home')).toMatch(REFUSED);
    if (hasLandlock) expect(await given.attempt('write a file in the home')).toMatch(REFUSED);
    const folder = await capture({ OFFPEAK_RUNNER_WRITES: captivity.on.home });
    expect(await folder.attempt('write a file in the home')).toBe('done');
  });
});

describe.runIf(isLinux || notTriedHere(NO_SANDBOX)).each([
  ['the emulated CUDA driver', cudaWorld],
  ['WebGPU on SwiftShader', softwareWorld],
])('a runner with its job on %s', (_, find) => {
  it('works with everything taken from it that can be', async () => {
    const world = await find();
    const runnerEntry = await bundle('src-runner/runner.ts');
    const runner = new RunnerProcess(runnerEntry.file, world.env);
    const { lockdown } = await runner.heard(0, 'ready');
    expect(lockdown.missing.map(({ what }) => what)).toEqual(
      hasLandlock ? [] : ['files', 'processes'],
    );
    const end = await runner.run(startOf(addition(world.backend, world.program, 3)));
    expect(end.kind === 'done' && floats(end.outputs.y)).toEqual(sums(3));
    // The threads of the driver, too.
    for (const thread of readdirSync(`/proc/${runner.pid}/task`))
      expect(readFileSync(`/proc/${runner.pid}/task/${thread}/status`, 'utf8')).toMatch(
        /^Seccomp:\s2$/m,
      );
    await runner.kill();
    world.remove();
    runnerEntry.remove();
  });
});
