import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inspectGguf, readGguf } from '../../src-shared/gguf.ts';
import { modelMemory } from '../../src-shared/model-memory.ts';
import { type Field, type Tensor, u64, writeGguf } from '../runner/llm/gguf-writer.ts';
import { storyModel, TINY, tinyFields, tinyModel, tinyTensors } from '../runner/llm/tiny-model.ts';
import { notTriedHere } from '../worlds/not-tried.ts';

const whole = tinyModel();
const read = (bytes: Buffer, size = bytes.byteLength) => readGguf(bytes, size);
const fields = tinyFields(TINY);
const tensors = tinyTensors(TINY);

test('a model says what it takes before anything loads it', () => {
  const found = read(whole);
  expect(found).toMatchObject({
    kind: 'ok',
    facts: { architecture: 'llama', vocabulary: 294, embedding: 64, trained: 512 },
  });
  if (found.kind !== 'ok') return;
  // Two layers, keys and values of 64 numbers each, in 16 bits.
  expect(found.facts.cachePerToken).toBe(2 * (64 + 64) * 2);
  const numbers = tensors.reduce((sum, { data }) => sum + data.length, 0);
  expect(found.facts.weights).toBe(numbers * 4);
  const takes = (context: number, seats: number, batch = 256) =>
    modelMemory(found.facts, { context, batch }, seats);
  expect(takes(512, 8) - takes(512, 7)).toBe(512 * 512 + 294 * 4);
  expect(takes(512, 1)).toBeGreaterThan(found.facts.weights + 512 * 512);
  // A word of the vocabulary, and some rows of the model's width, for each token that is worked on at once.
  expect(takes(512, 1, 512) - takes(512, 1)).toBe(256 * (294 + 64 * 16) * 4);
});

test.runIf(storyModel() || notTriedHere('a real model: stories260K.gguf is not here'))(
  'a real model is read as well',
  () => {
    const story = storyModel();
    if (!story) throw new Error('it was here a moment ago');
    expect(read(story.bytes)).toMatchObject({
      kind: 'ok',
      facts: { trained: 2048, vocabulary: 512 },
    });
  },
);

test('a header is read piece by piece, and no more of the file than it needs', async () => {
  const asked: number[] = [];
  const found = await inspectGguf(whole.byteLength, async (length) => {
    asked.push(length);
    return whole.subarray(0, length);
  });
  expect(found.kind).toBe('ok');
  expect(Math.max(...asked)).toBeLessThanOrEqual(64 * 1024);
  expect(read(whole.subarray(0, 100), whole.byteLength)).toMatchObject({ kind: 'more' });
});

/** Of the model's tensors, one that is another. */
const withTensor = (change: Partial<Tensor>): Buffer =>
  writeGguf(fields, [...tensors.slice(0, -1), { ...(tensors.at(-1) as Tensor), ...change }]);
const withFields = (more: Record<string, Field>): Buffer =>
  writeGguf({ ...fields, ...more }, tensors);
const without = (name: string): Buffer => {
  const { [name]: _, ...rest } = fields;
  return writeGguf(rest, tensors);
};
const HUGE = 2n ** 63n;

describe('a file is no model where', () => {
  test.each<[string, Buffer, RegExp]>([
    ['it is empty', Buffer.alloc(0), /ends within its header/],
    ['it is something else', Buffer.from('<html>not found</html>'), /does not begin with GGUF/],
    ['its version is from the future', tinyModel(TINY, { version: 4 }), /version is 4, not 2 or 3/],
    ['its version is big-endian', tinyModel(TINY, { version: 0x0300_0000 }), /not 2 or 3/],
    [
      'it claims endless tensors',
      tinyModel(TINY, { tensorCount: HUGE }),
      /the number of tensors is/,
    ],
    ['it claims endless keys', tinyModel(TINY, { keyCount: HUGE }), /the number of keys is/],
    ['it has no tensors', writeGguf(fields, []), /has no tensors/],
    ['it is cut off in its header', whole.subarray(0, 2000), /ends within its header/],
    [
      'it is cut off in its weights',
      whole.subarray(0, -64),
      /tensor .* ends at byte \d+, the file/,
    ],
    ['more follows', Buffer.concat([whole, Buffer.alloc(5000)]), /belong to no tensor/],
    ['a tensor lies past the end', tinyModel(TINY, { shift: 1 << 20 }), /ends at byte/],
    ['a tensor lies on another', tinyModel(TINY, { shift: -64 }), /lies on another one/],
    ['a tensor is not aligned', tinyModel(TINY, { shift: 4 }), /is not aligned/],
    ['a tensor is larger than it is', withTensor({ shape: [128, 640] }), /ends at byte/],
    ['a tensor is endless', withTensor({ shape: [2 ** 40, 2 ** 40] }), /makes no sense/],
    ['a tensor has no numbers', withTensor({ shape: [0, 64] }), /makes no sense/],
    ['a tensor has five sides', withTensor({ shape: [128, 64, 1, 1, 1] }), /has 5 dimensions/],
    ['a tensor is of no type', withTensor({ type: 4 }), /unknown type 4/],
    [
      'a row does not fill its blocks',
      withTensor({ type: 12, shape: [128, 64] }),
      /makes no sense/,
    ],
    ['two tensors have one name', withTensor({ name: 'output.weight' }), /is there twice/],
    ['a name goes on and on', withTensor({ name: 'x'.repeat(65) }), /the name of a tensor/],
    ['it names no architecture', without('general.architecture'), /names no architecture/],
    [
      'its architecture is a path',
      withFields({ 'general.architecture': { text: '../x/y' } }),
      /no arch/,
    ],
    ['it does not know its layers', without('llama.block_count'), /block_count is missing/],
    [
      'it has a billion layers',
      withFields({ 'llama.block_count': { u32: 2 ** 30 } }),
      /makes no sense/,
    ],
    ['it has no heads', withFields({ 'llama.attention.head_count': { u32: 0 } }), /makes no sense/],
    ['it has no vocabulary', without('tokenizer.ggml.tokens'), /has no vocabulary/],
    ['its alignment is odd', withFields({ 'general.alignment': { u32: 33 } }), /alignment is 33/],
  ])('%s', (_, bytes, reason) => {
    const found = read(bytes);
    expect(found).toMatchObject({ kind: 'bad', detail: expect.stringMatching(reason) });
  });

  test('a text in it claims to be longer than the file', () => {
    const at = whole.indexOf('general.architecture') - 8;
    const lie = Buffer.concat([whole.subarray(0, at), u64(HUGE), whole.subarray(at + 8)]);
    expect(read(lie)).toMatchObject({
      kind: 'bad',
      detail: expect.stringMatching(/length of a key/),
    });
  });
});

test('whatever is changed in a header, the answer is yes, no or more, never a crash', () => {
  const header = whole.indexOf(tensors[0]?.name ?? '') + 4000;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(header), fc.nat(255)), { minLength: 1, maxLength: 12 }),
      fc.option(fc.nat(whole.byteLength), { nil: null }),
      (changes, length) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const cut = bytes.subarray(0, length ?? bytes.byteLength);
        expect(['ok', 'bad', 'more']).toContain(read(cut).kind);
        // Whoever has the whole file is never sent for more.
        expect(read(cut).kind).not.toBe('more');
      },
    ),
    { numRuns: 500 },
  );
});
