import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pipeSpawn } from '../../src-main/children/pipe-child.ts';
import { type HostEvent, openRunnerHost } from '../../src-main/runner/host.ts';
import { KernelSpec } from '../../src-shared/kernel.ts';
import { RunnerCommand } from '../../src-shared/runner-protocol.ts';
import { millis } from '../../src-shared/units.ts';
import { findProgram } from '../fakes/find-program.ts';
import { type Bundle, bundle } from '../worlds/bundle.ts';
import { mailbox } from '../worlds/mailbox.ts';
import { NO_PTXAS, notTriedHere } from '../worlds/not-tried.ts';
import { saying } from '../worlds/saying.ts';
import { addition, f32, floats, LAUNCH, named, startOf, sums, X, Y } from './jobs.ts';
import { RunnerProcess } from './runner-process.ts';
import { cudaWorld, kernelText, onRealCard, softwareWorld, type World } from './worlds.ts';

// What a stranger may send. Everything is refused with a sentence, or ends with its process and leaves the card to others.

const MEBIBYTE = 1024 ** 2;
let built: Bundle;
let cuda: World;
let software: World;
const ends: (() => void | Promise<void>)[] = [];
const started: RunnerProcess[] = [];

beforeAll(async () => {
  built = await bundle('src-runner/runner.ts');
  cuda = await cudaWorld();
  software = await softwareWorld();
  ends.push(built.remove, cuda.remove, software.remove);
});
afterEach(async () => {
  for (const runner of started.splice(0)) await runner.kill();
});
afterAll(async () => {
  for (const end of ends) await end();
});

function runnerIn({ env }: World, args: readonly string[] = []): RunnerProcess {
  const runner = new RunnerProcess(built.file, env, args);
  started.push(runner);
  return runner;
}
const plain = (world: World, more = {}) => startOf(addition(world.backend, world.program, 3, more));
/** A job of one launch of a hostile kernel over one buffer of a page. */
function attack(entry: string, args: (typeof LAUNCH)['args']) {
  return startOf({
    backend: 'cuda',
    program: kernelText('hostile', 'cuda'),
    buffers: { words: 4096 },
    stages: [{ count: 1, launches: [{ entry, grid: [1, 1, 1], block: [1, 1, 1], args }] }],
    outputs: ['words'],
  });
}
async function refusal(runner: RunnerProcess, start: object) {
  const end = await runner.run(start);
  if (end.kind !== 'failed') throw new Error(`the job ended as ${end.kind}`);
  return end;
}
/** Another runner finds the card as it should be. */
async function cardWorks(world: World): Promise<void> {
  const end = await runnerIn(world).run(plain(world));
  expect(end.kind === 'done' && floats(end.outputs.y)).toEqual(sums(3));
}

describe('PTX', () => {
  it.runIf(onRealCard || findProgram('ptxas') || notTriedHere(NO_PTXAS))(
    'that is garbage is refused in the assembler’s words',
    async () => {
      const ptxas = findProgram('ptxas');
      const world = await cudaWorld(ptxas ? { ptxas } : {});
      const unlocked = await bundle('tests/runner/lockdown/unlocked.ts');
      ends.push(world.remove, unlocked.remove);
      const load = async (program: string): Promise<unknown> => {
        const env = { ...process.env, ...world.env };
        const child = fork(unlocked.file, { env, execArgv: [] });
        child.send(program);
        const [said] = await once(child, 'message');
        child.kill('SIGKILL');
        return said;
      };
      expect(await load(world.program)).toEqual({ failure: null });
      expect(await load(world.program.replace('add.rn.f32', 'bogus.rn.f32'))).toMatchObject({
        failure: {
          because: 'bad-program',
          detail: saying(/INVALID_PTX[\s\S]*bogus/),
        },
      });
    },
  );

  it('that loops for ever is ended with its process, and the card is there for others', async () => {
    const runner = runnerIn(cuda, ['--step-timeout=300']);
    const { because, detail } = await refusal(runner, attack('forever', [named('words')]));
    expect(because).toBe('timed-out');
    expect(detail).toEqual(saying('has not ended after 0.3 s'));
    await runner.gone;
    await cardWorks(cuda);
  });

  it('that writes where nothing is ends with its process, and the card is there for others', async () => {
    const runner = runnerIn(cuda);
    const address = [0x1000, 0].map((value) => ({ kind: 'u32', value }) as const);
    const { because } = await refusal(runner, attack('wild_pointer', address));
    expect(because).toBe('illegal-access');
    await runner.gone;
    await cardWorks(cuda);
  });

  it('that writes to a table of its own leaves nothing there for the next job, nor for another buyer', async () => {
    const runner = runnerIn(cuda);
    for (let job = 0; job < 3; job++) {
      const end = await runner.run(attack('count_calls', [named('words')]));
      expect(end.kind === 'done' && end.outputs.words?.[0]).toBe(6);
    }
  });

  it('that would keep its state outside of the buffers is refused with what to do instead', async () => {
    const runner = runnerIn(cuda);
    const program = cuda.program.replace(
      '.address_size 64',
      '.address_size 64\n.visible .global .align 4 .u32 counter;',
    );
    const { because, detail } = await refusal(runner, plain(cuda, { program }));
    expect(because).toBe('bad-program');
    expect(detail).toEqual(saying("(.global counter): state belongs in the job's buffers"));
    await cardWorks(cuda);
  });

  it('that wants all memory is refused before it has any', async () => {
    const runner = runnerIn(cuda);
    const program = cuda.program.replace(
      '.address_size 64',
      '.address_size 64\n.global .align 4 .b8 hoard[999999999999] = {1};',
    );
    // Its own fault, so the card need not rest: it asked for less than it takes.
    expect(await refusal(runner, plain(cuda, { program }))).toMatchObject({ because: 'bad-spec' });
    await cardWorks(cuda);
  });
});

