import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runCli } from '../../src-buyer/cli-run.ts';
import { collect, submit, waitFor } from '../../src-buyer/client.ts';
import { readJobFile } from '../../src-buyer/job-plan.ts';
import { LlmResult } from '../../src-shared/llm.ts';
import { openDirect } from '../runner/llm/direct.ts';
import { TINY, writeModel } from '../runner/llm/tiny-model.ts';
import { eventually } from '../worlds/seen-processes.ts';
import { endAll, type Machine, newMachine, startAgent } from './agent-process.ts';
import { receiptsOf, watchBooks } from './books-watch.ts';
import { softwareLane } from './software-lane.ts';

const TOKENS = 200;
const PROMPT = 'Once upon a time';
const PAY = 777;

let machine: Machine;
afterEach(() => endAll(machine));

/** The command line as typed; resolves with its exit code and what it printed. */
async function offpeak(...argv: string[]) {
  const printed: string[] = [];
  const code = await runCli(argv, {
    place: { env: { OFFPEAK_HOME: machine.folder }, platform: 'linux', home: '/nowhere' },
    out: (line) => printed.push(line),
    err: (line) => printed.push(line),
    redraw: null,
    signal: new AbortController().signal,
  });
  return { code, text: printed.join('\n') };
}

test('a buyer’s prompt is answered and paid once, though the runner and then everything was killed on the way', async () => {
  // Quiet all day, so that there is time to kill.
  machine = newMachine({ sharing: true, quietHours: { from: 0, to: 1440, duty: 0.1 } });
  const { folder, home } = machine;
  const file = writeModel(home, { ...TINY, seed: 11 });
  const env = { ...(await softwareLane()), OFFPEAK_CHECKPOINT_MS: '100' };
  const books = watchBooks(folder);
  const stepSaved = () => books.leases().find(({ step }) => (step ?? 0) > 0)?.step ?? null;

  let agent = startAgent(machine, env);
  await agent.url();
  expect(await offpeak('model', 'add', file.path)).toMatchObject({ code: 0 });
  const job = {
    kind: 'llm',
    title: 'A story',
    spec: {
      model: file.model,
      input: { kind: 'prompt', text: PROMPT },
      context: 256,
      maxTokens: TOKENS,
      probes: [0, 100],
    },
    outputs: { result: { as: 'bytes', file: 'result.json' } },
    pay: PAY,
    needs: { vram: 2 ** 28, seconds: 10 },
  };
  writeFileSync(join(home, 'job.json'), JSON.stringify(job));
  const plan = await readJobFile(join(home, 'job.json'));
  if (plan.kind !== 'plan') throw new Error(plan.detail);
  const shop = () => {
    const { url, buyerToken } = agent.exchange();
    return { url, token: buyerToken };
  };
  expect(await submit(plan, shop())).toMatchObject({ kind: 'submitted' });

  const runner = await eventually('a checkpoint of the runner', () =>
    stepSaved() === null ? null : agent.runner(),
  );
  process.kill(runner.pid, 'SIGKILL');
  // The lane rests after a crash; then another runner has the job and has saved more of it.
  await eventually('another runner', () => {
    const next = agent.runner();
    return next !== null && next.pid !== runner.pid && stepSaved() !== null;
  });
  await agent.kill('all');
  books.close();
  agent = startAgent(machine, env);
  await agent.url();

  const ended = await waitFor(plan.array, shop());
  if (ended.kind !== 'ended') throw new Error(ended.detail);
  expect(await collect(plan, ended.jobs, shop(), home)).toMatchObject({ kind: 'collected' });
  const result = LlmResult.parse(JSON.parse(readFileSync(join(home, 'result.json'), 'utf8')));
  const direct = await openDirect(file);
  expect(result.tokens).toEqual(await direct.tokens(PROMPT, TOKENS));
  expect(result).toMatchObject({ finish: 'length', probes: [{ at: 0 }, { at: 100 }] });
  await direct.close();

  await eventually('the pay', () => books.entries().some(({ kind }) => kind === 'credited'));
  expect(await agent.stop()).toBe(0);
  expect(receiptsOf(folder)).toMatchObject([{ amount: PAY, cumulative: PAY }]);
  // The model came to this machine once, whole, under its own name.
  expect(readdirSync(join(folder, 'models'))).toEqual([`${file.model.sha256}.gguf`]);
}, 120_000);

test('texts become vectors', async () => {
  machine = newMachine();
  const { home } = machine;
  const file = writeModel(home, { ...TINY, seed: 12 });
  const agent = startAgent(machine, await softwareLane());
  await agent.url();
  await offpeak('model', 'add', file.path);
  const job = {
    kind: 'embed',
    title: 'Three texts',
    spec: { model: file.model, texts: ['one', 'two', 'three'], context: 64 },
    outputs: { vectors: { as: 'bytes', file: 'vectors.f32' } },
    pay: PAY,
    needs: { vram: 2 ** 28, seconds: 10 },
  };
  writeFileSync(join(home, 'job.json'), JSON.stringify(job));
  expect(await offpeak('submit', join(home, 'job.json'), '--out', home)).toMatchObject({ code: 0 });
  const bytes = readFileSync(join(home, 'vectors.f32'));
  const vectors = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const direct = await openDirect(file);
  const second = await direct.vector('two');
  expect(vectors).toHaveLength(second.length * 3);
  for (const [i, number] of second.entries())
    expect(vectors[second.length + i]).toBeCloseTo(number, 4);
  await direct.close();
  expect(await agent.stop()).toBe(0);
}, 60_000);
