import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Reach } from './landlock.ts';

/**
 * Folders and files, separated as in PATH, that this runner may read besides, and may write in. Set by whoever starts
 * it: main names the model of a job; a test names what stands for the driver. Nothing of it comes from the network.
 */
export const READS = 'OFFPEAK_RUNNER_READS';
export const WRITES = 'OFFPEAK_RUNNER_WRITES';

/** Where systems keep libraries and what the loaders of CUDA, Vulkan and OpenCL read. Missing ones do not matter. */
const SHARED_OBJECTS = [
  ...[
    '/usr',
    '/lib',
    '/lib32',
    '/lib64',
    '/nix/store',
    '/run/opengl-driver',
    '/opt/cuda',
    '/opt/rocm',
  ],
  ...['/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d', '/etc/localtime'],
  ...[
    '/etc/nvidia',
    '/etc/vulkan',
    '/etc/OpenCL',
    '/etc/glvnd',
    '/etc/drirc',
    '/etc/ssl/openssl.cnf',
  ],
];
/** What drivers ask about the machine. /proc itself stays shut: it tells of everybody's programs. */
const MACHINE = [
  '/sys',
  '/dev/urandom',
  '/dev/random',
  ...['cpuinfo', 'meminfo', 'stat', 'loadavg', 'version', 'devices', 'modules', 'filesystems'].map(
    (name) => `/proc/${name}`,
  ),
  '/proc/sys/vm',
  '/proc/sys/kernel',
  '/proc/driver/nvidia',
  '/proc/driver/nvidia-uvm',
];
/**
 * Cards of NVIDIA for computing (also MIG's nvidia-caps), of AMD, and under WSL, of Windows. Not nvidia-modeset and
 * nvidia-drm, which are about screens.
 */
const CARDS = /^(?:nvidia\d+|nvidiactl|nvidia-uvm(?:-tools)?|nvidia-caps.*|kfd|dxg)$/;
/** Of AMD and Intel. Not card*: whoever opens one while nobody draws can become master of the owner's screen. */
const RENDERERS = /^renderD\d+$/;

/**
 * Everything the runner may reach in the file system of a Linux machine. `entry`: the program of the runner. `dev`: where
 * that machine keeps its devices.
 */
export function reachableFiles(
  entry: string,
  env: Readonly<Record<string, string | undefined>>,
  dev = '/dev',
): readonly Reach[] {
  const named = (list: string | undefined) => (list ?? '').split(delimiter).filter(isAbsolute);
  const read = (paths: readonly string[]): Reach[] => paths.map((path) => ({ path, use: 'read' }));
  return [
    ...read([...SHARED_OBJECTS, ...MACHINE, ...ownCode(entry)]),
    ...read([
      ...named(env.LD_LIBRARY_PATH),
      ...named(env.OFFPEAK_SWIFTSHADER),
      ...named(env[READS]),
    ]),
    // The program itself, once more, with its libraries, wherever those lie, and the loader that the kernel starts it with.
    ...mappedFiles().map((path): Reach => ({ path, use: LOADER.test(path) ? 'run' : 'read' })),
    { path: process.execPath, use: 'run' },
    ...['/dev/null', '/dev/zero', ...cards(dev)].map((path): Reach => ({ path, use: 'use' })),
    // Drivers look there for what cards there are.
    { path: join(dev, 'dri'), use: 'list' },
    { path: '/proc/self', use: 'read' },
    // Drivers since 570 name their threads there (task/<number>/comm), and give up where they cannot. A rule for threads
    // that are yet to come can only be one for the folder; so a stranger may write what else is in it, of which
    // oom_score_adj matters: an ordinary user's process can take back that it is to be ended first.
    { path: '/proc/self/task', use: 'use' },
    ...named(env[WRITES]).map((path): Reach => ({ path, use: 'write' })),
  ];
}

/** Our program and its packages, wherever they are installed; never a folder above those. */
export function ownCode(entry: string): string[] {
  // Electron brings its data along; Node is one file.
  const runtime = process.versions.electron ? [dirname(process.execPath)] : [];
  const archive = /^(.*)[\\/][^\\/]+\.asar[\\/]/.exec(entry)?.[1];
  if (archive !== undefined) return [...runtime, archive];
  const found = [...runtime, dirname(entry)];
  for (let at = dirname(entry); at !== dirname(at); at = dirname(at)) {
    const packages = join(at, 'node_modules');
    if (existsSync(packages)) found.push(resolve(packages));
  }
  return found;
}

function cards(dev: string): string[] {
  const dri = join(dev, 'dri');
  const renderers = existsSync(dri) ? readdirSync(dri).filter((name) => RENDERERS.test(name)) : [];
  const others = readdirSync(dev).filter((name) => CARDS.test(name));
  return [...others.map((name) => join(dev, name)), ...renderers.map((name) => join(dri, name))];
}

/** The dynamic loader, by its file. */
const LOADER = /\/ld-[^/]*$/;

/** The files that are mapped into this process: its program, its libraries, and the loader. */
function mappedFiles(): string[] {
  const mapped = readFileSync('/proc/self/maps', 'utf8').matchAll(/ (\/.*)$/gm);
  return [...new Set([...mapped].map(([, path = '']) => path))].filter(existsSync);
}
