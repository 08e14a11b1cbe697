import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Libsql from 'libsql';
import { describe, expect, test } from 'vitest';
import { PC_OFF } from '../../../src-shared/snapshot.ts';
import { hours, millis, minutes } from '../../../src-shared/units.ts';
import { saying } from '../../worlds/saying.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { ALWAYS, lease, OK, open, openClean, START } from './books-samples.ts';
import {
  agent,
  checkpointAt,
  claimed,
  credited,
  energy,
  lane,
  outputs,
  SIGNER,
  voided,
} from './ledger-samples.ts';

describe('the work in hand', () => {
  test('a job goes from lease to result to pay, and each step is there after a restart', () => {
    const folder = tempFolder();
    const first = openClean(folder);
    expect(first.takeLease(lease('L', 'a'), START)).toEqual(OK);
    expect(first.saveCheckpoint('L', checkpointAt(2))).toEqual(OK);
    first.close();

    const second = openClean(folder);
    expect(second.leases()).toEqual([{ ...lease('L', 'a'), checkpoint: checkpointAt(2) }]);
    expect(second.finish('L', outputs, claimed())).toEqual(OK);
    expect(second.leases()).toEqual([]);
    second.close();

    const third = openClean(folder);
    expect(third.outbox()).toEqual([
      { lease: 'L', job: 'a', fence: 1, outputs, amount: 500, test: true },
    ]);
    expect(third.totals(...ALWAYS)).toMatchObject({ test: 500, money: 0, jobs: 1 });
    expect(third.credit('L', credited())).toEqual(OK);
    expect(third.outbox()).toEqual([]);
    third.close();

    const fourth = openClean(folder);
    expect(fourth.entries(...ALWAYS)).toEqual([claimed(), credited()]);
    expect(fourth.totals(...ALWAYS)).toMatchObject({ test: 500, jobs: 1 });
  });

  test('one lease or one result is found among others by its name, and only while it is in hand', () => {
    const books = openClean(tempFolder());
    for (const [name, job] of [
      ['L', 'a'],
      ['M', 'b'],
    ] as const)
      books.takeLease(lease(name, job), START);
    books.saveCheckpoint('M', checkpointAt(2));
    expect(books.lease('M')).toEqual({ ...lease('M', 'b'), checkpoint: checkpointAt(2) });
    expect([books.lease('N'), books.result('M')]).toEqual([null, null]);
    books.finish('L', outputs, claimed());
    books.finish('M', outputs, claimed({ job: 'b', amount: 9 }));
    expect(books.lease('M')).toBeNull();
    const found = { lease: 'M', job: 'b', fence: 1, outputs, amount: 9, test: true };
    expect(books.result('M')).toEqual(found);
    books.credit('M', credited({ job: 'b', amount: 9 }));
    expect([books.result('M'), books.result('L')?.job]).toEqual([null, 'a']);
  });

  test('finishing twice claims once, and finishing what is not ours is refused', () => {
    const books = openClean(tempFolder());
    books.takeLease(lease('L', 'a'), START);
    expect(books.finish('L', outputs, claimed())).toEqual(OK);
    expect(books.finish('L', outputs, claimed())).toEqual(OK);
    expect(books.finish('M', outputs, claimed({ job: 'b' })).kind).toBe('refused');
    books.takeLease(lease('N', 'c'), START);
    expect(books.finish('N', outputs, claimed({ job: 'b' })).kind).toBe('refused');
    expect(books.entries(...ALWAYS)).toHaveLength(1);
    expect(books.leases().map((held) => held.lease)).toEqual(['N']);
    expect(books.saveCheckpoint('gone', checkpointAt(1)).kind).toBe('refused');
  });

  test('a claim the network refuses is worth nothing, and its result is not said again', () => {
    const books = openClean(tempFolder());
    books.takeLease(lease('L', 'a'), START);
    books.finish('L', outputs, claimed());
    expect(books.voidClaim('L', voided())).toEqual(OK);
    expect(books.outbox()).toEqual([]);
    expect(books.totals(...ALWAYS)).toMatchObject({ test: 0, jobs: 0 });
    expect(books.paidJobs(...ALWAYS)).toMatchObject([{ job: 'a', status: 'voided' }]);
  });

  test('the standing with a signer grows by each credit once, and apart for money and test credits', () => {
    const books = openClean(tempFolder());
    books.credit('L', credited({ job: 'a', amount: 5, cumulative: 5 }));
    books.credit('L', credited({ job: 'a', amount: 5, cumulative: 5 }));
    books.credit('M', credited({ job: 'b', amount: 7, cumulative: 12 }));
    books.credit('N', credited({ job: 'c', amount: 9, cumulative: 9, test: false }));
    expect(books.standing(SIGNER, agent, true)).toEqual({ cumulative: 12, credited: 12 });
    expect(books.standing(SIGNER, agent, false)).toEqual({ cumulative: 9, credited: 9 });
    expect(books.standing(`0x${'00'.repeat(20)}`, agent, true)).toEqual({
      cumulative: 0,
      credited: 0,
    });
  });

  test('a lease that no longer makes sense is dropped with a notice, and the others stay', () => {
    const folder = tempFolder();
    const before = openClean(folder);
    before.takeLease(lease('L', 'a'), START);
    before.takeLease(lease('M', 'b'), START);
    before.close();
    const raw = new Libsql(join(folder, 'books.db'));
    raw.exec(`update leases set job = '{"id":"a"}' where lease = 'L'`);
    raw.close();
    const { books, notices } = open(folder);
    expect(books.leases().map((held) => held.lease)).toEqual(['M']);
    expect(notices).toEqual([saying('1 unfinished job could not be read')]);
  });
});

