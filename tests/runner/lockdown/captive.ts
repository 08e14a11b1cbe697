import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import koffi from 'koffi';
import { z } from 'zod';
import { vanish } from '../../../src-runner/lockdown/lifeline.ts';
import { lockDown } from '../../../src-runner/lockdown/lockdown.ts';
import { connectParent } from '../../../src-runner/parent.ts';
import { Target } from './target.ts';

// A process with the runner's lockdown, which then tries what a stranger would who has broken out of a driver into it.

const lockdown = lockDown(process.argv[1] ?? '');

const libc = koffi.load(null);
const syscall = libc.func('long syscall(long, ...)');
/** The numbers below are those of x86_64. Arguments are whole numbers, or null. */
function call(number: number, ...args: readonly (number | null)[]): string {
  const words = args.flatMap((arg) => (arg === null ? ['void *', null] : ['long', arg]));
  return Number(syscall(number, ...words)) >= 0 ? 'done' : nameOf(koffi.errno());
}
const nameOf = (errno: number) =>
  Object.entries(koffi.os.errno).find(([, code]) => code === errno)?.[0] ?? `errno ${errno}`;

function tried(act: () => unknown): string {
  try {
    act();
    return 'done';
  } catch (error) {
    return codeOf(error);
  }
}
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** Has the kernel send SIGIO to somebody on what happens to a socket; nothing happens to this one. */
function signalBy(request: number, pid: number): string {
  const pair = new Int32Array(2);
  if (Number(syscall(53, 'long', AF.unix, 'long', STREAM, 'long', 0, 'void *', pair)) < 0)
    return 'no socket';
  const owner = new Int32Array([pid]);
  const set = syscall(16, 'long', pair[0], 'long', request, 'void *', owner);
  return Number(set) >= 0 ? 'done' : nameOf(koffi.errno());
}

const AF = { unix: 1, inet: 2, inet6: 10, netlink: 16, packet: 17, vsock: 40 } as const;
const [STREAM, DATAGRAM, RAW] = [1, 2, 3];
const SIGTERM = 15;

