import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openBlobStore } from '../../../src-disk/blob-store.ts';
import { sweepBlobs } from '../../../src-main/books/blob-sweep.ts';
import { Checkpoint } from '../../../src-shared/job.ts';
import { minutes } from '../../../src-shared/units.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { lease, OK, openClean, START } from './books-samples.ts';

async function openWorld() {
  const folder = tempFolder();
  const store = openBlobStore(join(folder, 'blobs'));
  const books = openClean(join(folder, 'books'));
  const life = new AbortController();
  onTestFinished(() => life.abort());
  const logged: string[] = [];
  const put = async (text: string) => {
    const stored = await store.put(new TextEncoder().encode(text));
    if (stored.kind !== 'ok') throw new Error(inEnglish(stored.detail));
    return stored.blob;
  };
  return {
    store,
    books,
    life,
    logged,
    put,
    has: async (blob: Awaited<ReturnType<typeof put>>) =>
      (await store.get(blob.sha256)).kind === 'ok',
    /** As if nobody had touched it for so long. */
    age: (blob: Awaited<ReturnType<typeof put>>, minutesAgo: number) => {
      const then = Date.now() / 1000 - minutesAgo * 60;
      utimesSync(join(folder, 'blobs', blob.sha256), then, then);
    },
    begin: () => sweepBlobs(store, books, (words) => logged.push(words), life.signal),
  };
}

/** The clock of the sweep only: files keep the real one. */
function fakeClock(): void {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
}

test('what a crash left and no row names is gone at the start; a checkpoint that a lease names stays', async () => {
  const { books, put, has, begin } = await openWorld();
  const [kept, left] = [await put('a checkpoint'), await put('of nobody')];
  books.takeLease(lease('L1', 'a'), START);
  const checkpoint = Checkpoint.parse({ step: 1, buffers: [{ name: 'out', ...kept }] });
  expect(books.saveCheckpoint('L1', checkpoint)).toEqual(OK);
  await begin();
  expect(await has(kept)).toBe(true);
  expect(await has(left)).toBe(false);
});

test('data on its way into a row is not swept from under it; what stays unnamed is, a minute or two later', async () => {
  fakeClock();
  const { put, has, begin, age } = await openWorld();
  await begin();
  const [fresh, old] = [await put('fresh'), await put('old')];
  age(old, 3);
  vi.advanceTimersByTime(minutes(1));
  await vi.waitFor(async () => expect(await has(old)).toBe(false));
  expect(await has(fresh)).toBe(true);
});

test('a sweep that the disk refuses is logged, and the next one is tried all the same', async () => {
  fakeClock();
  const { store, books, life, logged } = await openWorld();
  let sweeps = 0;
  const refusing = {
    ...store,
    sweep: async () => {
      sweeps += 1;
      if (sweeps > 1) throw Object.assign(new Error('no'), { code: 'EIO' });
      return 0;
    },
  };
  await sweepBlobs(refusing, books, (words) => logged.push(words), life.signal);
  vi.advanceTimersByTime(minutes(2));
  await vi.waitFor(() => expect(logged).toHaveLength(2));
  expect(logged[0]).toContain('old job data could not be removed');
  life.abort();
  vi.advanceTimersByTime(minutes(5));
  expect(sweeps).toBe(3);
});
