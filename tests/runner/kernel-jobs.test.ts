import { constants, getPriority } from 'node:os';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunnerEvent } from '../../src-shared/runner-protocol.ts';
import { type Bundle, bundle } from '../worlds/bundle.ts';
import { saying } from '../worlds/saying.ts';
import {
  addition,
  f32,
  floats,
  LAUNCH,
  LENGTH,
  named,
  SAXPY,
  SAXPY_WGSL,
  type StageInput,
  startOf,
  sums,
  X,
  Y,
} from './jobs.ts';
import { RunnerProcess } from './runner-process.ts';
import { cudaWorld, softwareWorld, type World } from './worlds.ts';

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
  const job = (count: number, more = {}) => addition(world.backend, world.program, count, more);

  beforeAll(async () => {
    world = await find();
    runner = new RunnerProcess(built.file, world.env);
    await runner.heard(0, 'ready');
  });
  afterAll(async () => {
    await runner.kill();
    world.remove();
  });

  it('adds vectors as arithmetic does', async () => {
    const end = await runner.run(startOf(job(1)));
    expect(end).toMatchObject({ kind: 'done', job: 'job-1' });
    expect(outputsOf(end)).toEqual({ y: sums(1) });
  });

  it('runs every kind of small kernel: barriers, shared memory, whole numbers, step numbers', async () => {
    const { n } = SAXPY;
    const launch = { ...LAUNCH, entry: 'block_sums', args: [n, named('x'), named('parts')] };
    const add = [n, named('x'), named('y'), named('sum')];
    const counted = [n, { kind: 'step', times: 2, plus: 1 } as const, named('counts')];
    const stages: StageInput[] = [
      { count: 1, launches: [launch, { ...LAUNCH, entry: 'vector_add', args: add }] },
      { count: 5, launches: [{ ...LAUNCH, entry: 'add_step', args: counted }] },
    ];
    const size = LENGTH * 4;
    const buffers = { x: f32(X), y: f32(Y), sum: size, counts: size, parts: (LENGTH / 64) * 4 };
    const end = await runner.run(
      startOf(job(1, { stages, buffers, outputs: Object.keys(buffers) })),
    );
    const { sum, parts } = outputsOf(end);
    expect(sum).toEqual(X.map((x, i) => x + (Y[i] ?? 0)));
    expect(parts).toEqual(Array(LENGTH / 64).fill(-32));
    const counts = end.kind === 'done' ? end.outputs.counts : undefined;
    expect([...new Uint32Array(counts?.slice().buffer ?? [])]).toEqual(
      Array(LENGTH).fill(1 + 3 + 5 + 7 + 9),
    );
  });

  it('keeps constant buffers out of checkpoints and gives them back on resuming', async () => {
    const program = world.backend === 'cuda' ? world.program : SAXPY_WGSL;
    const more = {
      program,
      constant: ['x'],
      stages: [{ count: 9, launches: [LAUNCH] }],
    };
    const start = startOf(job(9, more));
    start.resume = { step: 4, buffers: { y: f32(sums(4)) } };
    expect(outputsOf(await runner.run(start))).toEqual({ y: sums(9) });
    const from = runner.events.length;
    runner.send(start);
    runner.send({ kind: 'yield', job: start.job.id });
    const { buffers } = await runner.heard(from, 'yielded');
    expect(Object.keys(buffers)).toEqual(['y']);
  });

  it('runs stages in order and gives each step its number', async () => {
    const { n, a, x, y } = SAXPY;
    const counting = { kind: 'step', times: 3, plus: 5 } as const;
    const once = { kind: 'f32', value: 1 } as const;
    const z = { kind: 'buffer', name: 'z' } as const;
    const stages: StageInput[] = [
      { count: 4, launches: [{ ...LAUNCH, args: [counting, a, x, y] }] },
      {
        count: 2,
        launches: [{ ...LAUNCH, args: [n, once, x, z] }, LAUNCH],
      },
    ];
    const buffers = { x: f32(X), y: f32(Y), z: LENGTH * 4 };
    const end = await runner.run(startOf(job(1, { stages, buffers, outputs: ['z', 'y'] })));
    const ys = Y.map((start, i) => {
      const touched = [5, 8, 11, 14].filter((n) => i < n).length;
      return start + (touched + 2) * 2 * (X[i] ?? 0);
    });
    expect(outputsOf(end)).toEqual({ z: X.map((value) => 2 * value), y: ys });
  });

  it('says how far it is, and always that it is through', async () => {
    const from = runner.events.length;
    await runner.run(startOf(job(7), 'told'));
    const steps = runner.events
      .slice(from)
      .flatMap((event) => (event.kind === 'progress' ? [event.step] : []));
    expect(steps.at(0)).toBe(0);
    expect(steps.at(-1)).toBe(7);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });

  it('loses nothing of a job that is interrupted again and again', async () => {
    const count = 60;
    const whole = outputsOf(await runner.run(startOf(job(count))));
    expect(whole).toEqual({ y: sums(count) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 3 }),
        async (waits) => {
          const start = startOf(job(count));
          for (const wait of waits) {
            const from = runner.events.length;
            runner.send(start);
            const ask = () => runner.send({ kind: 'yield', job: start.job.id });
            const asking = setTimeout(ask, wait);
            const end = await runner.heard(from, 'done', 'yielded', 'failed');
            clearTimeout(asking);
            if (end.kind !== 'yielded') {
              expect(outputsOf(end)).toEqual(whole);
              return;
            }
            expect(Object.keys(end.buffers)).toEqual(['x', 'y']);
            start.resume = { step: end.step, buffers: end.buffers };
          }
          expect(outputsOf(await runner.run(start))).toEqual(whole);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('goes on from its last checkpoint after it was killed', async () => {
    const victim = new RunnerProcess(built.file, world.env);
    const start = startOf(job(100_000, { checkpointEvery: 100 }));
    victim.send(start);
    await victim.heard(0, 'checkpoint');
    const { step, buffers } = await victim.heard(victim.events.length - 1, 'checkpoint');
    await victim.kill();

    // The rest of the job, cut short: twenty more steps from the checkpoint are as good as all of them.
    start.job.spec.stages = [{ count: step + 20, launches: [LAUNCH] }];
    start.resume = { step, buffers };
    expect(outputsOf(await runner.run(start))).toEqual({ y: sums(step + 20) });
  });

  it('hands a job back as far as it came, however early it is asked to yield', async () => {
    const start = startOf(job(100_000));
    const from = runner.events.length;
    runner.send(start);
    runner.send({ kind: 'yield', job: 'some-other-job' });
    runner.send({ kind: 'yield', job: start.job.id });
    const { step, buffers } = await runner.heard(from, 'yielded');
    expect(floats(buffers.y)).toEqual(sums(step));
  });

  it('gives the same results when it rests between steps and its pace changes', async () => {
    const count = 300;
    const start = { ...startOf(job(count)), duty: 0.5 };
    const from = runner.events.length;
    runner.send(start);
    for (const duty of [0.9, 0.2, 1]) runner.send({ kind: 'duty', job: start.job.id, duty });
    expect(outputsOf(await runner.heard(from, 'done', 'failed'))).toEqual({ y: sums(count) });
  });

  it('works at the lowest priority there is', () => {
    expect(getPriority(runner.pid)).toBe(constants.priority.PRIORITY_LOW);
  });

  it('refuses a second job and finishes the first', async () => {
    const from = runner.events.length;
    runner.send(startOf(job(50), 'first'));
    runner.send(startOf(job(1), 'second'));
    const refused = await runner.heard(from, 'failed');
    expect(refused).toMatchObject({ job: 'second', because: 'runner-lost' });
    expect(refused.detail).toEqual(saying('first'));
    expect(outputsOf(await runner.heard(from, 'done'))).toEqual({ y: sums(50) });
  });
});

function outputsOf(end: RunnerEvent): Record<string, number[]> {
  if (end.kind !== 'done')
    throw new Error(`the job ended as ${end.kind}: ${'detail' in end ? end.detail : ''}`);
  return Object.fromEntries(Object.entries(end.outputs).map(([name, b]) => [name, floats(b)]));
}
