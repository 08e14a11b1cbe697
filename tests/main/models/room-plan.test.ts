import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DISK_RESERVE } from '../../../src-disk/free-space.ts';
import { type ModelFile, planRoom, type RoomAsked } from '../../../src-main/models/room-plan.ts';
import { Model } from '../../../src-shared/llm.ts';
import { bytes } from '../../../src-shared/units.ts';

const nameOf = (n: number) => n.toString(16).padStart(64, '0');
const model = (n: number, size: number) => Model.parse({ sha256: nameOf(n), size });
const file = (n: number, size: number, usedAt = n): ModelFile => ({
  sha256: nameOf(n),
  path: `/models/${nameOf(n)}.gguf`,
  size,
  usedAt,
});
const asked = (part: Partial<RoomAsked>): RoomAsked => ({
  model: model(0, 10),
  kept: [],
  coming: [],
  uses: new Set(),
  quota: bytes(1000),
  free: bytes(DISK_RESERVE + 1000),
  ...part,
});
const names = (files: readonly ModelFile[]) => files.map(({ sha256 }) => Number(`0x${sha256}`));
const goes = (part: Partial<RoomAsked>) => {
  const plan = planRoom(asked(part));
  return plan.kind === 'room' ? names(plan.goes) : plan.because;
};

test('where there is room, everything stays', () => {
  expect(goes({ kept: [file(1, 990)] })).toEqual([]);
});

test('the model not used for longest goes first, and no more than it takes', () => {
  const kept = [file(1, 400, 30), file(2, 400, 10), file(3, 200, 20)];
  expect(goes({ kept })).toEqual([2]);
  expect(goes({ kept, model: model(0, 500) })).toEqual([2, 3]);
});

test('a model in use stays, and a younger one goes in its place', () => {
  const kept = [file(1, 600, 10), file(2, 400, 20)];
  expect(goes({ kept, uses: new Set([nameOf(1)]) })).toEqual([2]);
  expect(goes({ kept, uses: new Set([nameOf(1), nameOf(2)]) })).toBe('quota');
});

test('a model on its way counts as a whole one, and what came of it stays', () => {
  const part = { kept: [file(1, 5)], coming: [model(1, 991)] };
  expect(goes(part)).toBe('quota');
  expect(goes({ ...part, quota: bytes(1001) })).toEqual([]);
  expect(goes({ ...part, quota: bytes(1001), free: bytes(DISK_RESERVE + 995) })).toBe('reserve');
});

test('what is here of the wanted model needs no more of the disk', () => {
  const free = bytes(DISK_RESERVE + 4);
  expect(goes({ free })).toBe('reserve');
  expect(goes({ free, kept: [file(0, 6)] })).toEqual([]);
});

test('the owner hears what really stands in the way', () => {
  // The quota would be kept if the old one went; the disk would be too full all the same.
  expect(goes({ kept: [file(1, 995)], free: bytes(DISK_RESERVE - 990) })).toBe('reserve');
});

const Size = fc.integer({ min: 1, max: 100 });
const Asked = fc
  .record({
    model: Size,
    kept: fc.array(fc.record({ n: fc.integer({ min: 0, max: 8 }), size: Size, usedAt: Size }), {
      maxLength: 8,
    }),
    coming: fc.uniqueArray(fc.record({ n: fc.integer({ min: 6, max: 9 }), size: Size }), {
      selector: ({ n }) => n,
      maxLength: 3,
    }),
    uses: fc.array(fc.integer({ min: 0, max: 8 })),
    quota: fc.integer({ min: 0, max: 600 }),
    spare: fc.integer({ min: -100, max: 300 }),
  })
  .map(({ model: size, kept, coming, uses, quota, spare }) =>
    asked({
      model: model(0, size),
      kept: kept.map(({ n, size, usedAt }, i) => ({
        ...file(n, size, usedAt),
        path: `/models/${i}`,
      })),
      coming: coming.map(({ n, size }) => model(n, size)),
      uses: new Set(uses.map(nameOf)),
      quota: bytes(quota),
      free: bytes(DISK_RESERVE + spare),
    }),
  );

/** Takes on the disk once everything wanted has come and these files are gone; and what is free then. */
function after({ model, kept, coming, free }: RoomAsked, gone: readonly ModelFile[]) {
  const wanted = [model, ...coming];
  const isWanted = ({ sha256 }: ModelFile) => wanted.some((one) => one.sha256 === sha256);
  const staying = kept.filter((one) => !gone.includes(one) && !isWanted(one));
  const size = (files: readonly { size: number }[]) => files.reduce((sum, f) => sum + f.size, 0);
  const fetched = wanted.map((one) =>
    Math.max(0, one.size - size(kept.filter(({ sha256 }) => sha256 === one.sha256))),
  );
  return {
    used: size(staying) + size(wanted),
    free: free + size(gone) - fetched.reduce((sum, n) => sum + n, 0),
  };
}
const fits = (one: RoomAsked, gone: readonly ModelFile[]) => {
  const then = after(one, gone);
  return then.used <= one.quota && then.free >= DISK_RESERVE;
};

test('models never take more than the owner gives, and never the disk the owner needs', () => {
  fc.assert(
    fc.property(Asked, (one) => {
      const plan = planRoom(one);
      return plan.kind === 'none' || fits(one, plan.goes);
    }),
  );
});

test('what a job uses, what is wanted and what is on its way never go', () => {
  fc.assert(
    fc.property(Asked, (one) => {
      const plan = planRoom(one);
      const stays = new Set([...one.uses, ...[one.model, ...one.coming].map((m) => m.sha256)]);
      return plan.kind === 'none' || plan.goes.every(({ sha256 }) => !stays.has(sha256));
    }),
  );
});

test('nothing goes in vain: with one less the model would not fit, and none older stays that might have gone', () => {
  fc.assert(
    fc.property(Asked, (one) => {
      const plan = planRoom(one);
      if (plan.kind === 'none' || plan.goes.length === 0) return true;
      const youngest = Math.max(...plan.goes.map(({ usedAt }) => usedAt));
      const stays = new Set([...one.uses, ...[one.model, ...one.coming].map((m) => m.sha256)]);
      const older = one.kept.filter((f) => !stays.has(f.sha256) && f.usedAt < youngest);
      return !fits(one, plan.goes.slice(0, -1)) && older.every((f) => plan.goes.includes(f));
    }),
  );
});

test('a model is turned away only where it would not fit even if all that may go went', () => {
  fc.assert(
    fc.property(Asked, (one) => {
      const plan = planRoom(one);
      const stays = new Set([...one.uses, ...[one.model, ...one.coming].map((m) => m.sha256)]);
      const mayGo = one.kept.filter(({ sha256 }) => !stays.has(sha256));
      const then = after(one, mayGo);
      const obstacle =
        then.used > one.quota ? 'quota' : then.free < DISK_RESERVE ? 'reserve' : null;
      return obstacle === (plan.kind === 'none' ? plan.because : null);
    }),
  );
});
