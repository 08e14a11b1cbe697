import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Bundle, bundle } from '../../worlds/bundle.ts';
import { saying } from '../../worlds/saying.ts';
import { addition, floats, LAUNCH, SAXPY, SAXPY_WGSL, startOf, X, Y } from '../jobs.ts';
import { RunnerProcess } from '../runner-process.ts';
import { softwareWorld, type World } from '../worlds.ts';

let built: Bundle;
let losing: Bundle;
let software: World;
const started: RunnerProcess[] = [];

beforeAll(async () => {
  built = await bundle('src-runner/runner.ts');
  losing = await bundle('tests/runner/webgpu/lost-device.ts');
  software = await softwareWorld();
});
afterEach(async () => {
  for (const runner of started.splice(0)) await runner.kill();
});
afterAll(() => {
  built.remove();
  losing.remove();
  software.remove();
});

function startedIn(env: World['env'], file = built.file, args: readonly string[] = []) {
  const runner = new RunnerProcess(file, env, args);
  started.push(runner);
  return runner;
}

const job = (more: object) => startOf(addition('webgpu', SAXPY_WGSL, 3, more));
const launching = (change: object) => ({
  stages: [{ count: 3, launches: [{ ...LAUNCH, ...change }] }],
});
async function failing(more: object) {
  const end = await startedIn(software.env).run(job(more));
  if (end.kind !== 'failed') throw new Error(`the job ended as ${end.kind}`);
  return end;
}

it('shows the line that does not compile', async () => {
  const program = SAXPY_WGSL.replace('numbers.a *', 'nowhere *');
  const { because, detail } = await failing({ program });
  expect(because).toBe('bad-program');
  expect(detail).toEqual(saying(/line 9:.*nowhere.*\n.*fn add/));
});

it('refuses one buffer at two bindings', async () => {
  const args = [SAXPY.n, SAXPY.a, SAXPY.y, SAXPY.y];
  const { because, detail } = await failing(launching({ args }));
  expect(because).toBe('bad-spec');
  expect(detail).toEqual(saying('buffer y twice'));
});

it('refuses to let a program write to a constant buffer', async () => {
  const { because, detail } = await failing({ constant: ['y'] });
  expect(because).toBe('bad-spec');
  expect(detail).toEqual(saying('buffer y is constant'));
});

it('refuses a block that is not the workgroup of the program', async () => {
  const { because, detail } = await failing(launching({ block: [32, 1, 1] }));
  expect(because).toBe('bad-spec');
  expect(detail).toEqual(saying('@workgroup_size(64, 1, 1)'));
});

it('binds buffers and numbers that a program declares and does not use', async () => {
  const program = SAXPY_WGSL.replace('y[i] += numbers.a * x[i]', 'y[i] = 7.0');
  const unused = await startedIn(software.env).run(job({ program, outputs: ['x', 'y'] }));
  expect(unused.kind === 'done' && floats(unused.outputs.x)).toEqual(X);
  expect(unused.kind === 'done' && floats(unused.outputs.y)).toEqual(Y.map(() => 7));
});

it('runs a program that touches none of its buffers', async () => {
  const program = SAXPY_WGSL.replace('{ add(id.x); }', '{}').replace('id.x < numbers.n', 'false');
  const idle = await startedIn(software.env).run(job({ program }));
  expect(idle.kind === 'done' && floats(idle.outputs.y)).toEqual(Y);
});

it('says that the card went away in the middle of a job', async () => {
  const folder = software.env.OFFPEAK_SWIFTSHADER ?? '';
  const env = { ...software.env, VK_DRIVER_FILES: join(folder, 'vk_swiftshader_icd.json') };
  const runner = startedIn(env, losing.file);
  expect(await runner.heard(0, 'failed', 'done')).toMatchObject({ because: 'device-lost' });
});

it('ends a step that never ends, and the process with it', async () => {
  const endless = '{ while (numbers.a > 0.0) { y[i] += 1.0; } }';
  const program = SAXPY_WGSL.replace('{ y[i] += numbers.a * x[i]; }', endless);
  const runner = startedIn(software.env, built.file, ['--step-timeout=300']);
  const end = await runner.run(job({ program }));
  expect(end).toMatchObject({ kind: 'failed', because: 'timed-out' });
  await runner.gone;
});

it('does no work for a card on the processor, nor where no card is offered', async () => {
  const chip = { vendor: 0x1002, device: 0x73bf, codename: 'Navi 21', alone: true };
  const folder = software.env.OFFPEAK_SWIFTSHADER ?? '';
  const driver = join(folder, 'vk_swiftshader_icd.json');
  // The loader would find it by itself, as it finds the software drivers of many systems.
  const offered = { ...software.env, VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver };
  const onProcessor = await startedIn(offered).run({ ...job({}), chip });
  expect(onProcessor).toMatchObject({ kind: 'failed', because: 'no-device' });
  expect(onProcessor.kind === 'failed' && onProcessor.detail).toEqual(saying('on the processor'));

  const nothing = { ...software.env, VK_DRIVER_FILES: '/nothing', VK_ICD_FILENAMES: '/nothing' };
  const nowhere = await startedIn(nothing).run({ ...job({}), chip });
  expect(nowhere).toMatchObject({ kind: 'failed', because: 'no-device' });
  expect(nowhere.kind === 'failed' && nowhere.detail).toEqual(saying('no card at all'));
});