it('WGSL that loops for ever is ended with its process, and the next one works', async () => {
  const endless = /\{ sum\[i\] = a\[i\] \+ b\[i\]; \}/;
  expect(software.program).toMatch(endless);
  const program = software.program.replace(endless, '{ while (a[i] < 1e9) { sum[i] += 1.0; } }');
  const args = [{ kind: 'u32', value: X.length }, named('x'), named('x'), named('y')] as const;
  const launch = { ...LAUNCH, entry: 'vector_add', args: [...args] };
  const runner = runnerIn(software, ['--step-timeout=300']);
  const job = plain(software, { program, stages: [{ count: 1, launches: [launch] }] });
  expect(await refusal(runner, job)).toMatchObject({ because: 'timed-out' });
  await runner.gone;
  await cardWorks(software);
});

describe('a job', () => {
  const spec = () => KernelSpec.parse(plain(cuda).job.spec);
  const words = (value: unknown) =>
    KernelSpec.safeParse(value)
      .error?.issues.map(({ message }) => message)
      .join('; ') ?? 'none';

  it('with a result of 10 GB is refused by everybody who reads it', async () => {
    const TEN = 10 * 1024 ** 3;
    const y = { size: TEN, from: 'zeros', constant: false };
    const one = { ...spec(), buffers: { ...spec().buffers, y } };
    expect(words(one)).toContain('Too big');
    const parts = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`p${i}`, { ...y, size: 256 * MEBIBYTE }]),
    );
    const many = {
      ...spec(),
      buffers: { ...spec().buffers, ...parts },
      outputs: Object.keys(parts),
    };
    expect(words(many)).toContain(`its result would hold ${30 * 256 * MEBIBYTE} bytes`);
    const start = plain(cuda);
    const { detail } = await refusal(runnerIn(cuda), {
      ...start,
      job: { ...start.job, spec: one },
    });
    expect(detail).toEqual(saying('cannot be read'));
  });

  it.each([
    ['a buffer', { buffers: { '../../etc/passwd': f32(Y), x: f32(X), y: f32(Y) } }],
    ['a kernel', { stages: [{ count: 1, launches: [{ ...LAUNCH, entry: '/bin/sh' }] }] }],
    ['an output', { outputs: ['../y'] }],
  ])('that names %s by a path is refused', async (_, more) => {
    const { because, detail } = await refusal(runnerIn(cuda), plain(cuda, more));
    expect(because).toBe('bad-spec');
    expect(detail).toEqual(saying('cannot be read'));
  });

  it('that names a blob by a path is refused, and no file is looked for', async () => {
    const start = plain(cuda);
    const path = '/etc/passwd';
    const { x } = start.job.spec.buffers;
    if (typeof x?.from !== 'object') throw new Error('the job has changed');
    start.blobs[path] = f32(X);
    x.from.sha256 = path;
    const { because, detail } = await refusal(runnerIn(cuda), start);
    expect(because).toBe('bad-spec');
    expect(detail).toEqual(saying('64 lower-case hex digits'));
  });
});

it('a runner that cannot hear the request to stop is killed at the end of the grace', async () => {
  const { until, put } = mailbox<HostEvent>();
  const life = new AbortController();
  const host = openRunnerHost({
    spawn: pipeSpawn(built.file, { env: { ...process.env, ...cuda.env } }),
    heard: put,
    signal: life.signal,
  });
  const command = RunnerCommand.parse(attack('forever', [named('words')]));
  if (command.kind !== 'start') throw new Error('not a start');
  host.start(command);
  await until(({ kind }) => kind === 'progress');
  host.yieldJob(command.job.id, millis(200));
  expect(await until(({ kind }) => kind === 'killed')).toMatchObject({ job: command.job.id });
  expect(host.pid()).toBeNull();
  await cardWorks(cuda);
  life.abort();
});
