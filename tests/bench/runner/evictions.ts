import { setTimeout as wait } from 'node:timers/promises';
import { addition, startOf } from '../../runner/jobs.ts';
import { RunnerProcess } from '../../runner/runner-process.ts';
import { cudaWorld } from '../../runner/worlds.ts';
import { type Spread, spread } from '../figures.ts';
import { openCardObserver } from '../pause/card-observer.ts';

/** A long step costs the processors of this machine nothing: the emulated card sleeps through it. */
const STEP_MS = 50;
const ENDLESS = 1_000_000;
/** Longer than a step: a kill may come at any moment of one. */
const WITHIN_MS = 200;

/** How long from the kill of a runner that works until its process is gone and the card's memory free, `n` times. */
export async function measureEvictions(file: string, n: number): Promise<Spread> {
  const world = await cudaWorld({ kernelMillis: STEP_MS });
  const observer = await openCardObserver(world.env);
  const times: number[] = [];
  try {
    for (let i = 0; i < n; i += 1) {
      const runner = new RunnerProcess(file, world.env);
      runner.send(startOf(addition('cuda', world.program, ENDLESS)));
      await runner.heard(0, 'progress');
      await observer.work();
      await wait(Math.random() * WITHIN_MS);
      const { freed } = await observer.watch(runner.pid);
      const at = performance.timeOrigin + performance.now();
      await runner.kill();
      const { free } = await freed;
      if (free < at) throw new Error('the clock of this machine was set');
      times.push(free - at);
    }
    return spread(times);
  } finally {
    observer.close();
    world.remove();
  }
}