const attempts: Readonly<Record<string, (on: Target) => string | Promise<string>>> = {
  'read a key': ({ home }) => tried(() => readFileSync(join(home, 'id_ed25519'))),
  'read a key on another thread': ({ home }) =>
    readFile(join(home, 'id_ed25519')).then(() => 'done', codeOf),
  'read what its parent left open': ({ home }) => {
    const open = readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return []; // The one that listed them.
      }
    });
    return open.some((path) => path.startsWith(home)) ? 'done' : 'EBADF';
  },
  'list the home': ({ home }) => tried(() => readdirSync(home)),
  'read the passwords of the system': () => tried(() => readFileSync('/etc/passwd')),
  'write a file in the home': ({ home }) => tried(() => writeFileSync(join(home, 'new'), '')),
  'write a temporary file': () => tried(() => writeFileSync('/tmp/offpeak-captive', '')),
  'empty a file': ({ home }) => tried(() => writeFileSync(join(home, 'id_ed25519'), '')),
  'look at other programs': () => tried(() => readdirSync('/proc')),
  "read its parent's environment": ({ parent }) =>
    tried(() => readFileSync(`/proc/${parent}/environ`)),
  "read its starter's environment": () =>
    tried(() => readFileSync(`/proc/${process.ppid}/environ`)),
  // As it is, so that only the writing can be refused.
  'be ended later than others': () =>
    tried(() =>
      writeFileSync('/proc/self/oom_score_adj', readFileSync('/proc/self/oom_score_adj')),
    ),
  'save its memory with a crash': () =>
    tried(() =>
      writeFileSync(
        '/proc/self/coredump_filter',
        `0x${readFileSync('/proc/self/coredump_filter', 'utf8')}`,
      ),
    ),
  'know its powers': () =>
    [...readFileSync('/proc/self/status', 'utf8').matchAll(/^Cap\w+:\s+(\w+)$/gm)]
      .map(([, bits]) => bits)
      .join(),
  'list what maps its program': () =>
    readFileSync('/proc/self/maps', 'utf8').includes('/offpeak-target-') ? 'done' : 'ENOENT',
  'open a file for everybody': ({ home }) => {
    const chmod = libc.func('int chmod(const char *, unsigned int)');
    return chmod(join(home, 'id_ed25519'), 0o777) === 0 ? 'done' : nameOf(koffi.errno());
  },
  'cut a file short': ({ home }) => {
    const truncate = libc.func('int truncate(const char *, long)');
    return truncate(join(home, 'id_ed25519'), 0) === 0 ? 'done' : nameOf(koffi.errno());
  },
  'connect over TCP': ({ port }) =>
    new Promise((end) => {
      connect(port, '127.0.0.1')
        .on('connect', () => end('done'))
        .on('error', (error) => end(codeOf(error)));
    }),
  'send over UDP': ({ port }) =>
    new Promise((end) => {
      const socket = createSocket('udp4').on('error', (error) => end(codeOf(error)));
      socket.send('out', port, '127.0.0.1', (error) => end(error ? codeOf(error) : 'done'));
    }),
  'connect to a local service': ({ service }) =>
    new Promise((end) => {
      connect(service)
        .on('connect', () => end('done'))
        .on('error', (error) => end(codeOf(error)));
    }),
  'make an IPv6 socket': () => call(41, AF.inet6, STREAM, 0),
  'make a netlink socket': () => call(41, AF.netlink, RAW, 15),
  'make a packet socket': () => call(41, AF.packet, RAW, 0),
  'make a socket to the host of a virtual machine': () => call(41, AF.vsock, STREAM, 0),
  'make a local datagram socket': () => call(41, AF.unix, DATAGRAM, 0),
  'start a program': () => String(codeOf(spawnSync('/bin/true').error ?? 'done')),
  'become a program': () => {
    const execv = libc.func('int execv(const char *, const char **)');
    execv('/bin/true', ['true', null]);
    return nameOf(koffi.errno());
  },
  'fork a hundred times': () => {
    const fork = libc.func('int fork()');
    const said = Array.from({ length: 100 }, () => {
      const pid = fork();
      if (pid === 0) process.kill(process.pid, 'SIGKILL');
      return pid > 0 ? 'done' : nameOf(koffi.errno());
    });
    return [...new Set(said)].join();
  },
  'trace its parent': ({ parent }) => call(101, 16, parent, null, null),
  'read the memory of its parent': ({ parent }) => call(310, parent, null, 0, null, 0, 0),
  'stop its parent': ({ parent }) => call(62, parent, SIGTERM),
  'stop everything': () => call(62, -1, SIGTERM),
  'stop a thread of its parent': ({ parent }) => call(234, parent, parent, SIGTERM),
  'get hold of its parent': ({ parent }) => call(434, parent, 0),
  'run its parent on one core': ({ parent }) => call(203, parent, 8, null),
  'slow its parent down': ({ parent }) => call(141, 0, parent, 19),
  // No kind of others that there is, so that where this is let through nobody is slowed down.
  'slow all programs of its user down': () => call(141, 3, 0, 19),
  'have the disk before others': () => call(251, 9, 0, 0),
  'wake up before others': () => call(144, 0, 0, null),
  'have a socket signal its parent': ({ parent }) => signalBy(0x8902, parent),
  'have a pipe signal its parent': ({ parent }) => signalBy(0x8901, parent),
  'outlive its parent': () => call(157, 1, 0),
  'leave its process group': () => call(109, 0, 0),
  'open a ring of system calls': () => call(425, 1, null),
  'count events of the processor': () => call(298, null, 0, -1, -1, 0),
  'watch files': ({ home }) => {
    const watch = libc.func('int inotify_add_watch(int, const char *, uint32_t)');
    const init = libc.func('int inotify_init()');
    return watch(init(), home, 0xfff) >= 0 ? 'done' : nameOf(koffi.errno());
  },
  'share memory by name': () => call(29, 1, 4096, 0o1777),
  'read keys of the system': () => call(250, 0, -3, 0),
  'ask for a call nobody has judged': () => call(462, null, 0, 0),
  // What must still be possible.
  'start a thread': () =>
    new Promise((end) => {
      new Worker('', { eval: true })
        .on('error', (error) => end(String(error)))
        .on('exit', () => end('done'));
    }),
  'name its thread': () =>
    tried(() => writeFileSync(`/proc/self/task/${process.pid}/comm`, 'captive')),
  'make code as it runs': () => tried(() => new Function('a', 'return a + 1')(1)),
  'read a library': () => tried(() => readFileSync('/etc/ld.so.cache')),
  'know its environment': () =>
    [...new Set([...Object.keys(process.env), ...namesIn('/proc/self/environ')])].sort().join(),
  // What is the end of it.
  'mount a file system': () => call(165, null, null, null, 0, null),
  'get a namespace of its own': () => call(272, 0x1000_0000),
  'load code into the kernel': () => call(321, 0, null, 0),
  'call as a 32-bit program': () => call(0x4000_0000 + 39),
};

const Asked = z.object({ what: z.string(), on: Target });

const namesIn = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\0')
    .flatMap((entry) => entry.split('=')[0] || []);

const parent = connectParent<object>();
if (!parent) throw new Error('a captive is started with the pipes of a runner');
parent.listen((asked) => {
  const { what, on } = Asked.parse(asked);
  const attempt = attempts[what];
  if (!attempt) throw new Error(`nobody knows how to ${what}`);
  void Promise.resolve(attempt(on)).then((outcome) => parent.say({ what, outcome }));
}, vanish);
parent.say({ what: 'ready', lockdown });
