import { expect, test } from 'vitest';
import { Job } from '../../src-shared/job.ts';
import { outputsFault } from '../../src-shared/outputs.ts';

const model = { sha256: 'a'.repeat(64), size: 1000 };
const spec = { model, input: { kind: 'prompt', text: 'Once' }, context: 128, maxTokens: 50 };
const read = (changes: object, needs: object = {}) =>
  Job.safeParse({
    id: 'a',
    kind: 'llm',
    title: 'A story',
    spec: { ...spec, ...changes },
    pay: { amount: 1, test: true },
    needs: { vram: 4096, seconds: 1, ...needs },
    deadline: 1,
  });
const nested = (depth: number): object => (depth === 0 ? {} : { items: nested(depth - 1) });
const json = (schema: object) => ({ output: { kind: 'json', schema } });

test('a question says what it leaves out in the usual way', () => {
  const { data } = read({});
  expect(data?.spec).toMatchObject({ temperature: 0, topP: 0.95, topK: 40, minP: 0, stop: [] });
  expect(read(json({ type: 'object', properties: { a: { maxItems: 512 } } })).success).toBe(true);
});

test.each<[string, object, RegExp]>([
  ['a prompt without end', { input: { kind: 'prompt', text: 'x'.repeat(65_537) } }, /65536/],
  [
    'a chat without end',
    {
      input: {
        kind: 'messages',
        messages: Array.from({ length: 200 }, () => ({ role: 'user', content: 'x'.repeat(400) })),
      },
    },
    /the messages have more than 65536 letters/,
  ],
  ['an answer longer than its context', { maxTokens: 128 }, /leaves no room for a prompt in 128/],
  ['probes out of order', { probes: [3, 2] }, /the probes are not in rising order/],
  ['a probe twice', { probes: [3, 3] }, /the probes are not in rising order/],
  ['a probe past the end', { probes: [50] }, /a probe lies past the last token/],
  ['more stops than anybody needs', { stop: Array.from({ length: 9 }, () => 'x') }, /stop/],
  ['a model larger than any', { model: { ...model, size: 2 ** 40 } }, /size/],
  ['a model that is a path', { model: { ...model, sha256: '../../etc/passwd' } }, /64 lower-case/],
  ['a schema nested without end', json(nested(40)), /nested deeper than 16/],
  ['a schema that counts without end', json({ maxItems: 1e9 }), /maxItems of the JSON schema/],
  ['a schema without end', json({ enum: ['x'.repeat(20_000)] }), /more than 16384 letters/],
])('%s is not taken', (_, changes, reason) => {
  const { success, error } = read(changes);
  expect(success).toBe(false);
  expect(error?.message).toMatch(reason);
});

test('a question asks for the memory that its model takes', () => {
  expect(read({}, { vram: 999 }).error?.message).toContain('the model has 1000 bytes');
});

test('an answer is one document of a size that makes sense, and nothing else', () => {
  const { data } = read({});
  if (!data) throw new Error('a good job');
  const fault = (...outputs: { name: string; size: number }[]) => outputsFault(data, outputs);
  expect(fault({ name: 'result', size: 100 })).toBeNull();
  expect(fault()).toBe('output result is missing');
  expect(fault({ name: 'result', size: 1e10 })).toContain('at most 8388608 make sense');
  expect(fault({ name: 'result', size: 0 })).toContain('0 bytes');
  expect(fault({ name: 'result', size: 1 }, { name: '../x', size: 1 })).toBe(
    '../x is not an output of the job',
  );
});
