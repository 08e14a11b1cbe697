import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const fakes = join(root, 'tests/fakes');
const CACHE = join(root, 'node_modules/.cache/offpeak-fakes');

/** The emulated driver, built: set LD_LIBRARY_PATH to `folder` (see `fakeGpuEnvironment`). */
export type Fakes = {
  /** Holds libcuda.so.1, libnvidia-ml.so.1 and the CPU builds. */
  readonly folder: string;
  /** CPU builds of kernels, for FAKE_CUDA_KERNELS. */
  readonly kernels: readonly string[];
};

const LIBRARIES = [
  { name: 'libcuda.so.1', from: ['card', 'cuda'] },
  { name: 'libnvidia-ml.so.1', from: ['card', 'nvml'] },
] as const;

/** The C++ runtime is linked in: Electron brings its own and must not meet ours. */
const LIBRARY_FLAGS = [
  ...['-O2', '-fvisibility=hidden'],
  ...['-static-libstdc++', '-static-libgcc', '-Wl,--exclude-libs,ALL'],
];
/** No contraction: the same bits as the PTX, which is built without it too. */
const KERNEL_FLAGS = ['-O3', '-ffp-contract=off', '-fvisibility=hidden', '-Wall'];
const COMMON_FLAGS = ['-std=c++17', '-shared', '-fPIC', '-pthread', '-U_FORTIFY_SOURCE'];

type Source = { readonly path: string; readonly text: string };

async function filesIn(folder: string, suffixes: readonly string[]): Promise<string[]> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  const wanted = names.filter((name) => suffixes.some((suffix) => name.endsWith(suffix)));
  return wanted.sort().map((name) => join(folder, name));
}

async function kernelFiles(): Promise<string[]> {
  const examples = join(root, 'examples');
  const folders = existsSync(examples) ? (await readdir(examples)).sort() : [];
  const own = join(root, 'src-runner/kernels/speed');
  const all = [join(fakes, 'kernels'), own, ...folders.map((name) => join(examples, name))];
  return (await Promise.all(all.map((folder) => filesIn(folder, ['.cu'])))).flat();
}

/** Kernels are paired with PTX by name alone, so a name may exist once. Throws where two files share one. */
function entriesOf(sources: readonly Source[]): Map<string, string[]> {
  const owner = new Map<string, string>();
  const entries = new Map<string, string[]>();
  for (const { path, text } of sources) {
    const names = [...text.matchAll(/__global__\s+void\s+(\w+)\s*\(/g)].map(
      (match) => match[1] ?? '',
    );
    for (const name of names) {
      if (owner.has(name))
        throw new Error(`kernel ${name} is both in ${owner.get(name)} and ${path}`);
      owner.set(name, path);
    }
    entries.set(path, names);
  }
  return entries;
}

/** Fused multiply-add as an instruction where this CPU has it; without, the C library computes it, slowly but right. */
async function cpuFlags(): Promise<string[]> {
  const cpu = await readFile('/proc/cpuinfo', 'utf8');
  return /\bfma\b/.test(cpu) && /\bavx2\b/.test(cpu) ? ['-mfma', '-mavx2'] : [];
}

async function buildInto(folder: string, kernels: readonly Source[], flags: readonly string[]) {
  const compile = (args: readonly string[]) => run('g++', [...COMMON_FLAGS, ...args]);
  const libraries = LIBRARIES.map(async ({ name, from }) => {
    const sources = (await Promise.all(from.map((f) => filesIn(join(fakes, f), ['.cpp'])))).flat();
    const target = [`-Wl,-soname,${name}`, '-o', join(folder, name)];
    const whole = join(folder, `${name}.cpp`); // one unit: reading the C++ headers is most of the work
    await writeFile(whole, sources.map((path) => `#include "${path}"\n`).join(''));
    await compile([...LIBRARY_FLAGS, ...target, whole, '-ldl']);
  });
  await Promise.all(libraries);
  const entries = entriesOf(kernels);
  const include = [
    '-include',
    join(fakes, 'cuda/cu-cpu.h'),
    '-I',
    join(root, 'src-runner/kernels'),
  ];
  for (const { path, text } of kernels) {
    const name = basename(path, '.cu');
    const doors = (entries.get(path) ?? []).map((entry) => `CU_KERNEL(${entry})`);
    for (const [, variable] of text.matchAll(/^__device__ [\w ]+ (\w+) = /gm))
      doors.push(`CU_VARIABLE(${variable})`);
    const wrapped = join(folder, `${name}.cpp`);
    const lines = [`#include "${path}"`, 'thread_local cu_place* cu_here = nullptr;', ...doors, ''];
    await writeFile(wrapped, lines.join('\n'));
    await compile([
      ...KERNEL_FLAGS,
      ...flags,
      ...include,
      '-o',
      join(folder, `${name}.so`),
      wrapped,
    ]);
  }
}

/**
 * Compiles the emulated driver and the CPU build of every .cu in tests/fakes/kernels and examples, once per content: a
 * second call, also from another process at the same time, finds the finished folder. Takes about ten seconds the first time.
 * Needs g++ and Linux; throws with the compiler's words where it fails.
 */
export async function buildFakes(): Promise<Fakes> {
  const read = async (path: string): Promise<Source> => ({
    path,
    text: await readFile(path, 'utf8'),
  });
  const kernels = await Promise.all((await kernelFiles()).map(read));
  const folders = ['card', 'cuda', 'nvml'].map((name) => join(fakes, name));
  folders.push(join(root, 'src-runner/kernels'));
  const headers = (await Promise.all(folders.map((f) => filesIn(f, ['.h', '.cpp'])))).flat();
  const flags = await cpuFlags();
  const everything = [...(await Promise.all(headers.map(read))), ...kernels];
  const build = [LIBRARY_FLAGS, KERNEL_FLAGS, COMMON_FLAGS, flags, process.arch, root];
  const hash = createHash('sha256')
    .update(JSON.stringify([build, everything]))
    .digest('hex');

  const folder = join(CACHE, hash.slice(0, 16));
  if (!existsSync(folder)) {
    const fresh = `${folder}.${process.pid}.${randomBytes(4).toString('hex')}`;
    await mkdir(fresh, { recursive: true });
    try {
      await buildInto(fresh, kernels, flags);
      await rename(fresh, folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // another process was first: use its
      });
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  }
  return {
    folder,
    kernels: kernels.map(({ path }) => join(folder, `${basename(path, '.cu')}.so`)),
  };
}
