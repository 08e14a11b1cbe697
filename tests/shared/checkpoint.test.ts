import { expect, test } from 'vitest';
import { checkpointFault } from '../../src-shared/checkpoint.ts';
import { Checkpoint, EmbedJob, type Job, KernelJob, LlmJob } from '../../src-shared/job.ts';

const SHA = 'a'.repeat(64);
const launches = [{ entry: 'main', grid: [1, 1, 1], block: [1, 1, 1], args: [] }];
const common = {
  id: 'a',
  title: 'A job',
  pay: { amount: 1, test: true },
  needs: { vram: 1024, seconds: 1 },
  deadline: 1,
};
const kernel = KernelJob.parse({
  ...common,
  kind: 'kernel',
  spec: {
    programs: { webgpu: { sha256: SHA, size: 4 } },
    buffers: {
      sums: { size: 16, from: 'zeros' },
      picture: { size: 8, from: { sha256: SHA, size: 8 } },
      scene: { size: 4, from: 'zeros', constant: true },
    },
    stages: [
      { count: 3, launches },
      { count: 2, launches },
    ],
    outputs: ['picture'],
  },
});
const sums = { name: 'sums', sha256: SHA, size: 16 };
const picture = { name: 'picture', sha256: SHA, size: 8 };
const faultIn = (job: Job, step: number, ...buffers: unknown[]) =>
  checkpointFault(job, Checkpoint.parse({ step, buffers }));
const faultOf = (step: number, ...buffers: unknown[]) => faultIn(kernel, step, ...buffers);

test.each([0, 4, 5])('a job goes on from step %d with every buffer that steps write', (step) => {
  expect(faultOf(step, sums, picture)).toBeNull();
  expect(faultOf(step, picture, sums)).toBeNull();
});

test.each([
  ['step 6 is not one of 0 to 5', 6, [sums, picture]],
  ['buffer picture is missing', 2, [sums]],
  ['buffer sums is missing', 2, []],
  ['buffer sums is there twice', 2, [sums, sums, picture]],
  ['buffer sums has 8 bytes, not 16', 2, [{ ...sums, size: 8 }, picture]],
  [
    'buffer scene is constant, so it is not part of a checkpoint',
    2,
    [sums, picture, { ...sums, name: 'scene', size: 4 }],
  ],
  ['ghost is not a buffer of the job', 2, [sums, picture, { ...sums, name: 'ghost' }]],
  ['toString is not a buffer of the job', 2, [sums, picture, { ...sums, name: 'toString' }]],
])('a checkpoint is not taken where %s', (fault, step, buffers) => {
  expect(faultOf(step, ...buffers)).toBe(fault);
});

const model = { sha256: SHA, size: 1000 };
const answer = LlmJob.parse({
  ...common,
  kind: 'llm',
  spec: {
    model,
    input: { kind: 'prompt', text: 'Once' },
    context: 128,
    maxTokens: 50,
    probes: [0, 7, 20],
  },
});
const tokens = (size: number) => ({ name: 'tokens', sha256: SHA, size });
const probes = (size: number) => ({ name: 'probes', sha256: SHA, size });

test('an answer goes on from its tokens and from what was told of the probes among them', () => {
  expect(faultIn(answer, 0, tokens(0), probes(0))).toBeNull();
  expect(faultIn(answer, 8, tokens(32), probes(128))).toBeNull();
  expect(faultIn(answer, 50, tokens(200), probes(192))).toBeNull();
});

test.each([
  ['step 51 is not one of 0 to 50', 51, [tokens(204), probes(192)]],
  ['buffer tokens has 28 bytes, not 32', 8, [tokens(28), probes(128)]],
  ['buffer probes has 64 bytes, not 128', 8, [tokens(32), probes(64)]],
  ['buffer probes is missing', 8, [tokens(32)]],
  ['buffer tokens is there twice', 8, [tokens(32), tokens(32), probes(128)]],
  ['vectors is not a buffer of the job', 8, [{ ...tokens(32), name: 'vectors' }, probes(128)]],
])('an answer is not gone on with where %s', (fault, step, buffers) => {
  expect(faultIn(answer, step, ...buffers)).toBe(fault);
});

const vectors = (size: number) => ({ name: 'vectors', sha256: SHA, size });
const texts = EmbedJob.parse({
  ...common,
  kind: 'embed',
  spec: { model, texts: ['one', 'two', 'three'], context: 64 },
});

test('vectors go on where there are as many as texts are done', () => {
  expect(faultIn(texts, 0, vectors(0))).toBeNull();
  expect(faultIn(texts, 2, vectors(512))).toBeNull();
  expect(faultIn(texts, 2, vectors(0))).toBe('buffer vectors has 0 bytes for 2 texts');
  expect(faultIn(texts, 2, vectors(12))).toBe('buffer vectors has 12 bytes for 2 texts');
  expect(faultIn(texts, 2)).toBe('it is not one buffer vectors');
});
