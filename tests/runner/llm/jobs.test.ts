import { delimiter, dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LlmResult } from '../../../src-shared/llm.ts';
import { type Bundle, bundle } from '../../worlds/bundle.ts';
import { saying } from '../../worlds/saying.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { type AnyStartInput, floats } from '../jobs.ts';
import { RunnerProcess } from '../runner-process.ts';
import { openDirect } from './direct.ts';
import { answerStart, vectorsStart } from './model-starts.ts';
import { type ModelFile, storyModel, TINY, writeModel } from './tiny-model.ts';

let built: Bundle;
let runner: RunnerProcess;
const folder = tempFolder(afterAll);
const tiny = writeModel(folder);
const story = storyModel();
/** The runner is locked in: it reads what it was told to, and nothing else. */
const readsModels = {
  OFFPEAK_RUNNER_READS: [folder, ...(story ? [dirname(story.path)] : [])].join(delimiter),
};
/** The real one says more of real models; the other is there everywhere. */
const models: [string, ModelFile][] = [['random weights', tiny]];
if (story) models.push(['a small real model', story]);

beforeAll(async () => {
  built = await bundle('src-runner/runner.ts');
  runner = new RunnerProcess(built.file, readsModels);
});
afterAll(async () => {
  await runner.kill();
  built.remove();
});

async function resultOf(start: AnyStartInput, on = runner): Promise<LlmResult> {
  const end = await on.run(start);
  if (end.kind !== 'done') throw new Error(JSON.stringify(end));
  return read(end.outputs.result);
}
const read = (bytes: Uint8Array | undefined): LlmResult =>
  LlmResult.parse(JSON.parse(new TextDecoder().decode(bytes)));

const PROMPTS = ['Once upon a time', 'The big dog', 'Lily and Tom went to the', 'I'];

describe.each(models)('an answer by %s', (_, file) => {
  test('is what llama.cpp itself says, token by token', async () => {
    const direct = await openDirect(file);
    for (const prompt of PROMPTS) {
      const expected = await direct.tokens(prompt, 60);
      const result = await resultOf(answerStart(file, { prompt }));
      expect(result.tokens).toEqual(expected);
      expect(result.finish).toBe(expected.length < 60 ? 'end' : 'length');
    }
    await direct.close();
  });

  test('goes on from its tokens as if nothing had happened', async () => {
    for (const temperature of [0, 0.8]) {
      const wanted = { temperature, seed: 7, probes: [0, 3, 30], maxTokens: 200 };
      const whole = await resultOf(answerStart(file, wanted));
      const from = runner.events.length;
      runner.send(answerStart(file, wanted, { checkpointEvery: 100, duty: 0.1 }));
      const { step } = await runner.heard(from, 'checkpoint');
      expect(step).toBeGreaterThan(0);
      runner.send({ kind: 'yield', job: 'answer' });
      const stopped = await runner.heard(from, 'yielded');
      expect(stopped.step).toBeLessThan(whole.tokens.length);
      const { step: at, buffers } = stopped;
      const resumed = await resultOf(answerStart(file, wanted, { resume: { step: at, buffers } }));
      expect(resumed.tokens).toEqual(whole.tokens);
      expect(resumed.text).toBe(whole.text);
      expect(resumed.probes.map((probe) => probe.at)).toEqual(whole.probes.map(({ at }) => at));
    }
  });

  test('tells what the model thought at the places that were asked for', async () => {
    const direct = await openDirect(file);
    const plain = await resultOf(answerStart(file, { maxTokens: 20 }));
    for (const temperature of [0, 1]) {
      const wanted = { maxTokens: 20, probes: [0, 5, 19], temperature };
      const result = await resultOf(answerStart(file, wanted));
      if (temperature === 0) expect(result.tokens).toEqual(plain.tokens);
      expect(result.probes.map(({ at }) => at)).toEqual([0, 5, 19]);
      for (const { at, top } of result.probes) {
        const real = await direct.probabilities('Once upon a time', result.tokens.slice(0, at));
        const eight = [...real].sort(([, a], [, b]) => b - a).slice(0, 8);
        expect(top.map(({ token }) => token)).toEqual(eight.map(([token]) => token));
        for (const { token, logprob } of top)
          expect(logprob).toBeCloseTo(Math.log(real.get(token) ?? 0), 2);
      }
    }
    await direct.close();
  });

  test('makes vectors as llama.cpp does', async () => {
    const direct = await openDirect(file);
    const texts = ['one dog', 'two dogs', 'a very long walk in the park'];
    const end = await runner.run(vectorsStart(file, texts));
    if (end.kind !== 'done') throw new Error(JSON.stringify(end));
    const all = floats(end.outputs.vectors);
    const width = all.length / texts.length;
    for (const [i, text] of texts.entries()) {
      const mine = all.slice(i * width, (i + 1) * width);
      const real = await direct.vector(text);
      expect(mine).toHaveLength(real.length);
      for (const [j, number] of mine.entries())
        expect(number).toBeCloseTo(real[j] ?? Number.NaN, 4);
    }
    await direct.close();
  });
});

