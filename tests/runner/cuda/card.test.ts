import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { KernelSpec } from '../../../src-shared/kernel.ts';
import { writeGpuState } from '../../fakes/gpu-state.ts';
import { type Bundle, bundle } from '../../worlds/bundle.ts';
import { saying } from '../../worlds/saying.ts';
import { addition, f32, floats, LAUNCH, named, SAXPY, startOf, sums, X, Y } from '../jobs.ts';
import { RunnerProcess } from '../runner-process.ts';
import { cudaWorld, kernelText } from '../worlds.ts';

// What cards and drivers can be like, each on the emulated driver.

let built: Bundle;
const ends: (() => void | Promise<void>)[] = [];
beforeAll(async () => {
  built = await bundle('src-runner/runner.ts');
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(() => built.remove());

type Options = Parameters<typeof cudaWorld>[0];
const MEBIBYTE = 1024 ** 2;
const PTX = kernelText('basic', 'cuda');

async function runnerOn(options: Options = {}, env: Readonly<Record<string, string>> = {}) {
  const world = await cudaWorld(options);
  const start = (args: readonly string[] = []) => {
    const runner = new RunnerProcess(built.file, { ...world.env, ...env }, args);
    ends.push(() => runner.kill());
    return runner;
  };
  ends.push(world.remove);
  return { runner: start(), start, folder: world.env.FAKE_GPU_DIR ?? '' };
}
const job = (more: object = {}, count = 3) => startOf(addition('cuda', PTX, count, more));
const launching = (change: object) => ({
  stages: [{ count: 3, launches: [{ ...LAUNCH, ...change }] }],
});
async function refusal(runner: RunnerProcess, start: object) {
  const end = await runner.run(start);
  if (end.kind !== 'failed') throw new Error(`the job ended as ${end.kind}`);
  return end;
}
const card = (name: string, mebibytes = 4096) => ({
  name,
  capability: '8.6',
  mebibytes,
  multiprocessors: 28,
});
const two = [card('Old Card'), card('New Card')];

it('works on the card in the slot it is told, however the driver counts its cards', async () => {
  for (const [device, pci, name] of [
    [0, '0000:01:00.0', 'Old Card'],
    [0, '0000:02:00.0', 'New Card'],
    [0, null, 'Old Card'],
    [1, null, 'New Card'],
  ] as const) {
    const { runner } = await runnerOn({ devices: two, order: [1, 0] });
    expect(await runner.run({ ...job(), device, pci })).toMatchObject({ kind: 'done' });
    expect(runner.complaints).toContain(`works on ${name}`);
  }
});

it('never takes another card than the one it is told: its owner hid that one', async () => {
  // The first one as CUDA counts them for every other program of theirs: the new card.
  const options = { devices: two, order: [1, 0] };
  const { start } = await runnerOn(options, { CUDA_VISIBLE_DEVICES: '0' });
  const { because, detail } = await refusal(start(), { ...job(), pci: '0000:01:00.0' });
  expect(because).toBe('no-device');
  expect(detail).toEqual(saying('no card at 0000:01:00.0 (CUDA_VISIBLE_DEVICES is "0")'));
  expect(await start().run({ ...job(), pci: '0000:02:00.0' })).toMatchObject({ kind: 'done' });
});

it('says that an administrator has closed the card, or that somebody has it alone', async () => {
  const closed = await runnerOn({ computeMode: 'prohibited' });
  const prohibited = await refusal(closed.runner, job());
  expect(prohibited).toMatchObject({ because: 'no-device' });
  expect(prohibited.detail).toEqual(saying('compute mode is "prohibited"'));

  const { runner: first, start } = await runnerOn({ computeMode: 'exclusive' });
  expect(await first.run(job())).toMatchObject({ kind: 'done' });
  const second = await refusal(start(), job());
  expect(second).toMatchObject({ because: 'no-device' });
  expect(second.detail).toEqual(saying(/one program at a time.*DEVICE_UNAVAILABLE/));
});

it('says before it compiles which driver and which card a PTX wants', async () => {
  const { runner } = await runnerOn({ driver: { cuda: 12_020, ptx: 8.2 } });
  const newer = await refusal(
    runner,
    job({ program: PTX.replace('.version 4.0', '.version 8.5') }),
  );
  expect(newer.because).toBe('no-device');
  expect(newer.detail).toEqual(
    saying('wants a driver for CUDA 12.5 or newer; the one here is for CUDA 12.2'),
  );
  const card = await refusal(runner, job({ program: PTX.replace('sm_50', 'sm_120') }));
  expect(card.because).toBe('no-device');
  expect(card.detail).toEqual(saying('from sm_120 on, this one is an sm_86'));
  expect(await runner.run(job())).toMatchObject({ kind: 'done' });
});

it('explains what a system’s watchdog does to long steps, and ends with the context', async () => {
  const { runner } = await runnerOn({ kernelMillis: 600_000, watchdogMillis: 50 });
  const { because, detail } = await refusal(runner, job());
  expect(because).toBe('timed-out');
  expect(detail).toEqual(saying(/LAUNCH_TIMEOUT.*2 seconds: steps must be much shorter/));
  await runner.gone;
});

it('says that the card was lost in the middle of a job, and ends', async () => {
  const { runner, folder } = await runnerOn({ kernelMillis: 5 });
  runner.send(job({}, 1_000_000));
  await runner.heard(1, 'progress');
  writeGpuState(folder, { cards: [{ lost: true }] });
  expect(await runner.heard(1, 'failed')).toMatchObject({ because: 'device-lost' });
  await runner.gone;
});

it('gives a block as much shared memory as the card can, and refuses more', async () => {
  const { runner } = await runnerOn();
  const n = 32;
  const numbers = Array.from({ length: n * n }, (_, i) => i % 5);
  const multiply = (...shared: number[]) =>
    startOf({
      backend: 'cuda',
      program: kernelText('parallel', 'cuda'),
      buffers: { a: f32(numbers), b: f32(numbers), c: n * n * 4 },
      stages: shared.map((most) => ({
        count: 1,
        launches: [
          {
            entry: 'matmul',
            grid: [n / 16, n / 16, 1],
            block: [16, 16, 1],
            args: [{ kind: 'u32', value: n }, named('a'), named('b'), named('c')],
            shared: most,
          },
        ],
      })),
      outputs: ['c'],
    });
  const usual = await runner.run(multiply(2048));
  const large = await runner.run(multiply(96 * 1024));
  expect(usual.kind === 'done' && large.kind === 'done' && large.outputs.c).toEqual(
    usual.kind === 'done' && usual.outputs.c,
  );
  // One kernel, two amounts: the smaller one must not take from the larger.
  const both = await runner.run(multiply(96 * 1024, 60 * 1024));
  expect(both.kind === 'done' && both.outputs.c).toEqual(usual.kind === 'done' && usual.outputs.c);
  const { because, detail } = await refusal(runner, multiply(128 * 1024));
  expect(because).toBe('bad-spec');
  expect(detail).toEqual(saying('131072 bytes of shared memory for a block, this card has 101376'));
});

it('runs grids that WebGPU has no numbers for, and refuses them where WebGPU may get the job', async () => {
  const { runner } = await runnerOn();
  const blocks = 70_000;
  const wide = job({
    buffers: { x: f32(Array(blocks).fill(1)), y: f32(Array(blocks).fill(2)) },
    ...launching({
      grid: [blocks, 1, 1],
      block: [1, 1, 1],
      args: [{ kind: 'u32', value: blocks }, SAXPY.a, SAXPY.x, SAXPY.y],
    }),
  });
  const end = await runner.run(wide);
  expect(end.kind === 'done' && floats(end.outputs.y)).toEqual(Array(blocks).fill(2 + 3 * 2));

  const { programs, ...spec } = wide.job.spec;
  const both = KernelSpec.safeParse({ ...spec, programs: { ...programs, webgpu: programs.cuda } });
  expect(both.error?.issues[0]?.message).toContain('WebGPU takes at most 65535');
});

it('refuses a program whose own variables would fill the card, and goes on', async () => {
  const { runner } = await runnerOn({ devices: [card('Card')] });
  const hoard = PTX.replace(
    '.address_size 64',
    '.address_size 64\n.global .align 4 .b8 h[8000000000] = {1};',
  );
  const variables = await refusal(runner, job({ program: hoard }));
  expect(variables.because).toBe('out-of-memory');
  expect(variables.detail).toEqual(saying("program's own variables take 8000000000 bytes"));
  // The job itself spoke of 8 GiB; one that said less is at fault, and this card is not.
  const modest = { ...job({ program: hoard }) };
  modest.job.needs.vram = 1_000_000;
  const liar = await refusal(runner, modest);
  expect(liar.because).toBe('bad-spec');
  expect(liar.detail).toEqual(saying('beside its buffers the job asked for 67108864'));

  const deep = (bytes: number) =>
    job({ program: PTX.replaceAll('{\n', `{\n\t.local .align 4 .b8 deep[${bytes}];\n`) });
  const deepest = await refusal(runner, deep(400_000));
  expect(deepest.because).toBe('bad-spec');
  expect(deepest.detail).toEqual(
    saying('puts 400000 bytes aside for each thread, the most is 16384'),
  );
  const crowd = await runnerOn({ devices: [card('Card', 1024)] });
  const threads = await refusal(crowd.runner, deep(16_000));
  expect(threads.because).toBe('out-of-memory');
  expect(threads.detail).toEqual(saying('bytes of video memory for its threads'));
  expect(await runner.run(job())).toMatchObject({ kind: 'done' });
});

it('lets go of the programs of earlier jobs before it says that a job has no room', async () => {
  // Beside the desktop, the context, the reserve and its own program there are 52 MiB for a job; earlier ones leave none.
  const { runner } = await runnerOn({ devices: [card('Card', 768)], moduleMebibytes: 20 });
  const mebibytes = (big: number) => ({ x: f32(X), y: f32(Y), big: big * MEBIBYTE });
  for (const name of ['one', 'two', 'three'])
    expect(await runner.run(job({ program: `${PTX}\n// ${name}\n` }))).toMatchObject({
      kind: 'done',
    });
  const end = await runner.run(job({ buffers: mebibytes(40) }));
  expect(end.kind === 'done' && floats(end.outputs.y)).toEqual(sums(3));
  const { because, detail } = await refusal(runner, job({ buffers: mebibytes(60) }));
  expect(because).toBe('out-of-memory');
  expect(detail).toEqual(saying(`${52 * MEBIBYTE} can be had`));
});

it('works without pinned memory, only slower', async () => {
  const failures = [{ call: 'cuMemHostAlloc', nth: 0, code: 2 }];
  const { runner } = await runnerOn({ failures });
  const big = new Uint8Array(9 * MEBIBYTE).map((_, i) => i * 7);
  const end = await runner.run(
    job({ buffers: { x: f32(X), y: f32(Y), big }, outputs: ['y', 'big'] }),
  );
  expect(end.kind === 'done' && floats(end.outputs.y)).toEqual(sums(3));
  expect(end.kind === 'done' && Buffer.compare(end.outputs.big ?? big.slice(1), big)).toBe(0);
});

it('moves data of every size through its chunks without a byte lost', async () => {
  const { runner } = await runnerOn();
  const sizes = [4, 4 * MEBIBYTE - 4, 4 * MEBIBYTE, 4 * MEBIBYTE + 4, 21 * MEBIBYTE + 12];
  const data = Object.fromEntries(
    sizes.map((size, i) => [
      `b${i}`,
      new Uint8Array(size).map((_, at) => (at * 31 + i) ^ (at >> 12)),
    ]),
  );
  const buffers = { x: f32(X), y: f32(Y), ...data };
  const end = await runner.run(job({ buffers, outputs: Object.keys(data) }));
  if (end.kind !== 'done') throw new Error(`the job ended as ${end.kind}`);
  for (const [name, bytes] of Object.entries(data))
    expect(Buffer.compare(end.outputs[name] ?? new Uint8Array(), bytes)).toBe(0);
});

it('the owner who comes back does not wait for data that is still on its way to the card', async () => {
  // All of it would take longer than a test may.
  const { runner } = await runnerOn({ copySpeed: 4 });
  const data = new Uint8Array(160 * MEBIBYTE).fill(3);
  const start = job({ buffers: { x: f32(X), y: f32(Y), data } });
  const from = runner.events.length;
  runner.send(start);
  runner.send({ kind: 'yield', job: start.job.id });
  const { step, buffers } = await runner.heard(from, 'yielded');
  expect(step).toBe(0);
  expect(floats(buffers.y)).toEqual(Y);
  expect(Buffer.compare(buffers.data ?? new Uint8Array(), data)).toBe(0);
});
