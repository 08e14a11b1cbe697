import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inEnglish } from '../../src-shared/wording.ts';
import { type Bundle, bundle } from '../worlds/bundle.ts';
import { randomness, seedOfThisRun } from '../worlds/randomness.ts';
import { f32, named, type StageInput, type StartInput, startOf } from './jobs.ts';
import { RunnerProcess } from './runner-process.ts';
import { cudaWorld, kernelText, softwareWorld, type World } from './worlds.ts';

const LONG_MS = 240_000;
/** Half of them kills, as for a game, half of them yields, as for an owner who comes back. */
const STOPS = 50;
/** A stop falls anywhere between the start and this: before the first step, in a step, in a checkpoint. */
const WITHIN_MS = 200;
/** Bodies that fall together: every step depends on all before it, so one lost or done twice changes every last bit. */
const BODIES = 64;

let built: Bundle;
beforeAll(async () => {
  built = await bundle('src-runner/runner.ts');
});
afterAll(() => built.remove());

function fallingCloud({ backend }: World, steps: number, random: () => number): StartInput {
  const launch = (entry: string, ...numbers: number[]): StageInput['launches'][number] => ({
    entry,
    grid: [1, 1, 1],
    block: [BODIES, 1, 1],
    args: [
      { kind: 'u32', value: BODIES },
      ...numbers.map((value) => ({ kind: 'f32', value }) as const),
      ...(entry === 'nbody_kick'
        ? [named('bodies'), named('speeds')]
        : [named('speeds'), named('bodies')]),
    ],
  });
  const bodies = Array.from({ length: BODIES * 4 }, (_, i) =>
    i % 4 === 3 ? 1 / BODIES : random() * 2 - 1,
  );
  return startOf({
    backend,
    program: kernelText('parallel', backend),
    buffers: { bodies: f32(bodies), speeds: BODIES * 16 },
    stages: [
      {
        count: steps,
        launches: [launch('nbody_kick', 1e-4, 0.1), launch('nbody_drift', 1e-4)],
      },
    ],
    outputs: ['bodies', 'speeds'],
    checkpointEvery: 100,
  });
}

describe.each([
  ['CUDA', cudaWorld, 20_000],
  ['WebGPU', softwareWorld, 2000],
])('on %s', (_, find, steps) => {
  let world: World;
  let runner: RunnerProcess;
  const open = async () => {
    runner = new RunnerProcess(built.file, world.env);
    await runner.heard(0, 'ready');
  };
  beforeAll(async () => {
    world = await find();
    await open();
  });
  afterAll(async () => {
    await runner.kill();
    world.remove();
  });

  it(
    `a job that is evicted and yielded at ${STOPS} random moments gives the same to the last bit`,
    async () => {
      const seed = seedOfThisRun();
      console.log(`OFFPEAK_TEST_SEED=${seed}`);
      const random = randomness(seed);
      const fresh = fallingCloud(world, steps, random);
      const undisturbed = await runner.run(fresh);
      if (undisturbed.kind !== 'done') throw new Error(JSON.stringify(undisturbed));

      const left = { kill: STOPS / 2, yield: STOPS / 2 };
      let start = fresh;
      while (left.kill + left.yield > 0) {
        const way = random() * (left.kill + left.yield) < left.kill ? 'kill' : 'yield';
        const from = runner.events.length;
        runner.send(start);
        // Half of the stops come once something is saved, so that the job gets on.
        if (random() < 0.5) await runner.heard(from, 'checkpoint', 'done', 'failed');
        // The moment of the stop is the point of this test; nothing waits on its length.
        await wait(random() * WITHIN_MS);
        if (way === 'yield') runner.send({ kind: 'yield', job: start.job.id });
        else await runner.kill();
        const end =
          way === 'yield'
            ? await runner.heard(from, 'done', 'yielded', 'failed')
            : runner.events.slice(from).findLast(({ kind }) => kind !== 'progress');
        if (way === 'kill') await open();
        // A job that was through before its stop is compared, and another is begun.
        if (end?.kind === 'done') {
          expect(end.outputs).toEqual(undisturbed.outputs);
          start = fresh;
          continue;
        }
        if (end?.kind === 'failed') throw new Error(inEnglish(end.detail));
        left[way] -= 1;
        if (end?.kind === 'checkpoint' || end?.kind === 'yielded')
          start = { ...start, resume: { step: end.step, buffers: end.buffers } };
      }
      const end = await runner.run(start);
      expect(end.kind === 'done' && end.outputs).toEqual(undisturbed.outputs);
    },
    LONG_MS,
  );
});
