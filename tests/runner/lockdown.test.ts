import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { converse } from '../../src-main/pipe-child.ts';
import { runnerEnvironment } from '../../src-main/runner-environment.ts';
import { Lockdown } from '../../src-shared/lockdown.ts';
import { CHANNEL_SIGN } from '../../src-shared/runner-channel.ts';
import { mailbox } from '../main/fixtures/mailbox.ts';
import { type Built, buildEntry } from './build.ts';
import { addition, floats, startOf, sums } from './jobs.ts';
import { RunnerProcess } from './runner-process.ts';
import type { Target } from './target.ts';
import { cudaWorld, softwareWorld } from './worlds.ts';

const isLinux = process.platform === 'linux' && process.arch === 'x64';
/** Numbers of system calls on x86_64. */
const LANDLOCK = ['444', '445', '446'];
const SECCOMP = ['317'];

const hasLandlock = isLinux && landlockVersion() > 0;
if (isLinux && !hasLandlock) console.warn('NOT TRIED: Landlock, because this kernel has none.');

function landlockVersion(): number {
  const syscall = koffi.load(null).func('long syscall(long, ...)');
  return Number(syscall(444, 'void *', null, 'size_t', 0, 'uint32_t', 1));
}

const Said = z.union([
  z.object({ what: z.literal('ready'), lockdown: Lockdown }),
  z.object({ what: z.string(), outcome: z.string() }),
]);

let captive: Built;
let olderKernel: Built;
let runnerEntry: Built;
let root: string;
let on: Target;
/** A file that is open in the process that starts captives. */
let leftOpen: number;
const servers: Server[] = [];

beforeAll(async () => {
  captive = await buildEntry('tests/runner/captive.ts');
  olderKernel = await buildEntry('tests/runner/older-kernel.ts');
  runnerEntry = await buildEntry('src-runner/runner.ts');
  root = mkdtempSync(join(tmpdir(), 'offpeak-target-'));
  const home = join(root, 'home');
  mkdirSync(home);
  writeFileSync(join(home, 'id_ed25519'), 'a secret');
  const service = join(root, 'service.sock');
  const listening = async (place: number | string): Promise<Server> => {
    const server = createServer((socket) => socket.destroy());
    servers.push(server);
    await once(server.listen(place), 'listening');
    return server;
  };
  await listening(service);
  const { port } = (await listening(0)).address() as AddressInfo;
  on = { home, port, service, parent: process.pid };
  leftOpen = openSync(join(home, 'id_ed25519'), 'r+');
});
afterAll(() => {
  closeSync(leftOpen);
  for (const server of servers) server.close();
  for (const built of [captive, olderKernel, runnerEntry]) built.remove();
  rmSync(root, { recursive: true, force: true });
});

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

async function capture(more: Record<string, string> = {}, without: readonly string[] = []) {
  const [file, args] =
    without.length > 0 ? [olderKernel.file, [captive.file, ...without]] : [captive.file, []];
  const child = spawn(process.execPath, [file, ...args], {
    env: {
      ...runnerEnvironment({ PATH: '/usr/bin', SECRET: 'token', ...more }),
      PATH: '/usr/bin',
      [CHANNEL_SIGN]: '1',
    },
    // The last one is left open by mistake, as Chromium does.
    stdio: ['pipe', 'ignore', 'inherit', 'pipe', leftOpen],
  });
  running.add(child);
  const box = mailbox<z.infer<typeof Said>>();
  const post = converse(child, (message) => box.put(Said.parse(message)));
  child.once('close', (code, signal) => {
    box.put({ what: 'the end', outcome: String(signal ?? code) });
  });
  let heard = 0;
  const hear = () => {
    const next = heard++;
    return box.until(() => box.seen().length > next).then(() => box.seen()[next]);
  };
  const ready = await hear();
  if (!ready || !('lockdown' in ready)) throw new Error(`the captive is gone: ${ready?.outcome}`);
  return {
    pid: child.pid ?? 0,
    lockdown: ready.lockdown,
    async attempt(what: string): Promise<string> {
      post({ what, on });
      const said = await hear();
      return said && 'outcome' in said ? said.outcome : 'started again';
    },
  };
}

const REFUSED = /^(?:EPERM|EACCES)$/;