describe('an answer', () => {
  test('with chance in it depends on its seed and on nothing else', async () => {
    const drawn = async (seed: number) =>
      (await resultOf(answerStart(tiny, { temperature: 1, topK: 0, topP: 1, seed }))).tokens;
    const first = await drawn(1);
    expect(await drawn(1)).toEqual(first);
    expect(await drawn(2)).not.toEqual(first);
  });

  test('ends before the text its buyer asked it to end at', async () => {
    const free = await resultOf(answerStart(tiny, {}));
    const letters = [...free.text];
    const stop = letters.slice(20, 23).join('');
    const cut = await resultOf(answerStart(tiny, { stop: ['never comes', stop] }));
    expect(cut.finish).toBe('stop');
    expect(cut.text).toBe(free.text.slice(0, free.text.indexOf(stop)));
    expect(cut.tokens.length).toBeLessThan(free.tokens.length);
    expect(free.tokens.slice(0, cut.tokens.length)).toEqual(cut.tokens);
  });

  test('follows a grammar, also when it was interrupted within it', async () => {
    const output = { kind: 'gbnf' as const, grammar: 'root ::= ("ab" | "cd"){40} "."' };
    for (const [temperature, step, goesOnAt] of [
      [0, 21, 21],
      [1.5, 37, 32],
    ] as const) {
      const wanted = { output, temperature, seed: 3, maxTokens: 120 };
      const { text, finish, tokens } = await resultOf(answerStart(tiny, wanted));
      expect(text).toMatch(/^(?:ab|cd){40}\.$/);
      expect(finish).toBe('end');
      expect(tokens.length).toBeGreaterThan(step);
      const buffers = {
        tokens: new Uint8Array(Uint32Array.from(tokens.slice(0, step)).buffer),
        probes: new Uint8Array(0),
      };
      const from = runner.events.length;
      const resumed = await resultOf(answerStart(tiny, wanted, { resume: { step, buffers } }));
      expect(resumed.tokens).toEqual(tokens);
      expect(resumed.text).toBe(text);
      // It did go on there, and not from the first token.
      const told = runner.events
        .slice(from)
        .flatMap((event) => ('step' in event ? [event.step] : []));
      expect(told.find((at) => at > 0)).toBe(goesOnAt);
    }
  });

  test('is JSON that fits the schema it was given', async () => {
    const schema = {
      type: 'object',
      properties: { good: { type: 'boolean' }, mood: { enum: ['sad', 'glad'] } },
      required: ['good', 'mood'],
    };
    const { text } = await resultOf(
      answerStart(tiny, { output: { kind: 'json', schema }, maxTokens: 200, temperature: 1 }),
    );
    expect(JSON.parse(text)).toEqual({
      good: expect.any(Boolean),
      mood: expect.stringMatching(/^s?g?l?ad$/),
    });
  });

  test('can be one of a chat', async () => {
    const messages = [
      { role: 'system' as const, content: 'You are kind.' },
      { role: 'user' as const, content: 'Tell me a story.' },
    ];
    const input = { kind: 'messages' as const, messages };
    const result = await resultOf(answerStart(tiny, { input, context: 512 }));
    expect(result.promptTokens).toBeGreaterThan(messages[1]?.content.length ?? 0);
    expect(result.tokens.length).toBeGreaterThan(0);
  });

  test('yields between two tokens, however long it rests between them', async () => {
    const from = runner.events.length;
    runner.send(answerStart(tiny, { maxTokens: 200 }, { duty: 0.01 }));
    await runner.heard(from, 'progress');
    runner.send({ kind: 'yield', job: 'answer' });
    const { step, buffers } = await runner.heard(from, 'yielded');
    expect(step).toBeLessThan(200);
    expect(buffers.tokens?.byteLength).toBe(step * 4);
  });
});

