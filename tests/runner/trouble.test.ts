import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MAX_BLOB } from '../../src-shared/blob.ts';
import { type Bundle, bundle } from '../worlds/bundle.ts';
import { onLinux } from '../worlds/not-tried.ts';
import { saying } from '../worlds/saying.ts';
import {
  addition,
  f32,
  floats,
  LAUNCH,
  LENGTH,
  SAXPY,
  type StartInput,
  startOf,
  sums,
  X,
  Y,
} from './jobs.ts';
import { RunnerProcess } from './runner-process.ts';
import { cudaWorld, softwareWorld, type World } from './worlds.ts';

let built: Bundle;
let cuda: World;
let software: World;
const started: RunnerProcess[] = [];
const removals: (() => void)[] = [];

beforeAll(async () => {
  built = await bundle('src-runner/runner.ts');
  cuda = await cudaWorld();
  software = await softwareWorld();
  removals.push(built.remove, cuda.remove, software.remove);
});
afterEach(async () => {
  for (const runner of started.splice(0)) await runner.kill();
});
afterAll(() => {
  for (const remove of removals) remove();
});

function runnerIn(env: World['env'], args: readonly string[] = []): RunnerProcess {
  const runner = new RunnerProcess(built.file, env, args);
  started.push(runner);
  return runner;
}
const plain = ({ backend, program }: World, more = {}) => addition(backend, program, 3, more);
const launching = (change: object) => ({
  stages: [{ count: 3, launches: [{ ...LAUNCH, ...change }] }],
});
const blobOf = (start: StartInput, buffer: 'x' | 'y'): string => {
  const from = start.job.spec.buffers[buffer]?.from;
  return typeof from === 'object' ? from.sha256 : '';
};

describe.each([
  ['CUDA', () => cuda],
  ['WebGPU', () => software],
])('a job that is wrong for %s fails with a sentence, and the next job runs', (_, find) => {
  const cases: [string, string, string, (world: World) => StartInput][] = [
    [
      'an entry that does not exist',
      'bad-spec',
      'nothing_here; it has vector_add, saxpy',
      (world) => startOf(plain(world, launching({ entry: 'nothing_here' }))),
    ],
    [
      'an argument too few',
      'bad-spec',
      'saxpy',
      (world) => startOf(plain(world, launching({ args: [SAXPY.n, SAXPY.a, SAXPY.x] }))),
    ],
    [
      'a whole number where a fraction belongs',
      'bad-spec',
      'the job gives a u32',
      (world) => {
        const args = [SAXPY.n, SAXPY.n, SAXPY.x, SAXPY.y];
        return startOf(plain(world, launching({ args })));
      },
    ],
    [
      'a blob that did not come',
      'missing-blob',
      'buffer y is missing',
      (world) => {
        const start = startOf(plain(world));
        delete start.blobs[blobOf(start, 'y')];
        return start;
      },
    ],
    [
      'a blob with other bytes than its name says',
      'missing-blob',
      'buffer x should be blob',
      (world) => {
        const start = startOf(plain(world));
        start.blobs[blobOf(start, 'x')] = f32(Y);
        return start;
      },
    ],
    [
      'a blob cut short',
      'missing-blob',
      `should have ${LENGTH * 4} bytes but 8 came`,
      (world) => {
        const start = startOf(plain(world));
        start.blobs[blobOf(start, 'x')] = f32([1, 2]);
        return start;
      },
    ],
    [
      'a checkpoint without one of its buffers',
      'missing-blob',
      'the checkpoint lacks buffer x',
      (world) => ({ ...startOf(plain(world)), resume: { step: 1, buffers: { y: f32(Y) } } }),
    ],
    [
      'a checkpoint with a buffer of another size',
      'bad-spec',
      'buffer y of the checkpoint has 4 bytes',
      (world) => ({
        ...startOf(plain(world)),
        resume: { step: 1, buffers: { x: f32(X), y: f32([1]) } },
      }),
    ],
    [
      'a checkpoint past the end',
      'bad-spec',
      'at step 4 but the job has 3 steps',
      (world) => ({
        ...startOf(plain(world)),
        resume: { step: 4, buffers: { x: f32(X), y: f32(Y) } },
      }),
    ],
    [
      'a program that is none',
      'bad-program',
      '',
      (world) => startOf(plain(world, { program: 'MZ this is an executable' })),
    ],
    [
      'a program with a zero byte',
      'bad-program',
      'zero bytes',
      (world) => startOf(plain(world, { program: `${world.program}\0more` })),
    ],
    [
      'no program for this backend',
      'bad-spec',
      'program',
      (world) => {
        const start = startOf(plain(world));
        const [program] = Object.values(start.job.spec.programs);
        const other = world.backend === 'cuda' ? 'webgpu' : 'cuda';
        if (program) start.job.spec.programs = { [other]: program };
        return start;
      },
    ],
    [
      'a command that breaks the rules of the protocol',
      'bad-spec',
      'cannot be read',
      (world) => startOf(plain(world, launching({ block: [4096, 1, 1] }))),
    ],
  ];

  it('whatever is wrong', async () => {
    const world = find();
    const runner = runnerIn(world.env);
    for (const [what, because, words, make] of cases) {
      const end = await runner.run(make(world));
      expect({ what, ...end }).toMatchObject({ what, kind: 'failed', job: 'job-1', because });
      expect(end.kind === 'failed' && end.detail).toEqual(saying(words));
    }
    const end = await runner.run(startOf(plain(world)));
    expect(end.kind === 'done' && floats(end.outputs.y)).toEqual(sums(3));
  });
});

