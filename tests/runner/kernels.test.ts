import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundle } from '../worlds/bundle.ts';
import { randomness } from '../worlds/randomness.ts';
import { accelerate, energyOf, type World as Sky } from './gravity.ts';
import { f32, floats, named, type StageInput, startOf } from './jobs.ts';
import { RunnerProcess } from './runner-process.ts';
import { cudaWorld, kernelText, softwareWorld, type World } from './worlds.ts';

// The same launches on every backend, each compared with arithmetic done here.

const LONG_MS = 120_000;
const u32 = (value: number) => ({ kind: 'u32', value }) as const;
const real = (value: number) => ({ kind: 'f32', value }) as const;
const words = (values: readonly number[]) => new Uint8Array(Uint32Array.from(values).buffer);
const wordsIn = (bytes: Uint8Array | undefined) => [
  ...new Uint32Array(bytes?.slice().buffer ?? []),
];
const random = randomness(42);
type Launch = StageInput['launches'][number];
type Axes = readonly [number, number?, number?];
const launch = (entry: string, grid: Axes, block: Axes, args: Launch['args']): Launch => ({
  entry,
  grid: [grid[0], grid[1] ?? 1, grid[2] ?? 1],
  block: [block[0], block[1] ?? 1, block[2] ?? 1],
  args,
});
const numbers = (n: number, make: () => number) => Array.from({ length: n }, make);

let built: Bundle;
beforeAll(async () => {
  built = await bundle('src-runner/runner.ts');
});
afterAll(() => built.remove());

