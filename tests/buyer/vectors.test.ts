import { describe, expect, test } from 'vitest';
import { jobsProblem } from '../../src-exchange/queue/job-door.ts';
import type { GgufFacts } from '../../src-shared/gguf.ts';
import { EmbedJob, modelOf } from '../../src-shared/job.ts';
import { MAX_VECTOR } from '../../src-shared/llm.ts';
import { modelMemory } from '../../src-shared/model-memory.ts';
import { outputsFault } from '../../src-shared/outputs.ts';
import { largestAnswer } from '../../src-shared/runner-channel.ts';
import { bytes, millis } from '../../src-shared/units.ts';
import { vectorsStart } from '../runner/llm/model-starts.ts';

const embedJob = (context: number, vram: number) =>
  EmbedJob.safeParse({
    id: 'e',
    kind: 'embed',
    title: 'Vectors',
    spec: { model: { sha256: 'a'.repeat(64), size: 1000 }, texts: ['one', 'two'], context },
    pay: { amount: 1, test: true },
    needs: { vram, seconds: 1 },
    deadline: 9,
  });

describe('a job that makes vectors', () => {
  const facts: GgufFacts = {
    architecture: 'bert',
    weights: bytes(1000),
    cachePerToken: bytes(0),
    vocabulary: 250_000,
    embedding: 1024,
    trained: 8192,
  };
  const problem = (vram: number, known = facts, context = 2048) =>
    jobsProblem([EmbedJob.parse(embedJob(context, vram).data)], {
      test: true,
      now: millis(0),
      facts: () => known,
    });

  test('asks for the memory that whole texts take, and not for that of an answer', () => {
    const run = modelOf(EmbedJob.parse(embedJob(2048, 1000).data));
    if (!run) throw new Error('it runs a model');
    expect(run).toMatchObject({ context: 2048, batch: 2048 });
    const takes = modelMemory(facts, run, 1);
    expect(takes).toBeGreaterThan(2048 * 250_000 * 4);
    expect(problem(takes)).toBeNull();
    expect(problem(takes - 1)).toContain(`but its model takes ${takes} with 2048 tokens`);
  });

  test('has no longer texts than a card has scratch for', () => {
    const { success, error } = embedJob(2049, 1000);
    expect(success).toBe(false);
    expect(error?.message).toMatch(/2048/);
  });

  test('is refused at the door where its vectors would be wider than anybody takes', () => {
    const ROOM = 2 ** 40;
    expect(problem(ROOM, { ...facts, embedding: MAX_VECTOR })).toBeNull();
    expect(problem(ROOM, { ...facts, embedding: MAX_VECTOR + 1 })).toBe(
      'job e cannot be done: its model makes vectors of 16385 numbers; at most 16384 are taken',
    );
  });

  test('is heard out by whoever started its runner, however wide its vectors are', () => {
    const texts = Array.from({ length: 256 }, () => 'x');
    const data = embedJob(128, 1000).data;
    const job = EmbedJob.parse({ ...data, spec: { ...data?.spec, texts } });
    const start = vectorsStart(
      { path: '/m.gguf', bytes: Buffer.alloc(0), model: job.spec.model },
      texts,
    );
    const widest = 256 * MAX_VECTOR * 4;
    expect(largestAnswer(start)).toBe(widest);
    const fault = (size: number) => outputsFault(job, [{ name: 'vectors', size }]);
    expect(fault(widest)).toBeNull();
    expect(fault(widest + 256 * 4)).toMatch(/^output vectors has \d+ bytes for 256 texts/);
  });
});