describe.runIf(isLinux)('a stranger who has broken out of a driver', () => {
  it.runIf(hasLandlock)('gets at nothing of the owner', async () => {
    const { attempt, lockdown } = await capture();
    expect(lockdown.missing).toEqual([]);
    const outcomes: Record<string, string> = {};
    for (const what of [
      ...['read a key', 'read a key on another thread', 'list the home', 'look at other programs'],
      ...['read the passwords of the system', "read its parent's environment", 'watch files'],
      ...['write a file in the home', 'write a temporary file', 'empty a file', 'cut a file short'],
      'open a file for everybody',
    ])
      outcomes[what] = await attempt(what);
    const through = Object.entries(outcomes).filter(([, outcome]) => !REFUSED.test(outcome));
    expect(through).toEqual([]);
    expect(readFileSync(join(on.home, 'id_ed25519'), 'utf8')).toBe('a secret');
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
    expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max core file size\s+1\s+1\s/m);
    expect(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim()).toBe('1000');
  });
});

describe.runIf(isLinux)('a driver', () => {
  it('can still start threads, name them, make code as it runs, and read libraries', async () => {
    const { attempt } = await capture();
    for (const what of ['start a thread', 'name its thread', 'make code as it runs'])
      expect(await attempt(what)).toBe('done');
    expect(await attempt('read a library')).toBe('done');
  });

  it('reads the model that it is given, and may be given a folder to write in', async () => {
    const given = await capture({ OFFPEAK_RUNNER_READS: join(on.home, 'id_ed25519') });
    expect(await given.attempt('read a key')).toBe('done');
    if (hasLandlock) expect(await given.attempt('list the home')).toMatch(REFUSED);
    if (hasLandlock) expect(await given.attempt('write a file in the home')).toMatch(REFUSED);
    const folder = await capture({ OFFPEAK_RUNNER_WRITES: on.home });
    expect(await folder.attempt('write a file in the home')).toBe('done');
  });
});

describe.runIf(isLinux)('a system that has not everything', () => {
  it('says so, and still holds the rest: a kernel without Landlock', async () => {
    const { attempt, lockdown } = await capture({}, LANDLOCK);
    expect(lockdown.missing).toEqual([
      { what: 'files', why: expect.stringContaining('this kernel has no Landlock') },
    ]);
    expect(await attempt('read a key')).toBe('done');
    expect(await attempt('connect over TCP')).toMatch(REFUSED);
    expect(await attempt('start a program')).toMatch(REFUSED);
  });

  it('says so, and still holds the rest: a container that refuses filters', async () => {
    const { attempt, lockdown } = await capture({}, SECCOMP);
    expect(lockdown.missing.map(({ what }) => what)).toEqual([
      ...['network', 'programs', 'processes', 'kernel'],
    ]);
    expect(lockdown.missing[0]?.why).toContain('seccomp was refused: ENOSYS');
    if (hasLandlock) expect(await attempt('read a key')).toMatch(REFUSED);
    expect(await attempt('make an IPv6 socket')).toBe('done');
  });

  it('says what its owner has switched off', async () => {
    const { attempt, lockdown } = await capture({ OFFPEAK_RUNNER_SKIPS: 'files' });
    expect(lockdown.missing).toEqual([
      { what: 'files', why: 'switched off by OFFPEAK_RUNNER_SKIPS' },
    ]);
    expect(await attempt('read a key')).toBe('done');
  });
});

describe.runIf(isLinux).each([
  ['the emulated CUDA driver', cudaWorld],
  ['WebGPU on SwiftShader', softwareWorld],
])('a runner with its job on %s', (_, find) => {
  it('works with everything taken from it that can be', async () => {
    const world = await find();
    const runner = new RunnerProcess(runnerEntry.file, world.env);
    const { lockdown } = await runner.heard(0, 'ready');
    expect(lockdown.missing.map(({ what }) => what)).toEqual(hasLandlock ? [] : ['files']);
    const end = await runner.run(startOf(addition(world.backend, world.program, 3)));
    expect(end.kind === 'done' && floats(end.outputs.y)).toEqual(sums(3));
    // The threads of the driver, too.
    for (const thread of readdirSync(`/proc/${runner.pid}/task`))
      expect(readFileSync(`/proc/${runner.pid}/task/${thread}/status`, 'utf8')).toMatch(
        /^Seccomp:\s2$/m,
      );
    await runner.kill();
    world.remove();
  });
});
