import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reuse } from '../../../src-renderer/agent-link/reuse.ts';

test('what is drawn is always the newest snapshot, whatever was drawn before', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (old, next) => {
      expect(reuse(old, next)).toEqual(next);
    }),
  );
});

test('a snapshot that says the same again is the old one, so nothing is drawn', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (old) => {
      expect(reuse(old, structuredClone(old))).toBe(old);
    }),
  );
});

test('where one reading changes, everything beside it stays what it was', () => {
  const old = { lanes: [{ name: 'card', reading: { watts: 60 }, limits: [1, 2] }], jobs: { n: 1 } };
  const next = structuredClone(old);
  next.lanes[0] = { name: 'card', reading: { watts: 61 }, limits: [1, 2] };
  const made = reuse(old, next);
  expect(made).toEqual(next);
  expect(made).not.toBe(old);
  expect(made.jobs).toBe(old.jobs);
  expect(made.lanes[0]?.limits).toBe(old.lanes[0]?.limits);
  expect(made.lanes[0]?.reading).not.toBe(old.lanes[0]?.reading);
  expect(old.lanes[0]?.reading.watts).toBe(60);
});

test('a part that is gone, or a list that got shorter, is not kept', () => {
  expect(reuse({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 });
  expect(reuse({ a: 1 }, { a: 1, b: undefined })).toHaveProperty('b');
  expect(reuse({ a: undefined }, { b: undefined })).toEqual({ b: undefined });
  expect(reuse([1, 2, 3], [1, 2])).toEqual([1, 2]);
});
