import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LlmResult } from '../../../src-shared/llm.ts';
import { type Bundle, bundle } from '../../worlds/bundle.ts';
import { saying } from '../../worlds/saying.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import type { AnyStartInput } from '../jobs.ts';
import { RunnerProcess } from '../runner-process.ts';
import { writeGguf } from './gguf-writer.ts';
import { answerStart, vectorsStart } from './model-starts.ts';
import { modelOfBytes, TINY, tinyFields, tinyTensors, writeModel } from './tiny-model.ts';

let built: Bundle;
let runner: RunnerProcess;
const folder = tempFolder(afterAll);
const tiny = writeModel(folder);

beforeAll(async () => {
  built = await bundle('src-runner/runner.ts');
  runner = new RunnerProcess(built.file, { OFFPEAK_RUNNER_READS: folder });
});
afterAll(async () => {
  await runner.kill();
  built.remove();
});

async function resultOf(start: AnyStartInput): Promise<LlmResult> {
  const end = await runner.run(start);
  if (end.kind !== 'done') throw new Error(JSON.stringify(end));
  return LlmResult.parse(JSON.parse(new TextDecoder().decode(end.outputs.result)));
}

describe('a stranger’s rubbish of a checkpoint does not end a job: it begins anew', () => {
  const tokensOf = (...tokens: number[]) => ({
    tokens: new Uint8Array(Uint32Array.from(tokens).buffer),
    probes: new Uint8Array(0),
  });
  const END = 2;
  const output = { kind: 'gbnf' as const, grammar: 'root ::= ("ab" | "cd"){6} "."' };
  const rubbish: [string, Parameters<typeof answerStart>[1], number, Record<string, Uint8Array>][] =
    [
      ['tokens that the model does not have', {}, 2, tokensOf(5, 4_000_000)],
      ['a token too few', {}, 2, tokensOf(5)],
      ['no tokens at all', {}, 2, {}],
      ['an end within it', {}, 3, tokensOf(70, END, 71)],
      ['tokens that the grammar refuses', { output }, 2, tokensOf(0x7a + 3, 0x7a + 3)],
      ['an end where the grammar allows none', { output }, 1, tokensOf(END)],
    ];

  test.each(rubbish)('%s', async (_, wanted, step, buffers) => {
    const whole = await resultOf(answerStart(tiny, wanted));
    const said = runner.complaints.length;
    const again = await resultOf(answerStart(tiny, wanted, { resume: { step, buffers } }));
    expect(again).toEqual(whole);
    await expect
      .poll(() => runner.complaints.slice(said))
      .toContain('the checkpoint of answer is rubbish');
  });

  test.each([
    ['vectors of another width', { vectors: new Uint8Array(8) }],
    ['no vectors at all', {}],
  ])('%s', async (_, buffers) => {
    const texts = ['one dog', 'two dogs'];
    const whole = await runner.run(vectorsStart(tiny, texts));
    const resume = { step: 1, buffers };
    const again = await runner.run(vectorsStart(tiny, texts, { resume }));
    if (whole.kind !== 'done' || again.kind !== 'done') throw new Error(JSON.stringify(again));
    expect(again.outputs).toEqual(whole.outputs);
  });
});

test.each([0, 1])(
  'a grammar that comes to where nothing may follow is its job’s fault alone (%s)',
  async (temperature) => {
    const nothing = '[^\\x00-\\UFFFFFFFF]';
    const output = { kind: 'gbnf' as const, grammar: `root ::= "ab" ${nothing}` };
    for (const probes of [[], [0, 2]]) {
      const end = await runner.run(answerStart(tiny, { output, temperature, probes }));
      expect(end).toMatchObject({ kind: 'failed', because: 'bad-spec' });
      expect(end.kind === 'failed' && end.detail).toEqual(saying('llama.cpp failed'));
    }
    // The same process goes on, and its only seat is free.
    expect(await runner.run(answerStart(tiny, {}))).toMatchObject({ kind: 'done' });
  },
);

test('a model that cannot be loaded here is this machine’s fault, and the next one is loaded', async () => {
  const fields = { ...tinyFields(TINY), 'general.architecture': { text: 'nobody-knows-it' } };
  const bytes = writeGguf(fields, tinyTensors(TINY));
  const unknown = { path: join(folder, 'unknown.gguf'), bytes, model: modelOfBytes(bytes) };
  writeFileSync(unknown.path, bytes);
  const absent = { ...tiny, path: join(folder, 'absent.gguf'), model: unknown.model };
  for (const file of [unknown, absent]) {
    const end = await runner.run(answerStart(file, {}));
    expect(end).toMatchObject({ kind: 'failed', because: 'out-of-memory' });
    expect(end.kind === 'failed' && end.detail).toEqual(saying('the model cannot be loaded'));
    expect(await runner.run(answerStart(tiny, {}))).toMatchObject({ kind: 'done' });
  }
});