test('eight buyers are answered at once by one model that was loaded once', async () => {
  const own = new RunnerProcess(built.file, readsModels);
  const file = writeModel(folder, { ...TINY, seed: 5 });
  const prompts = Array.from({ length: 8 }, (_, i) => `Story number ${i}`);
  const alone = new Map<string, number[]>();
  for (const prompt of prompts)
    alone.set(prompt, (await resultOf(answerStart(file, { prompt }))).tokens);

  const startOf = (prompt: string, i: number) =>
    answerStart(file, { prompt }, { id: `job-${i}`, seats: 8 });
  for (const [i, prompt] of prompts.entries()) own.send(startOf(prompt, i));
  const ninth = answerStart(file, {}, { id: 'ninth', seats: 8 });
  own.send(ninth);
  const refused = await own.heard(0, 'failed');
  expect(refused).toMatchObject({ job: 'ninth', because: 'runner-lost' });

  const ends = new Map<string, number[]>();
  for (let at = 0; ends.size < 8; at += 1) {
    const end = await own.heard(at, 'done');
    at = own.events.indexOf(end);
    ends.set(end.job, read(end.outputs.result).tokens);
  }
  for (const [i, prompt] of prompts.entries())
    expect(ends.get(`job-${i}`)).toEqual(alone.get(prompt));
  expect(own.complaints.match(/loaded model/g)).toHaveLength(1);
  await own.kill();
});

test.each([
  [
    'a prompt that leaves no room',
    { prompt: 'word '.repeat(100), context: 128 },
    /leaves 0 of the/,
  ],
  ['a context the model does not know', { context: 4096 }, /the model knows 512/],
  [
    'a grammar that is none',
    { output: { kind: 'gbnf' as const, grammar: 'root ::= (' } },
    /cannot use the grammar/,
  ],
])('%s is refused with a reason', async (_, wanted, reason) => {
  const end = await runner.run(answerStart(tiny, wanted));
  expect(end).toMatchObject({ kind: 'failed', because: 'bad-spec' });
  expect(end.kind === 'failed' && end.detail).toEqual(saying(reason));
});

test('a kernel job does not start beside an answer, and an answer does not start beside another model', async () => {
  const other = writeModel(folder, { ...TINY, seed: 9 });
  const from = runner.events.length;
  runner.send(answerStart(tiny, { maxTokens: 200 }, { duty: 0.01, seats: 2 }));
  runner.send(answerStart(other, {}, { id: 'other', seats: 2 }));
  expect(await runner.heard(from, 'failed')).toMatchObject({
    job: 'other',
    detail: saying('this runner works on answer'),
  });
  runner.send({ kind: 'yield', job: 'answer' });
  await runner.heard(from, 'yielded');
});
