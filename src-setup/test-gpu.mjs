// npm run test:gpu: the CUDA tests (kernels, examples, checkpoints, hostile PTX) on the NVIDIA card of this machine.
// Where there is none it says so in one line and ends with 0, because nothing is wrong; with `-- --require` it ends
// with 1. `-- --emulated` runs the same tests on the emulated driver.
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.mjs';
import { insistOnNode } from './node-version.mjs';
import { hasVulkanLoader } from './packages/system-packages.mjs';
import { repository } from './places.mjs';
import { headlessEnvironment, prepare } from './preparation.mjs';

const TESTS = [
  'tests/runner/kernels.test.ts',
  'tests/runner/kernel-jobs.test.ts',
  'tests/runner/resume.test.ts',
  'tests/runner/hostile.test.ts',
  'tests/examples',
];
/** Those files compare both backends; what is about WebGPU alone is not asked here. */
const NAMES = '^(?!.*(?:WebGPU|WGSL))';

insistOnNode();
const self = fileURLToPath(import.meta.url);
const flags = process.argv.slice(2);
try {
  if (flags.includes('--look')) console.log(JSON.stringify(await look()));
  else process.exitCode = await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function run() {
  const runtime = await prepare(console.error);
  const emulated = flags.includes('--emulated');
  const found = emulated ? { card: 'the emulated card' } : await lookApart();
  if ('none' in found) {
    console.log(
      `No NVIDIA card was found (${found.none}), so the CUDA tests were not run on one; "npm run test:gpu -- --emulated" runs them on the emulated driver.`,
    );
    return flags.includes('--require') ? 1 : 0;
  }
  console.log(`The CUDA tests run on ${found.card}.`);
  const systemHasVulkan = await hasVulkanLoader();
  const env = {
    ...process.env,
    ...headlessEnvironment(runtime, { systemHasVulkan }),
    ...(emulated ? {} : { OFFPEAK_REAL_CARD: '1' }),
  };
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config=tests/vitest.config.ts'];
  // One file after the other: they share the card's memory.
  const words = [...vitest, '--no-file-parallelism', '--testNamePattern', NAMES, ...TESTS];
  const { code } = await runCommand(process.execPath, words, { cwd: repository, env, show: true });
  return code;
}

/** In a process of its own: a broken driver can take its process along. */
async function lookApart() {
  const { code, output } = await runCommand(process.execPath, [self, '--look']);
  const line = output.trim().split('\n').at(-1) ?? '';
  return code === 0 ? JSON.parse(line) : { none: `looking for one failed: ${line}` };
}

/** The first card and the CUDA version of its driver, or why there is none. */
async function look() {
  const { default: koffi } = await import('koffi');
  const name = process.platform === 'win32' ? 'nvcuda.dll' : 'libcuda.so.1';
  let library;
  try {
    library = koffi.load(name);
  } catch {
    return { none: `${name} cannot be loaded` };
  }
  const bind = (call, ...args) => library.func(call, 'int', args);
  const version = new Int32Array(1);
  const text = Buffer.alloc(256);
  const code =
    bind('cuInit', 'uint')(0) ||
    bind('cuDriverGetVersion', 'void *')(version) ||
    bind('cuDeviceGetName', 'void *', 'int', 'int')(text, text.length, 0);
  if (code !== 0) return { none: `the driver answers with error ${code}` };
  const cuda = `${Math.floor(version[0] / 1000)}.${Math.floor((version[0] % 1000) / 10)}`;
  return { card: `${text.toString('utf8', 0, text.indexOf(0))} (CUDA ${cuda})` };
}