describe('on CUDA', () => {
  it('says which driver a PTX wants when it is too new for this one', async () => {
    const program = cuda.program.replace(/\.version .*/, '.version 99.0');
    const end = await runnerIn(cuda.env).run(startOf(plain(cuda, { program })));
    expect(end).toMatchObject({ kind: 'failed', because: 'no-device' });
    expect(end.kind === 'failed' && end.detail).toEqual(saying(/UNSUPPORTED_PTX_VERSION.*99/s));
  });

  it('says that the compiler refused a PTX', async () => {
    const world = await cudaWorld({
      failures: [{ call: 'cuModuleLoadDataEx', nth: 1, code: 218 }],
    });
    removals.push(world.remove);
    const end = await runnerIn(world.env).run(startOf(plain(world)));
    expect(end).toMatchObject({ kind: 'failed', because: 'bad-program' });
  });

  it('tells before it starts that a job does not fit into the memory of the card', async () => {
    const card = { name: 'Small Card', capability: '8.6', mebibytes: 2048, multiprocessors: 4 };
    const world = await cudaWorld({ devices: [card] });
    removals.push(world.remove);
    const runner = runnerIn(world.env);
    const eight = Object.fromEntries([...'abcdefgh'].map((name) => [name, MAX_BLOB]));
    const constant = Object.keys(eight);
    const large = plain(world, { buffers: { x: f32(X), y: f32(Y), ...eight }, constant });
    const end = await runner.run(startOf(large));
    expect(end).toMatchObject({ kind: 'failed', because: 'out-of-memory' });
    expect(await runner.run(startOf(plain(world)))).toMatchObject({ kind: 'done' });
  });

  it('gives back what it took when memory runs out half-way', async () => {
    const world = await cudaWorld({ failures: [{ call: 'cuMemAlloc_v2', nth: 2, code: 2 }] });
    removals.push(world.remove);
    const runner = runnerIn(world.env);
    const end = await runner.run(startOf(plain(world)));
    expect(end).toMatchObject({ kind: 'failed', because: 'out-of-memory' });
    expect(await runner.run(startOf(plain(world)))).toMatchObject({ kind: 'done' });
  });

  it('names the steps that wrote where it must not, and ends the process: its context is lost', async () => {
    const runner = runnerIn(cuda.env);
    const args = [{ kind: 'step', times: 1_000_000_000, plus: 0 }, SAXPY.y];
    const end = await runner.run(startOf(plain(cuda, launching({ entry: 'out_of_bounds', args }))));
    expect(end).toMatchObject({ kind: 'failed', because: 'illegal-access' });
    expect(end.kind === 'failed' && end.detail).toEqual(
      saying(/^steps? 1\b.*kernel out_of_bounds/),
    );
    await runner.gone;
  });

  it('ends a step that never ends, and the process with it', async () => {
    const world = await cudaWorld({ kernelMillis: 3_600_000 });
    removals.push(world.remove);
    const runner = runnerIn(world.env, ['--step-timeout=200']);
    const end = await runner.run(startOf(plain(world)));
    expect(end).toMatchObject({ kind: 'failed', because: 'timed-out' });
    await runner.gone;
  });

  it('says that there is no such card', async () => {
    const end = await runnerIn(cuda.env).run({ ...startOf(plain(cuda)), device: 7 });
    expect(end).toMatchObject({ kind: 'failed', because: 'no-device' });
    expect(end.kind === 'failed' && end.detail).toEqual(saying('there is no card 7'));
  });

  it('says that there is no driver that can be used', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'offpeak-driver-'));
    removals.push(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'libcuda.so.1'), 'this is no library');
    const runner = runnerIn({ ...cuda.env, LD_LIBRARY_PATH: folder });
    const end = await runner.run(startOf(plain(cuda)));
    expect(end).toMatchObject({ kind: 'failed', because: 'no-device' });
    expect(end.kind === 'failed' && end.detail).toEqual(saying('no NVIDIA driver can be used'));
  });

  it.runIf(onLinux('a runner that is ended from outside')).each([
    [100, 'no-device'],
    [999, 'device-lost'],
  ])(
    'says what an owner can do where a driver does not start in the lockdown (%i)',
    async (code, because) => {
      const world = await cudaWorld({ failures: [{ call: 'cuInit', nth: 0, code }] });
      removals.push(world.remove);
      const end = await runnerIn(world.env).run(startOf(plain(world)));
      expect(end).toMatchObject({ kind: 'failed', because });
      const advice =
        /If other programs can use this card, start Offpeak with OFFPEAK_RUNNER_SKIPS=\w+/;
      expect(end.kind === 'failed' && end.detail).toEqual(saying(advice));
      // Who has followed it is not told again.
      const followed = { ...world.env, OFFPEAK_RUNNER_SKIPS: 'files,kernel' };
      const again = await runnerIn(followed).run(startOf(plain(world)));
      expect(again.kind === 'failed' && again.detail).not.toEqual(saying('OFFPEAK_RUNNER_SKIPS'));
    },
  );
});

it('ends with a complaint when it is told something it cannot read', async () => {
  const runner = runnerIn(cuda.env);
  await runner.heard(0, 'ready');
  runner.send({ kind: 'format-disk' });
  await runner.gone;
  expect(runner.complaints).toContain('the command cannot be read');
});
