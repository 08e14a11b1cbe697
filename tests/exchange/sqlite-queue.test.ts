import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Queue } from '../../src-exchange/queue.ts';
import { openSqliteQueue } from '../../src-exchange/sqlite-queue.ts';
import { millis } from '../../src-shared/units.ts';
import { noopJob } from './jobs.ts';
import { queueContract } from './queue-contract.ts';
import { tempFolder } from './temp-folder.ts';

queueContract('the embedded queue', async (now) => {
  const folder = tempFolder();
  const opened: Queue[] = [];
  const open = () => {
    const queue = openSqliteQueue(join(folder.path, 'queue.db'), { now, notice: () => {} });
    opened.push(queue);
    return queue;
  };
  return {
    queue: open(),
    crash: async () => open(),
    [Symbol.dispose]() {
      for (const queue of opened) queue.close();
      folder[Symbol.dispose]();
    },
  };
});

test.each(['header', 'middle'])(
  'a queue file damaged in its %s is kept aside and said, and work goes on',
  async (where) => {
    using folder = tempFolder();
    const path = join(folder.path, 'queue.db');
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
    const queue = openSqliteQueue(path, { now, notice: (text) => notices.push(text) });
    expect(await queue.put([noopJob('new')])).toEqual({ kind: 'stored', fresh: 1 });
    queue.close();
    expect(notices).toEqual([
      expect.stringMatching(/queue of jobs was damaged and is kept as .*damaged-/),
    ]);
    expect(readdirSync(folder.path).some((name) => name.includes('.damaged-'))).toBe(true);
  },
);
