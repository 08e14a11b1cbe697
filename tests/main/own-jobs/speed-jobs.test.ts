import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { kindsOf, roundedUp, type SpeedWork, workIn } from '../../../src-main/agent/speed-work.ts';
import { readSpeedPrograms, SPEED_JOB, speedPlan } from '../../../src-main/own-jobs/speed-jobs.ts';
import { Sha256 } from '../../../src-shared/blob.ts';
import type { KernelJob } from '../../../src-shared/job.ts';
import { stepCount } from '../../../src-shared/kernel.ts';
import { SpeedKind } from '../../../src-shared/speed.ts';
import { millis } from '../../../src-shared/units.ts';
import { sha256 as sha256Of } from '../../runner/jobs.ts';
import { RunnerProcess } from '../../runner/runner-process.ts';
import { cudaWorld, softwareWorld, type World } from '../../runner/worlds.ts';
import { type Bundle, bundle } from '../../worlds/bundle.ts';

const programs = readSpeedPrograms('src-runner/kernels/speed');

/** As in speed.cu. */
const [CHAINS, UNROLLED, THREADS] = [8, 16, 1024 * 256];

/** What each kernel leaves in a thread, in plain arithmetic. */
function expected(kind: SpeedKind, rounds: number, thread: number): number {
  const times = rounds * UNROLLED;
  const chains = Array.from({ length: CHAINS }, (_, chain) => {
    let x = kind === 'int32' ? 1 + thread : 1;
    for (let i = 0; i < times; i++)
      x =
        kind === 'int32'
          ? (Math.imul(x, x) + chain) >>> 0
          : Math.fround(Math.fround(x) * 0.75 + chain);
    return x;
  });
  return kind === 'int32'
    ? chains.reduce((sum, x) => (sum + x) >>> 0, 0)
    : chains.reduce((sum, x) => Math.fround(sum + x), 0);
}

let runner: Bundle;
beforeAll(async () => {
  runner = await bundle('src-runner/runner.ts');
});
afterAll(() => runner.remove());

describe.each([
  ['the emulated CUDA driver', cudaWorld],
  ['WebGPU on SwiftShader', softwareWorld],
])('the kernels of the speed test on %s', (_, find) => {
  let world: World;
  let process_: RunnerProcess;
  beforeAll(async () => {
    world = await find();
    process_ = new RunnerProcess(runner.file, world.env);
  });
  afterAll(async () => {
    await process_.kill();
    world.remove();
  });

  it.each(SpeedKind.options)('really do what is counted: %s', async (kind) => {
    if (!kindsOf(world.backend).includes(kind)) return;
    const work: SpeedWork = { kind, amount: 2, backend: world.backend, software: true };
    const program = programs(work);
    const { jobs, blobs } = speedPlan(work, program, `${SPEED_JOB}1`, millis(Date.now()));
    const job = structuredClone(jobs[0]) as z.input<typeof KernelJob>;
    const sent = Object.fromEntries(blobs);
    const { from } = job.spec.buffers;
    const copied = new Uint8Array(from?.size ?? 0).map((_, i) => i % 251);
    if (from) {
      // Zeros would look the same without being copied.
      const sha256 = sha256Of(copied);
      from.from = { sha256, size: copied.length };
      sent[Sha256.parse(sha256)] = copied;
      job.spec.outputs = ['to'];
    }
    const end = await process_.run({
      kind: 'start',
      job,
      backend: world.backend,
      device: 0,
      blobs: sent,
      resume: null,
      checkpointEvery: 60_000,
      duty: 1,
    });
    if (end.kind !== 'done') throw new Error(`${kind}: ${JSON.stringify(end)}`);
    const [bytes = new Uint8Array()] = Object.values(end.outputs);
    if (kind === 'memory') {
      expect(Buffer.from(bytes).equals(copied)).toBe(true);
      return;
    }
    const words = new Uint32Array(bytes.slice().buffer);
    const floats = new Float32Array(words.buffer);
    expect(words.length).toBe(THREADS);
    for (const thread of [0, 1, 255, 256, THREADS - 1]) {
      // Two steps of one round each, both from the start.
      if (kind === 'fp16') expect(words[thread]).toBe(0x4000_4000);
      else if (kind === 'int32') expect(words[thread]).toBe(expected(kind, 1, thread));
      else expect(floats[thread]).toBeCloseTo(expected(kind, 1, thread), 4);
    }
  });
});

it('a piece of work is never smaller than was asked for, and what is counted is what the job does', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SpeedKind.options),
      fc.integer({ min: 1, max: 100_000 }),
      (kind, asked) => {
        const amount = roundedUp(kind, asked);
        expect(amount).toBeGreaterThanOrEqual(asked);
        expect(roundedUp(kind, amount)).toBe(amount);
        const work: SpeedWork = { kind, amount, backend: 'cuda', software: false };
        const [job] = speedPlan(work, new Uint8Array(4), `${SPEED_JOB}1`, millis(0)).jobs;
        if (job?.kind !== 'kernel') throw new Error('a plan without a kernel job');
        const { stages, buffers } = job.spec;
        const [stage] = stages;
        const [rounds] = stage?.launches[0]?.args ?? [];
        const done =
          kind === 'memory'
            ? 2 * (buffers.from?.size ?? 0) * stepCount({ stages }) * (stage?.launches.length ?? 0)
            : (kind === 'fp16' ? 4 : 2) *
              (THREADS * CHAINS * UNROLLED) *
              stepCount({ stages }) *
              (rounds?.kind === 'u32' ? rounds.value : 0);
        expect(done).toBe(workIn(work));
      },
    ),
  );
});
