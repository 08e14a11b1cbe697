import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkOptions } from '../../src-buyer/checkers/options.ts';
import { checkScene } from '../../src-buyer/checkers/scene.ts';
import type { JobPlan } from '../../src-buyer/job-plan.ts';
import { KernelJob } from '../../src-shared/job.ts';
import { floats } from '../runner/jobs.ts';
import { RunnerProcess } from '../runner/runner-process.ts';
import { cudaWorld, softwareWorld, type World } from '../runner/worlds.ts';
import { type Bundle, bundle } from '../worlds/bundle.ts';
import { saying } from '../worlds/saying.ts';
import { exampleFile, fileOf, outputOf, planOf, runJob, startCommand } from './example-run.ts';

/** Pictures take seconds of computing, and more on a busy machine. */
const LONG_MS = 180_000;

const contracts = readFileSync(exampleFile('options/contracts.csv'), 'utf8');
const scene = readFileSync(exampleFile('scene/scene.json'), 'utf8');

let built: Bundle;
beforeAll(async () => {
  built = await bundle('src-runner/runner.ts');
});
afterAll(() => built.remove());

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe.each([
  ['CUDA', cudaWorld],
  ['WebGPU', softwareWorld],
])('on %s', (_, find) => {
  let world: World;
  let runner: RunnerProcess;
  let options: JobPlan;
  let prices: Uint8Array;

  beforeAll(async () => {
    world = await find();
    runner = new RunnerProcess(built.file, world.env);
    await runner.heard(0, 'ready');
    options = await planOf('options');
    prices = await runJob(runner, options, 0, world.backend);
  }, LONG_MS);
  afterAll(async () => {
    await runner.kill();
    world.remove();
  });

  it('a book of options is priced as Black and Scholes price it', () => {
    const verdict = checkOptions({ contracts, prices: text(fileOf(options, [prices])) });
    expect(verdict).toMatchObject({ ok: true });
  });

  it('a price is the same to the last bit after a pause and another process', async () => {
    const [job] = options.jobs;
    if (!job) throw new Error('the plan is empty');
    const first = new RunnerProcess(built.file, world.env);
    first.send(startCommand(options, job, world.backend));
    await first.heard(0, 'progress');
    first.send({ kind: 'yield', job: job.id });
    const { step, buffers } = await first.heard(0, 'yielded');
    await first.kill();
    expect(step).toBeLessThan(17);
    const end = await runner.run(startCommand(options, job, world.backend, { step, buffers }));
    if (end.kind !== 'done') throw new Error(`not done: ${end.kind}`);
    expect(outputOf(end.outputs)).toEqual(prices);
  });
});

describe('a picture', () => {
  let plan: JobPlan;
  const tiles: Uint8Array[] = [];

  beforeAll(async () => {
    plan = await planOf('scene');
    const world = await cudaWorld();
    const runner = new RunnerProcess(built.file, world.env);
    for (const index of plan.jobs.keys())
      tiles.push(await runJob(runner, plan, index, world.backend));
    await runner.kill();
    world.remove();
  }, LONG_MS);

  const check = (parts: readonly Uint8Array[]) =>
    checkScene({ scene, picture: fileOf(plan, parts) });

  it('path-traced in tiles agrees with the same scene traced on the processor', async () => {
    expect(await check(tiles)).toMatchObject({ ok: true });
  });

  it('that is black, too bright, noisy, or put together wrongly is refused', async () => {
    const changed = (change: (level: number, i: number) => number) =>
      tiles.map((tile) => tile.map((level, i) => (i % 4 === 3 ? 255 : change(level, i))));
    const refused = { ok: false };
    expect(await check(changed(() => 0))).toMatchObject(refused);
    expect(await check(changed((level) => Math.min(255, level * 1.1)))).toMatchObject(refused);
    expect(await check(tiles.toReversed())).toMatchObject(refused);
    expect(await check(tiles.slice(0, 11))).toMatchObject(refused);
    // one pixel in fifty, brighter and darker in turn, so that no mean gives it away
    const speck = (pixel: number) => (pixel % 50 === 7 ? (pixel % 100 === 7 ? 60 : -60) : 0);
    const noisy = changed((level, i) =>
      Math.min(Math.max(level + speck(Math.floor(i / 4)), 0), 255),
    );
    expect(await check(noisy)).toMatchObject({ verdict: saying('noisy') });
    expect(await checkScene({ scene, picture: tiles[0] ?? new Uint8Array() })).toMatchObject({
      verdict: saying('not a PNG'),
    });
  });

  it(
    'is the same on a card of another make, but for the last bits',
    async () => {
      const FEW = 3; // samples of each pixel
      const sums = async (find: typeof cudaWorld) => {
        const job = KernelJob.parse(plan.jobs[9]); // floor, lamps, glass and mirrors
        const [trace] = job.spec.stages;
        if (!trace) throw new Error('the plan has changed');
        const spec = { ...job.spec, stages: [{ ...trace, count: FEW }], outputs: ['sums'] };
        const world = await find();
        const runner = new RunnerProcess(built.file, world.env);
        const end = await runner.run(startCommand(plan, { ...job, spec }, world.backend));
        await runner.kill();
        world.remove();
        if (end.kind !== 'done') throw new Error(JSON.stringify(end));
        return floats(outputOf(end.outputs));
      };
      const [one, other] = [await sums(cudaWorld), await sums(softwareWorld)];
      const differ = one.filter((light, i) => Math.abs(light - (other[i] ?? 0)) > 0.01 * FEW);
      // A rounded bit can send a path another way at an edge; such pixels are few, and noise of the same kind.
      expect(differ.length / one.length).toBeLessThan(0.02);
    },
    LONG_MS,
  );
});
