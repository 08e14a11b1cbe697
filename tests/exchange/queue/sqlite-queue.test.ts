import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../../src-disk/database.ts';
import type { Queue } from '../../../src-exchange/queue/queue.ts';
import { QUEUE_SCHEMA } from '../../../src-exchange/queue/schema.ts';
import { openSqliteQueue } from '../../../src-exchange/queue/sqlite-queue.ts';
import type { Job } from '../../../src-shared/job.ts';
import { bytes, millis } from '../../../src-shared/units.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { answerJob, blobOf, MODEL_SIZE, noopJob } from '../jobs.ts';
import { queueContract } from './contract.ts';
import { agents, any, ttl } from './under-test.ts';

queueContract('the embedded queue', async (now) => {
  const folder = tempFolder();
  const opened: Queue[] = [];
  const open = () => {
    const queue = openSqliteQueue(join(folder, 'queue.db'), { now, notice: () => {} });
    opened.push(queue);
    return queue;
  };
  return {
    queue: open(),
    crash: async () => open(),
    [Symbol.dispose]() {
      for (const queue of opened) queue.close();
    },
  };
});

/** A queue file as the first version of its schema left it, with these jobs in it. */
function writeFirstVersion(path: string, jobs: readonly Job[]): void {
  const db = openDatabase(path, QUEUE_SCHEMA.slice(0, 1), 'jobQueue', () => {});
  const insert = db.prepare(
    'INSERT INTO jobs (id, body, cuda, webgpu, vram, deadline, submitted_at) VALUES (?, ?, 0, 1, ?, ?, 5)',
  );
  for (const job of jobs) insert.run([job.id, JSON.stringify(job), job.needs.vram, job.deadline]);
  db.close();
}

test('a queue file of the first version keeps its jobs, and they are listed, leased and swept as new ones', async () => {
  const folder = tempFolder();
  const path = join(folder, 'queue.db');
  const input = { size: 8, from: blobOf('constant'), constant: true };
  const { spec } = noopJob('any');
  const jobs = [
    noopJob('x.0', { pay: { amount: 7, test: false } }),
    noopJob('x.1', {
      spec: { ...spec, buffers: { ...spec.buffers, input } },
      needs: { vram: 64, seconds: 1 },
    }),
  ];
  writeFirstVersion(path, jobs);
  const now = () => millis(1_000_000);
  const names = async (queue: Queue) => {
    const found = new Set<string>();
    for await (const batch of queue.namedBlobs()) for (const name of batch) found.add(name);
    return found;
  };
  const old = openSqliteQueue(path, { now, notice: () => {} });
  const fresh = openSqliteQueue(join(folder, 'new.db'), {
    now: () => millis(5),
    notice: () => {},
  });
  expect(await fresh.put(jobs)).toEqual({ kind: 'stored', fresh: 2 });
  expect(await old.put(jobs)).toEqual({ kind: 'stored', fresh: 0 });
  expect(await old.list('x')).toEqual(await fresh.list('x'));
  expect(await names(old)).toEqual(await names(fresh));
  const [agent] = agents;
  if (!agent) throw new Error('no agent');
  expect((await old.lease(any, agent, ttl))?.job).toEqual(jobs[0]);
  old.close();
  fresh.close();
});

test('a queue file of the version before knows how large the models of its jobs are', async () => {
  const folder = tempFolder();
  const path = join(folder, 'queue.db');
  const job = answerJob('q');
  const db = openDatabase(path, QUEUE_SCHEMA.slice(0, 3), 'jobQueue', () => {});
  db.prepare(
    `INSERT INTO jobs (id, kind, cuda, webgpu, vram, deadline, submitted_at)
     VALUES (?, 'llm', 1, 1, ?, ?, 5)`,
  ).run([job.id, job.needs.vram, job.deadline]);
  db.prepare('INSERT INTO bodies (seq, body) VALUES (1, ?)').run([JSON.stringify(job)]);
  db.close();
  const queue = openSqliteQueue(path, { now: () => millis(1_000_000), notice: () => {} });
  const [agent] = agents;
  if (!agent) throw new Error('no agent');
  const match = { ...any, kinds: ['llm'] } as const;
  const least = { ...match, largestModel: bytes(MODEL_SIZE - 1) };
  expect(await queue.lease(least, agent, ttl)).toBeNull();
  expect((await queue.lease(match, agent, ttl))?.job.id).toBe('q');
  queue.close();
});

test('a queue file of a newer Offpeak is left alone, and said', () => {
  const folder = tempFolder();
  const path = join(folder, 'queue.db');
  openDatabase(
    path,
    [...QUEUE_SCHEMA, 'CREATE TABLE later (a TEXT)'],
    'jobQueue',
    () => {},
  ).close();
  const open = () => openSqliteQueue(path, { now: () => millis(0), notice: () => {} });
  expect(open).toThrow(`${path} was written by a newer Offpeak. Update this one`);
});

test.each(['header', 'middle'])(
  'a queue file damaged in its %s is kept aside and said, and work goes on',
  async (where) => {
    const folder = tempFolder();
    const path = join(folder, 'queue.db');
    const now = () => millis(1_000_000);
    const first = openSqliteQueue(path, { now, notice: () => {} });
    await first.put(Array.from({ length: 50 }, (_, i) => noopJob(`job-${i}`)));
    first.close();
    const { default: Libsql } = await import('libsql');
    const flush = new Libsql(path);
    flush.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get([]);
    flush.close();
    const { readFileSync } = await import('node:fs');
    const data = readFileSync(path);
    const from = where === 'header' ? 0 : 4096;
    writeFileSync(path, data.fill(0x55, from, from + 8192));

    const notices: string[] = [];
    const queue = openSqliteQueue(path, { now, notice: (what) => notices.push(inEnglish(what)) });
    expect(await queue.put([noopJob('new')])).toEqual({ kind: 'stored', fresh: 1 });
    queue.close();
    expect(notices).toEqual([
      expect.stringMatching(/queue of jobs was damaged and is kept as .*queue\.corrupt-.*\.db/),
    ]);
    expect(readdirSync(folder).some((name) => name.startsWith('queue.corrupt-'))).toBe(true);
  },
);
