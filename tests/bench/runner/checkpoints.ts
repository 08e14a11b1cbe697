import { addition, f32, startOf, X, Y } from '../../runner/jobs.ts';
import { RunnerProcess } from '../../runner/runner-process.ts';
import { cudaWorld } from '../../runner/worlds.ts';
import { digits, median } from '../figures.ts';

const ROUNDS = 9;
const ENDLESS = 1_000_000;
const HUNDRED_MB = 100_000_000;

/**
 * What 100 MB more in a checkpoint cost: milliseconds from the word to yield until this process has all of it, beyond what
 * a checkpoint of two kilobytes takes.
 */
export async function measureCheckpoint(file: string): Promise<number> {
  const world = await cudaWorld();
  const runner = new RunnerProcess(file, world.env);
  const measure = async (more: Readonly<Record<string, number>>) => {
    const buffers = { x: f32(X), y: f32(Y), ...more };
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const start = startOf(addition('cuda', world.program, ENDLESS, { buffers }));
      const from = runner.events.length;
      runner.send(start);
      await runner.heard(from + 1, 'progress');
      const asked = performance.now();
      runner.send({ kind: 'yield', job: start.job.id });
      await runner.heard(from, 'yielded');
      times.push(performance.now() - asked);
      runner.events.length = 0;
    }
    return median(times);
  };
  try {
    const small = await measure({});
    return digits((await measure({ data: HUNDRED_MB })) - small);
  } finally {
    await runner.kill();
    world.remove();
  }
}