describe('a killed writer', () => {
  test('loses nothing that was acknowledged, and leaves no half step', async () => {
    const folder = tempFolder();
    let next = 0;
    for (const killAfter of [1, 8, 60]) {
      const writer = spawn(
        process.execPath,
        [join(import.meta.dirname, 'books-writer.mjs'), folder, import.meta.dirname, `${next}`],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const exited = once(writer, 'exit');
      const steps = new Map<number, number>();
      let heard = 0;
      for await (const line of createInterface({ input: writer.stdout })) {
        const [n = 0, step = 0] = line.split(' ').map(Number);
        steps.set(n, step);
        if (++heard === killAfter) writer.kill('SIGKILL');
      }
      expect(await exited).toEqual([null, 'SIGKILL']);
      expect(heard).toBeGreaterThanOrEqual(killAfter);

      const books = openClean(folder);
      const held = new Set<string>(books.leases().map(({ job }) => job.id));
      const sent = new Set<string>(books.outbox().map(({ job }) => job));
      const paid = new Map(books.paidJobs(...ALWAYS, 10_000).map((row) => [`${row.job}`, row]));
      for (const [n, step] of steps) {
        const [job, status] = [`job-${n}`, paid.get(`job-${n}`)?.status];
        // What was said last holds, or the step after it, which was done but not said any more.
        if (step === 2) expect(status).toBe('credited');
        if (step === 1) expect(status).toMatch(/claimed|credited/);
        if (step === 0 && !held.has(job)) expect(status).toMatch(/claimed|credited/);
        expect(sent.has(job)).toBe(status === 'claimed');
        if (status) expect(held.has(job)).toBe(false);
      }
      next = Math.max(...steps.keys()) + 2;
      books.close();
    }
  }, 30_000);
});

describe('the strip of the day', () => {
  test('shows what was written, the time of a killed program as off, and nothing before the first start', () => {
    const books = openClean(tempFolder());
    const start = Date.UTC(2026, 10, 22, 10);
    const at = (n: number) => millis(start + minutes(n));
    for (let n = 0; n <= 30; n++) books.recordState(at(n), 'earning', '');
    for (let n = 30; n <= 45; n++) books.recordState(at(n), 'paused', 'Dota 2');
    // Killed at 45, started again at 100.
    for (let n = 100; n <= 119; n++) books.recordState(at(n), 'waiting', '');
    expect(books.strip(at(-60), at(120))).toEqual([
      { from: at(0), to: at(30), state: 'earning', label: '' },
      { from: at(30), to: at(45), state: 'paused', label: 'Dota 2' },
      { from: at(45), to: at(100), state: 'off', label: PC_OFF },
      { from: at(100), to: at(120), state: 'waiting', label: '' },
    ]);
    expect(books.strip(at(120 + 2880), at(120 + 2880 + 60))).toHaveLength(1);
  });

  test('electricity is priced when it is used', () => {
    const books = openClean(tempFolder());
    const price = energy(0, 0, 220_000);
    if (price.kind !== 'energy') throw new Error('a sample');
    expect(books.addEnergy(millis(5), lane, 3_600_000, price.cost)).toEqual(OK);
    expect(books.totals(millis(0), hours(1))).toMatchObject({
      electricity: 220_000,
      joules: 3_600_000,
    });
  });
});
