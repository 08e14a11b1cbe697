import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findProgram } from '../fakes/find-program.ts';
import { f32, floats, named, startOf } from '../runner/jobs.ts';
import { RunnerProcess } from '../runner/runner-process.ts';
import { cudaWorld } from '../runner/worlds.ts';
import { type Bundle, bundle } from '../worlds/bundle.ts';
import { notTriedHere } from '../worlds/not-tried.ts';

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const functions = root('tests/fakes/kernels/functions.ptx');
const PROGRAMS = [
  functions,
  root('tests/fakes/kernels/basic.ptx'),
  root('tests/fakes/kernels/parallel.ptx'),
  root('tests/fakes/kernels/hostile.ptx'),
  root('examples/options/options.ptx'),
  root('examples/scene/scene.ptx'),
];

let built: Bundle;
beforeAll(async () => {
  built = await bundle('src-runner/runner.ts');
});
afterAll(() => built.remove());

test.runIf(
  findProgram('clang-14') || notTriedHere('compiling the PTX again: clang-14 is not installed'),
)('the PTX that is committed is what its source gives', () => {
  const script = root('src-runner/kernels/compile.mjs');
  const run = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  expect(run.status).toBe(0);
});

test.runIf(
  findProgram('ptxas') ||
    notTriedHere('assembling the PTX for cards of all ages: ptxas is not installed'),
)('the PTX assembles for old and new cards, and spills nothing', () => {
  for (const program of PROGRAMS) {
    expect(readFileSync(program, 'utf8')).toMatch(/\.version 4\.0\n\.target sm_50\n/);
    for (const arch of ['sm_75', 'sm_90', 'sm_120']) {
      const args = [`-arch=${arch}`, '--warn-on-spills', program, '-o', '/dev/null'];
      const run = spawnSync('ptxas', args, { encoding: 'utf8' });
      expect(run.stderr + run.stdout).toBe('');
      expect(run.status).toBe(0);
    }
  }
});

test.runIf(
  findProgram('nvcc') ||
    notTriedHere('our sources under the maker’s own compiler: nvcc is not installed'),
)(
  'the sources are plain CUDA C: the maker’s own compiler takes them too',
  () => {
    const include = ['-I', root('src-runner/kernels')];
    for (const program of PROGRAMS) {
      const source = program.replace(/ptx$/, 'cu');
      const words = ['-ptx', '-arch=compute_75', ...include, '-o', '/dev/null', source];
      const run = spawnSync('nvcc', words, { encoding: 'utf8' });
      expect(run.stderr + run.stdout).toBe('');
      expect(run.status).toBe(0);
    }
  },
  120_000,
);

test('logarithm, exponential, sine and cosine are as accurate as their header says', async () => {
  const world = await cudaWorld();
  const runner = new RunnerProcess(built.file, world.env);
  const n = 1 << 16;
  // magnitudes from 1e-30 to 87, both signs, and a dense row around 1
  const xs = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const size = i % 4 === 0 ? 0.5 + (2 * i) / n : 10 ** (-30 + (31.93 * i) / n);
    xs[i] = i % 3 === 0 ? -size : size;
  }
  const end = await runner.run(
    startOf({
      backend: 'cuda',
      program: readFileSync(functions, 'utf8'),
      buffers: { x: f32([...xs]), log: n * 4, exp: n * 4, sine: n * 4, cosine: n * 4 },
      stages: [
        {
          count: 1,
          launches: [
            {
              entry: 'functions',
              grid: [n / 64, 1, 1],
              block: [64, 1, 1],
              args: [
                { kind: 'u32', value: n },
                ...['x', 'log', 'exp', 'sine', 'cosine'].map(named),
              ],
            },
          ],
        },
      ],
      outputs: ['log', 'exp', 'sine', 'cosine'],
    }),
  );
  await runner.kill();
  world.remove();
  if (end.kind !== 'done') throw new Error(JSON.stringify(end));
  const result = (name: string) => floats(end.outputs[name]);
  const worst = { log: 0, exp: 0, sine: 0, cosine: 0 };
  const [log, exp, sine, cosine] = ['log', 'exp', 'sine', 'cosine'].map(result);
  for (const [i, x] of xs.entries()) {
    const away = (found: number[] | undefined, truth: number, scale: number) =>
      Math.abs((found?.[i] ?? Number.NaN) - truth) / scale;
    const turns = Math.fround(x - Math.floor(x)) * 2 * Math.PI;
    const truth = Math.log(Math.abs(x));
    worst.log = Math.max(worst.log, away(log, truth, Math.max(Math.abs(truth), 1)));
    worst.exp = Math.max(worst.exp, away(exp, Math.exp(x), Math.exp(x)));
    worst.sine = Math.max(worst.sine, away(sine, Math.sin(turns), 1));
    worst.cosine = Math.max(worst.cosine, away(cosine, Math.cos(turns), 1));
  }
  console.info('largest errors', worst);
  expect(worst.log).toBeLessThan(1.2e-7);
  expect(worst.exp).toBeLessThan(2.4e-7);
  expect(worst.sine).toBeLessThan(1.2e-7);
  expect(worst.cosine).toBeLessThan(1.2e-7);
});
