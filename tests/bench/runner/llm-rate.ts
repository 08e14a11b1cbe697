import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { answerStart } from '../../runner/llm/model-starts.ts';
import { type ModelFile, writeModel } from '../../runner/llm/tiny-model.ts';
import { RunnerProcess } from '../../runner/runner-process.ts';
import { digits } from '../figures.ts';

/** Nine million weights: a token takes long enough on the processor that llama.cpp's own work is what is measured. */
const SHAPE = { seed: 1, width: 384, layers: 6, heads: 6, context: 512 };
const TOKENS = 200;
const PROMPT = 'Once upon a time';
/** Each way in turn, so often; before that some turns that do not count, until the code of both is compiled. */
const ROUNDS = 20;
const WARM_UP = 3;

/** As the runner chooses them; see seat.ts. */
const THREADS = Math.max(1, Math.floor(cpus().length / 2));

export type LlmRate = {
  /** Tokens a second of a whole job, from its start command to its result. */
  readonly ours: number;
  /** Of node-llama-cpp called directly in a process of its own, from the question to the text. */
  readonly direct: number;
  /** Of each pair of turns, `ours` to `direct`; the middle one. */
  readonly ratio: number;
  /** The same in processor time, which says more where other programs keep the machine busy; null but on Linux. */
  readonly cpuRatio: number | null;
};

const Answer = z.object({ drawn: z.number(), text: z.string() });

/** `runner`: a built runner. Both draw the same tokens of one warm model, in turns, on the processor. */
export async function measureLlmRate(runner: string): Promise<LlmRate> {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-bench-'));
  const file = writeModel(folder, SHAPE);
  const ours = new RunnerProcess(runner, { OFFPEAK_RUNNER_READS: folder });
  const direct = await openDirect(file);
  try {
    const times: { readonly ours: number; readonly direct: number }[] = [];
    let before = used(ours.pid, direct.pid);
    for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
      // Whoever goes second finds the machine as the first left it.
      const first = round % 2 === 0;
      const early = first ? await timed(() => answer(ours, file)) : 0;
      const between = await timed(() => direct.draw());
      const late = first ? 0 : await timed(() => answer(ours, file));
      times.push({ ours: early + late, direct: between });
      if (times.length === WARM_UP) before = used(ours.pid, direct.pid);
    }
    const counted = times.slice(WARM_UP);
    const after = used(ours.pid, direct.pid);
    const rate = (of: 'ours' | 'direct') =>
      (TOKENS * 1000) / middle(counted.map((time) => time[of]));
    return {
      ours: digits(rate('ours')),
      direct: digits(rate('direct')),
      // Of each pair, which had the same neighbours on a shared machine.
      ratio: digits(middle(counted.map((time) => time.direct / time.ours))),
      cpuRatio:
        before && after
          ? digits((after.direct - before.direct) / (after.ours - before.ours))
          : null,
    };
  } finally {
    await ours.kill();
    await direct.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Processor time of both, in ticks of the kernel; null where there is no /proc. */
function used(ours: number, direct: number) {
  if (process.platform !== 'linux') return null;
  const ticks = (pid: number): number => {
    const [, words = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    // utime and stime, fields 14 and 15 of proc(5); the third is the first here.
    const [user = 0, system = 0] = words.split(' ').slice(11, 13).map(Number);
    return user + system;
  };
  return { ours: ticks(ours), direct: ticks(direct) };
}

/** The median, to more digits than one of milliseconds needs. */
function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

async function answer(runner: RunnerProcess, file: ModelFile): Promise<void> {
  const end = await runner.run(
    answerStart(file, { prompt: PROMPT, maxTokens: TOKENS, context: SHAPE.context }),
  );
  if (end.kind !== 'done') throw new Error(JSON.stringify(end));
}

async function openDirect(file: ModelFile) {
  const program = fileURLToPath(new URL('llm-direct.mjs', import.meta.url));
  const words = [program, file.path, String(THREADS), String(SHAPE.context)];
  // As low as our runner, and from its first thread on, or the two would not be measured on the same machine.
  const child = spawn('nice', ['-n', '19', process.execPath, ...words], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit');
  const said = async () => {
    const ended = gone.then(() => {
      throw new Error('the process that calls llama.cpp ended without a word');
    });
    const [message] = await Promise.race([once(child, 'message'), ended]);
    return Answer.parse(message);
  };
  await said();
  return {
    pid: child.pid ?? 0,
    async draw(): Promise<void> {
      const answered = said();
      child.send({ prompt: PROMPT, tokens: TOKENS });
      const { drawn } = await answered;
      if (drawn !== TOKENS) throw new Error(`llama.cpp drew ${drawn} tokens, not ${TOKENS}`);
    },
    async close(): Promise<void> {
      child.kill('SIGKILL');
      await gone.catch(() => undefined);
    },
  };
}
