import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openBlobStore } from '../../../src-disk/blob-store.ts';
import type { HeldLease } from '../../../src-main/books/held-lease.ts';
import { nodeSpawn } from '../../../src-main/children/node-child.ts';
import { openModelStore } from '../../../src-main/models/store.ts';
import { type LaneNews, openLaneWorker } from '../../../src-main/runner/lane-worker.ts';
import { Job } from '../../../src-shared/job.ts';
import { quote, type Said } from '../../../src-shared/said.ts';
import { gibibytes } from '../../../src-shared/units.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { card } from '../../worlds/machine.ts';
import { mailbox } from '../../worlds/mailbox.ts';
import { PATIENTLY } from '../../worlds/patience.ts';
import { saying } from '../../worlds/saying.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { OK, openClean, START } from '../books/books-samples.ts';
import { lane } from '../books/ledger-samples.ts';

const nowhere = async () => ({ kind: 'missing', detail: quote('nothing is here') }) as const;

vi.setConfig({ testTimeout: 30_000 });
const runner = join(import.meta.dirname, '../../worlds/scripted-runner.mjs');
const PROGRAM = new TextEncoder().encode('@compute fn main() {}');

/** A lane whose runner does what the title of its job says, with the job's program on the disk already. */
async function openLane() {
  const folder = tempFolder();
  const books = openClean(join(folder, 'books'));
  const store = openBlobStore(join(folder, 'blobs'));
  const put = await store.put(PROGRAM);
  if (put.kind !== 'ok') throw new Error(inEnglish(put.detail));
  const life = new AbortController();
  const news = mailbox<LaneNews>();
  const notices = mailbox<Said>();
  const worker = openLaneWorker({
    gpu: { ...card, backend: 'webgpu' },
    spawn: nodeSpawn(runner),
    spawnModel: null,
    locked: () => undefined,
    store,
    models: openModelStore({
      folder: join(folder, 'models'),
      source: { listed: nowhere, fetch: nowhere },
      quota: () => gibibytes(1),
      notice: notices.put,
    }),
    books,
    link: {
      send: () => true,
      fetch: nowhere,
      upload: async () => ({ kind: 'unreachable', detail: quote('offline') }),
    },
    report: news.put,
    notice: notices.put,
    signal: life.signal,
    runsPtx: true,
    checkpointEvery: null,
  });
  onTestFinished(async () => {
    await worker.close();
    life.abort();
  });

  return {
    ...news,
    worker,
    books,
    notices,
    /** The files of the blob store. */
    kept: () => readdirSync(join(folder, 'blobs')),
    /** Takes a job under a lease and runs it as soon as it can. */
    async begin(lease: string, title: string, { size = 4, duty = 1 } = {}) {
      const held: HeldLease = {
        lease,
        fence: 1,
        lane,
        checkpoint: null,
        job: Job.parse({
          id: 'the-same-job',
          kind: 'kernel',
          title,
          spec: {
            programs: { webgpu: put.blob },
            buffers: { a: { size, from: 'zeros' } },
            stages: [
              { count: 9, launches: [{ entry: 'k', grid: [1, 1, 1], block: [1, 1, 1], args: [] }] },
            ],
            outputs: ['a'],
          },
          pay: { amount: 1, test: true },
          needs: { vram: Math.max(size, 1024), seconds: 1 },
          deadline: 2_000_000_000_000,
        }),
      };
      expect(books.takeLease(held, START)).toEqual(OK);
      worker.prepare(held);
      await news.until((n) => n.kind === 'prepared' && n.lease === lease);
      worker.run(lease, duty);
    },
  };
}

test('a job that comes back to the card it was evicted from is not ended by the death of its old runner', async () => {
  const { worker, begin, books, until, seen } = await openLane();
  await begin('L1', 'work');
  await expect.poll(() => books.leases()[0]?.checkpoint?.step, PATIENTLY).toBe(3);
  worker.evict();
  // The old runner is still dying while the same job is taken again under a new lease.
  await begin('L2', 'deaf');
  await until((n) => n.kind === 'progressed' && n.lease === 'L2');
  expect(seen().filter(({ kind }) => kind === 'ended')).toEqual([]);
});

test('a checkpoint that cannot be of this job is not kept, and its runner is not trusted any further', async () => {
  const { worker, begin, books, until } = await openLane();
  await begin('L1', 'work', { size: 8 });
  const ended = await until(({ kind }) => kind === 'ended');
  expect(ended).toMatchObject({
    lease: 'L1',
    outcome: { kind: 'failed', because: 'runner-lost', detail: saying('8') },
  });
  expect(books.leases()[0]?.checkpoint).toBeNull();
  await expect.poll(() => worker.pid(), PATIENTLY).toBeNull();
});

test.each([
  ['more than it was asked for', 'lie', 'other outputs'],
  ['a name that is a path', 'step out', '../../.bashrc'],
])('a runner that gives %s is not believed, and nothing of it is kept', async (_, title, word) => {
  const { begin, books, kept, until } = await openLane();
  await begin('L1', title);
  expect(await until(({ kind }) => kind === 'ended')).toMatchObject({
    outcome: { kind: 'failed', because: 'runner-lost', detail: saying(word) },
  });
  expect(books.leases()[0]?.checkpoint).toBeNull();
  expect(kept()).toHaveLength(1); // the program
});

test('a job with long steps is named in the log, once, with their length', async () => {
  const { begin, notices, until } = await openLane();
  await begin('L1', 'dawdle');
  await until((n) => n.kind === 'progressed' && n.step === 4);
  expect(notices.seen()).toEqual([saying(/^Each step of “dawdle” takes 1\.4 s\./)]);
});

test('of a runner that floods us with checkpoints the last one counts', async () => {
  const { begin, books, until } = await openLane();
  await begin('L1', 'flood', { size: 1 << 24 });
  await until(({ kind }) => kind === 'ended');
  expect(books.leases()[0]?.checkpoint?.step).toBe(9);
});

test('a job begins as slowly as its card must go, and is told of every change; one that is gone is not', async () => {
  const { worker, begin, until, seen } = await openLane();
  await begin('L1', 'say duty', { duty: 0.4 });
  await until((n) => n.kind === 'progressed' && n.step === 40);
  worker.slow('another lease', 0.1);
  worker.slow('L1', 0.25);
  await until((n) => n.kind === 'progressed' && n.step === 25);
  const told = seen().flatMap((n) => (n.kind === 'progressed' ? [n.step] : []));
  expect(told).toEqual([40, 25]);
});
