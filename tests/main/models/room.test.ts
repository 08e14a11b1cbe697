import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DISK_RESERVE } from '../../../src-disk/free-space.ts';
import { type Obtained, openModelStore } from '../../../src-main/models/store.ts';
import { bytes } from '../../../src-shared/units.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { modelOfBytes, TINY, tinyModel } from '../../runner/llm/tiny-model.ts';
import { NO_DISK, smallDisk } from '../../worlds/computer/small-disk.ts';
import { got, modelWorld } from '../../worlds/model-world.ts';
import { notTriedHere } from '../../worlds/not-tried.ts';
import { saying } from '../../worlds/saying.ts';

const never = new AbortController().signal;
const quiet = () => undefined;
const one = tinyModel();
const two = tinyModel({ ...TINY, seed: 2 });

test('a model is not begun that would leave the owner less of their disk than they need', async () => {
  const w = await modelWorld([one, two]);
  const store = w.open();
  w.disk.free = async () => DISK_RESERVE + one.length - 1;
  expect(await store.obtain(modelOfBytes(one), quiet, never)).toEqual({
    kind: 'later',
    because: 'disk',
    detail: saying('a model of 0.0 GB would leave less than 4.0 GB free on the disk'),
  });
  expect(w.begun).toEqual([]);
  // What is there of it needs no more room.
  const part = join(w.folder, `${w.nameOf(one)}.part`);
  writeFileSync(part, one.subarray(0, 1));
  got(await store.obtain(modelOfBytes(one), quiet, never)).release();
  // The one that is here makes room for another; but not where even that would be too little.
  w.disk.free = async () => DISK_RESERVE - 1;
  expect(await store.obtain(modelOfBytes(two), quiet, never)).toMatchObject({ because: 'disk' });
  expect(w.here()).toEqual([w.nameOf(one)]);
  w.disk.free = async () => DISK_RESERVE + two.length - one.length;
  got(await store.obtain(modelOfBytes(two), quiet, never));
  expect(w.here()).toEqual([w.nameOf(two)]);
});

test('a model that is wanted while room is made for another stays', async () => {
  const w = await modelWorld([one, two], one.length);
  const store = w.open();
  got(await store.obtain(modelOfBytes(one), quiet, never)).release();
  const wanted: Promise<Obtained>[] = [];
  w.disk.free = async () => {
    wanted.push(store.obtain(modelOfBytes(one), quiet, never));
    return 1e12;
  };
  expect(await store.obtain(modelOfBytes(two), quiet, never)).toMatchObject({ because: 'disk' });
  expect(wanted).toHaveLength(1);
  for (const found of wanted) expect(existsSync(got(await found).path)).toBe(true);
  expect(w.begun).toEqual([0]);
});

test('a model on its way counts as a whole one: two that do not fit together are not both begun', async () => {
  const w = await modelWorld([one, two], one.length * 2 - 1);
  const store = w.open();
  w.line.stallAfter = 1000;
  const stop = new AbortController();
  let begun = () => {};
  const first = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const fetching = store.obtain(modelOfBytes(one), begun, stop.signal);
  await first;
  expect(await store.obtain(modelOfBytes(two), quiet, never)).toMatchObject({ because: 'disk' });
  w.setQuota(1e9);
  w.disk.free = async () => DISK_RESERVE + one.length + two.length - 1001;
  expect(await store.obtain(modelOfBytes(two), quiet, never)).toMatchObject({ because: 'disk' });
  stop.abort();
  expect(await fetching).toMatchObject({ because: 'line' });
  expect(w.begun).toEqual([0]);
});

const trial = smallDisk('1m');
trial?.remove();

test.runIf(trial !== null || notTriedHere(NO_DISK))(
  'a disk that fills up all the same gets back what came, and is not asked again at once',
  async () => {
    const w = await modelWorld([one]);
    const disk = smallDisk('256k');
    if (!disk) throw new Error('no disk');
    try {
      const store = openModelStore({
        folder: join(disk.path, 'models'),
        source: w.source,
        quota: () => bytes(1e9),
        free: async () => bytes(1e12),
        notice: (what) => expect.fail(inEnglish(what)),
      });
      expect(await store.obtain(modelOfBytes(one), quiet, never)).toEqual({
        kind: 'later',
        because: 'disk',
        detail: saying(/^the disk is full/),
      });
      expect(readdirSync(join(disk.path, 'models'))).toEqual([]);
    } finally {
      disk.remove();
    }
  },
);
