import { readFileSync } from 'node:fs';
import { addition, startOf } from '../../runner/jobs.ts';
import { RunnerProcess } from '../../runner/runner-process.ts';
import { cudaWorld } from '../../runner/worlds.ts';
import { digits } from '../figures.ts';

/** What a run of steps took: of the clock, and of the runner's processor, for each step. */
export type StepCost = {
  /** What the emulated card sleeps for each step, at least. */
  readonly step_ms: number;
  readonly wall_ms: number;
  /** Share of one core. */
  readonly cpu: number;
};

/** Jobs that run before the measured one: they start the driver and load the program. */
const WARM_UP = 1;
/** USER_HZ of every Linux: the unit of utime and stime in /proc/<pid>/stat. */
const TICK_MS = 10;

/** How much longer steps of one small launch take than the card needs, and what waiting for them costs the processor. */
export async function measureSteps(
  file: string,
  shapes: readonly { readonly step_ms: number; readonly steps: number }[],
): Promise<StepCost[]> {
  const costs: StepCost[] = [];
  for (const { step_ms, steps } of shapes) {
    const world = await cudaWorld({ kernelMillis: step_ms });
    const runner = new RunnerProcess(file, world.env);
    try {
      const job = (count: number) => startOf(addition('cuda', world.program, count));
      for (let i = 0; i < WARM_UP; i++) await runner.run(job(2));
      const [from, busy] = [performance.now(), busyMs(runner.pid)];
      const end = await runner.run(job(steps));
      if (end.kind !== 'done') throw new Error(`the job ended as ${end.kind}`);
      const wall = performance.now() - from;
      costs.push({
        step_ms,
        wall_ms: digits(wall / steps),
        cpu: digits((busyMs(runner.pid) - busy) / wall),
      });
    } finally {
      await runner.kill();
      world.remove();
    }
  }
  return costs;
}

function busyMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
