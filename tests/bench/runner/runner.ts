import { fork } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import { cudaWorld } from '../../runner/worlds.ts';
import { bundle } from '../../worlds/bundle.ts';
import { digits, type Spread } from '../figures.ts';
import { measureCheckpoint } from './checkpoints.ts';
import { measureEvictions } from './evictions.ts';
import { measureLlmRate } from './llm-rate.ts';
import { measureNoopJobs } from './noop-jobs.ts';
import { measureSteps, type StepCost } from './step-cost.ts';

const NOOP_JOBS = 200;
const EVICTIONS = 100;
/** From steps that are over before a timer is to ones of a third of a second. */
const STEPS = [
  { step_ms: 0, steps: 5000 },
  { step_ms: 1, steps: 1000 },
  { step_ms: 3, steps: 500 },
  { step_ms: 20, steps: 150 },
  { step_ms: 300, steps: 10 },
];

export type RunnerFigures = {
  readonly launch_us: number;
  readonly noop_job_ms: Spread;
  readonly copy_ratio: number;
  /** Tokens a second, of what a direct call of llama.cpp gives. */
  readonly llm_ratio: number;
  /** The same in processor time, for machines that are busy; null where the system does not tell. */
  readonly llm_cpu_ratio: number | null;
  readonly checkpoint_ms_per_100mb: number;
  readonly evict_ms: Spread;
  readonly steps: readonly StepCost[];
};

const CallCosts = z.object({ launch_us: z.number(), copy_ratio: z.number() });

/** Everything `npm run bench:runner` measures, on the emulated card, one after the other. */
export async function measureRunner(say: (line: string) => void): Promise<RunnerFigures> {
  const runner = await bundle('src-runner/runner.ts');
  try {
    say('Launching kernels and copying data.');
    const { launch_us, copy_ratio } = await measureCalls();
    say('Running steps of all lengths.');
    const steps = await measureSteps(runner.file, STEPS);
    say('Yielding with 100 MB.');
    const checkpoint_ms_per_100mb = await measureCheckpoint(runner.file);
    say(`Killing a runner ${EVICTIONS} times.`);
    const evict_ms = await measureEvictions(runner.file, EVICTIONS);
    say(`Running ${NOOP_JOBS} empty jobs.`);
    const noop_job_ms = await measureNoopJobs(NOOP_JOBS);
    say('Drawing tokens, in turns with llama.cpp alone.');
    const llm = await measureLlmRate(runner.file);
    return {
      launch_us: digits(launch_us),
      noop_job_ms,
      copy_ratio: digits(copy_ratio),
      llm_ratio: llm.ratio,
      llm_cpu_ratio: llm.cpuRatio,
      checkpoint_ms_per_100mb,
      evict_ms,
      steps,
    };
  } finally {
    runner.remove();
  }
}

/** The calls are made in a process that finds the emulated driver. */
async function measureCalls(): Promise<z.infer<typeof CallCosts>> {
  const world = await cudaWorld();
  const calls = await bundle('tests/bench/runner/card-calls.ts');
  const child = fork(calls.file, { env: { ...process.env, ...world.env }, execArgv: [] });
  try {
    child.send(world.program);
    const ended = once(child, 'exit').then(() => {
      throw new Error('the process that calls the card ended without a word');
    });
    const [said] = await Promise.race([once(child, 'message'), ended]);
    return CallCosts.parse(said);
  } finally {
    child.kill('SIGKILL');
    calls.remove();
    world.remove();
  }
}