describe.each([
  ['CUDA', cudaWorld],
  ['WebGPU', softwareWorld],
])('on %s', (_, find) => {
  let world: World;
  let runner: RunnerProcess;
  beforeAll(async () => {
    world = await find();
    runner = new RunnerProcess(built.file, world.env);
    await runner.heard(0, 'ready');
  });
  afterAll(async () => {
    await runner.kill();
    world.remove();
  });

  async function compute(
    source: 'basic' | 'parallel',
    buffers: Record<string, Uint8Array<ArrayBuffer> | number>,
    stages: StageInput[],
    outputs: string[],
  ) {
    const { backend } = world;
    const program = kernelText(source, backend);
    const end = await runner.run(startOf({ backend, program, buffers, stages, outputs }));
    if (end.kind !== 'done') throw new Error(JSON.stringify(end));
    return end.outputs;
  }
  const once = (...launches: StageInput['launches']): StageInput[] => [{ count: 1, launches }];

  it('a vector is added to another, to its last element', async () => {
    const n = 100_003;
    const [a, b] = [numbers(n, random), numbers(n, random)];
    const add = launch(
      'vector_add',
      [Math.ceil(n / 64)],
      [64],
      [u32(n), named('a'), named('b'), named('sum')],
    );
    const buffers = { a: f32(a), b: f32(b), sum: n * 4 };
    const { sum } = await compute('basic', buffers, once(add), ['sum']);
    const [left, right] = [new Float32Array(a), new Float32Array(b)];
    expect(floats(sum)).toEqual([...left.map((x, i) => Math.fround(x + (right[i] ?? 0)))]);
  });

  it('a reduction comes to the sum of all numbers, and exactly where they are whole', async () => {
    const n = 64 * 64 * 8;
    const whole = numbers(n, () => Math.floor(random() * 21) - 10);
    const level = (count: number, from: string, to: string) =>
      launch('block_sums', [Math.ceil(count / 64)], [64], [u32(count), named(from), named(to)]);
    const launches = [level(n, 'x', 'y'), level(n / 64, 'y', 'z'), level(8, 'z', 'sum')];
    const sizes = { y: (n / 64) * 4, z: 8 * 4, sum: 4 };
    const exact = await compute('basic', { x: f32(whole), ...sizes }, once(...launches), ['sum']);
    expect(floats(exact.sum)).toEqual([whole.reduce((sum, x) => sum + x, 0)]);
    const fractions = new Float32Array(numbers(n, random));
    const rounded = await compute(
      'basic',
      { x: f32([...fractions]), ...sizes },
      once(...launches),
      ['sum'],
    );
    const sum = fractions.reduce((before, x) => before + x, 0);
    expect(Math.abs((floats(rounded.sum)[0] ?? 0) / sum - 1)).toBeLessThan(1e-5);
  });

  it('a scan holds at each place the sum of all up to there, also past 2^32', async () => {
    const n = 65_000;
    const values = numbers(n, () => Math.floor(random() * 2 ** 32));
    const blocks = Math.ceil(n / 256);
    const scan = (count: number, from: string, to: string, totals: string) =>
      launch(
        'scan_blocks',
        [Math.ceil(count / 256)],
        [256],
        [u32(count), named(from), named(to), named(totals)],
      );
    const add = launch('scan_add', [blocks], [256], [u32(n), named('through'), named('sums')]);
    const buffers = {
      x: words(values),
      sums: n * 4,
      totals: blocks * 4,
      through: blocks * 4,
      all: 4,
    };
    const launches = [
      scan(n, 'x', 'sums', 'totals'),
      scan(blocks, 'totals', 'through', 'all'),
      add,
    ];
    const { sums } = await compute('parallel', buffers, once(...launches), ['sums']);
    let running = 0;
    expect(wordsIn(sums)).toEqual(values.map((value) => (running = (running + value) >>> 0)));
  });

  it('matrices are multiplied by tiles in shared memory', async () => {
    const n = 96;
    const [a, b] = [numbers(n * n, random), numbers(n * n, random)];
    const multiply = {
      ...launch('matmul', [n / 16, n / 16], [16, 16], [u32(n), named('a'), named('b'), named('c')]),
      shared: 2 * 16 * 16 * 4,
    };
    const buffers = { a: f32(a), b: f32(b), c: n * n * 4 };
    const c = floats((await compute('parallel', buffers, once(multiply), ['c'])).c);
    let worst = 0;
    for (let row = 0; row < n; row++)
      for (let column = 0; column < n; column++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += (a[row * n + k] ?? 0) * (b[k * n + column] ?? 0);
        worst = Math.max(worst, Math.abs((c[row * n + column] ?? 0) / sum - 1));
      }
    expect(worst).toBeLessThan(1e-5);
  });

  it('a histogram counts every value once, in every step', async () => {
    const n = 50_001;
    const values = numbers(n, () => Math.floor(random() ** 2 * 2 ** 32));
    const count = launch('histogram', [12], [256], [u32(n), named('values'), named('bins')]);
    const stages = [{ count: 3, launches: [count] }];
    const { bins } = await compute('parallel', { values: words(values), bins: 1024 }, stages, [
      'bins',
    ]);
    const counted = Array<number>(256).fill(0);
    for (const value of values) counted[value & 255] = (counted[value & 255] ?? 0) + 3;
    expect(wordsIn(bins)).toEqual(counted);
  });

  it(
    'bodies under gravity keep their energy, and go where double precision sends them',
    async () => {
      const [n, steps, dt, softening] = [128, 200, 0.002, 0.1];
      // A cloud at rest around the origin, which falls together.
      const bodies = numbers(n * 4, () => random() * 2 - 1).map((x, i) =>
        i % 4 === 3 ? 1 / n : x,
      );
      const kick = (time: number) =>
        launch(
          'nbody_kick',
          [n / 64],
          [64],
          [u32(n), real(time), real(softening), named('bodies'), named('speeds')],
        );
      const drift = launch(
        'nbody_drift',
        [n / 64],
        [64],
        [u32(n), real(dt), named('speeds'), named('bodies')],
      );
      // Leapfrog: half a kick, a drift, half a kick.
      const stages = [{ count: steps, launches: [kick(dt / 2), drift, kick(dt / 2)] }];
      const buffers = { bodies: f32(bodies), speeds: n * 16 };
      const end = await compute('parallel', buffers, stages, ['bodies', 'speeds']);

      const start: Sky = { bodies: floats(f32(bodies)), speeds: Array(n * 4).fill(0), softening };
      const there: Sky = { bodies: floats(end.bodies), speeds: floats(end.speeds), softening };
      const [before, after] = [energyOf(start), energyOf(there)];
      expect(Math.abs((after - before) / before)).toBeLessThan(1e-4);
      const exact = accelerate(start, dt, steps);
      const off = exact.bodies.map((x, i) => Math.abs(x - (there.bodies[i] ?? 0)));
      expect(Math.max(...off)).toBeLessThan(1e-3);
      const moved = start.bodies.map((x, i) => Math.abs(x - (there.bodies[i] ?? 0)));
      expect(Math.max(...moved)).toBeGreaterThan(0.05);
    },
    LONG_MS,
  );
});
