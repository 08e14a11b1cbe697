import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Libsql from 'libsql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openBooks } from '../../src-main/books.ts';
import { hours, millis, minutes } from '../../src-shared/units.ts';
import {
  agent,
  checkpointAt,
  claimed,
  credited,
  energy,
  jobNamed,
  lane,
  outputs,
  SIGNER,
  voided,
} from './ledger-samples.ts';
import { tempFolder } from './temp-folder.ts';

const OK = { kind: 'ok' };
const ALWAYS = [millis(0), millis(4_000_000_000_000)] as const;

function open(folder: string) {
  const opened = openBooks(folder);
  if (opened.kind !== 'open') throw new Error(opened.detail);
  onTestFinished(() => opened.books.close());
  return opened;
}
const openClean = (folder: string) => {
  const { books, notices } = open(folder);
  expect(notices).toEqual([]);
  return books;
};
const lease = (name: string, job: string, fence = 1) => ({
  lease: name,
  fence,
  lane,
  job: jobNamed(job),
  checkpoint: null,
});

describe('the work in hand', () => {
  test('a job goes from lease to result to pay, and each step is there after a restart', () => {
    const folder = tempFolder();
    const first = openClean(folder);
    expect(first.takeLease(lease('L', 'a'))).toEqual(OK);
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

  test('finishing twice claims once, and finishing what is not ours is refused', () => {
    const books = openClean(tempFolder());
    books.takeLease(lease('L', 'a'));
    expect(books.finish('L', outputs, claimed())).toEqual(OK);
    expect(books.finish('L', outputs, claimed())).toEqual(OK);
    expect(books.finish('M', outputs, claimed({ job: 'b' })).kind).toBe('refused');
    books.takeLease(lease('N', 'c'));
    expect(books.finish('N', outputs, claimed({ job: 'b' })).kind).toBe('refused');
    expect(books.entries(...ALWAYS)).toHaveLength(1);
    expect(books.leases().map((held) => held.lease)).toEqual(['N']);
    expect(books.saveCheckpoint('gone', checkpointAt(1)).kind).toBe('refused');
  });

  test('a claim the network refuses is worth nothing, and its result is not said again', () => {
    const books = openClean(tempFolder());
    books.takeLease(lease('L', 'a'));
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
    before.takeLease(lease('L', 'a'));
    before.takeLease(lease('M', 'b'));
    before.close();
    const raw = new Libsql(join(folder, 'books.db'));
    raw.exec(`update leases set job = '{"id":"a"}' where lease = 'L'`);
    raw.close();
    const { books, notices } = open(folder);
    expect(books.leases().map((held) => held.lease)).toEqual(['M']);
    expect(notices).toEqual([expect.stringContaining('1 unfinished job could not be read')]);
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

const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();
/** Root in a container may still not be allowed to mount. */
function tryMount(): boolean {
  const probe = join('/tmp', `offpeak-mount-${process.pid}`);
  mkdirSync(probe);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe], { stdio: 'ignore' });
    execFileSync('umount', [probe]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

describe.skipIf(!canMount)('a full disk', () => {
  function smallDisk(size: string): string {
    const folder = tempFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
    onTestFinished(() => {
      execFileSync('umount', ['-l', folder]);
    });
    return folder;
  }

  test('refuses a step with a sentence, keeps what was there, and takes the step when there is room', () => {
    const folder = smallDisk('2m');
    const { books } = open(folder);
    books.takeLease(lease('L', 'a'));
    const ballast = join(folder, 'ballast');
    let filled = 2 * 1024 * 1024;
    for (; filled > 0; filled -= 4096)
      try {
        writeFileSync(ballast, Buffer.alloc(filled));
        break;
      } catch {
        rmSync(ballast, { force: true });
      }

    // The log may still have room; a full one cannot take even the smallest line.
    let taken = 0;
    let last = books.append(energy(1, 1, 1));
    for (; last.kind === 'ok'; taken++) last = books.append(energy(2, 1, 1));
    expect(last).toEqual({
      kind: 'unwritten',
      detail: expect.stringContaining('the disk is full'),
    });
    const finish = () => books.finish('L', outputs, claimed());
    expect(finish().kind).toBe('unwritten');
    expect(books.leases()).toHaveLength(1);
    expect(books.outbox()).toEqual([]);
    expect(books.totals(...ALWAYS)).toMatchObject({ test: 0, jobs: 0 });

    rmSync(ballast);
    expect(finish()).toEqual(OK);
    expect(books.outbox()).toHaveLength(1);
    books.close();
    const again = openClean(folder);
    expect(again.totals(...ALWAYS)).toMatchObject({ test: 500, jobs: 1 });
    const kinds = again.entries(...ALWAYS).map(({ kind }) => kind);
    expect(kinds).toEqual([...Array(taken).fill('energy'), 'claimed']);
  });

  test('at the first start is a refusal with a sentence, and the next start works', () => {
    const folder = smallDisk('64k');
    const ballast = join(folder, 'ballast');
    writeFileSync(ballast, Buffer.alloc(48 * 1024));
    expect(openBooks(folder)).toEqual({
      kind: 'refused',
      detail: expect.stringMatching(/disk/),
    });
    rmSync(ballast);
    execFileSync('mount', ['-o', 'remount,size=2m', folder]);
    openClean(folder);
  });
});

describe('a damaged file', () => {
  const AT = Date.UTC(2026, 10, 22, 10, 15, 30);
  /** Books with one lease and many claims, put in at one go: what is tested is how they are read. */
  function written(folder: string, lines: number) {
    const books = openClean(folder);
    books.takeLease(lease('L', 'held'));
    books.close();
    const path = join(folder, 'books.db');
    const raw = new Libsql(path);
    raw.exec(`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${lines})
      insert into entries (kind, at, job, fence, lane, title, amount, test, active_for)
      select 'claimed', i, 'job-' || i, 1, '${lane}', 'A job', 500, 1, 1000 from n;
      pragma wal_checkpoint(truncate)`);
    raw.close();
    return path;
  }
  const kept = (folder: string) => readdirSync(folder).filter((name) => /corrupt.*db$/.test(name));
  const reopen = (folder: string) => {
    const opened = openBooks(folder, AT);
    if (opened.kind !== 'open') throw new Error(opened.detail);
    onTestFinished(() => opened.books.close());
    return opened;
  };

  test('that is no database is kept aside, said so, and new books begin', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'books.db'), 'not a database at all'.repeat(500));
    const { books, notices } = reopen(folder);
    expect(kept(folder)).toEqual(['books.corrupt-2026-11-22T10-15-30-000Z.db']);
    expect(notices).toEqual([expect.stringContaining('nothing in it could be read')]);
    expect(books.append(claimed())).toEqual(OK);
    books.close();
    openClean(folder);
  });

  test('that is empty does not pass for a first start', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'books.db'), '');
    const { notices } = reopen(folder);
    expect(notices).toHaveLength(1);
    expect(kept(folder)).toHaveLength(1);
  });

  test('with a torn tail gives back the lines before the tear', () => {
    const folder = tempFolder();
    const path = written(folder, 2000);
    truncateSync(path, Math.floor((statSync(path).size * 0.7) / 4096) * 4096);
    const { books, notices } = reopen(folder);
    const saved = books.entries(...ALWAYS).length;
    expect(notices[0]).toContain(`${saved} lines could be read and are kept`);
    expect(saved).toBeGreaterThan(500);
    expect(books.totals(...ALWAYS)).toMatchObject({ test: saved * 500, jobs: saved });
    expect(books.append(claimed({ job: 'new' }))).toEqual(OK);
  });

  test('with a hole in the middle gives back both sides', () => {
    const folder = tempFolder();
    const path = written(folder, 2000);
    const bytes = readFileSync(path);
    const middle = Math.floor(bytes.length / 2 / 4096) * 4096;
    bytes.fill(0xff, middle, middle + 3 * 4096);
    writeFileSync(path, bytes);
    const { books } = reopen(folder);
    const lines = books.entries(...ALWAYS).map(({ at }) => at);
    expect(lines.length).toBeGreaterThan(1500);
    expect(books.leases()).toHaveLength(1);
    expect(books.totals(...ALWAYS).jobs).toBe(lines.length);
    books.close();
    openClean(folder);
  });

  test('half way through a repair that was killed is repaired at the next start', () => {
    const folder = tempFolder();
    const path = written(folder, 10);
    // Killed between moving the damaged file away and giving the new one its name.
    writeFileSync(join(folder, 'books.ready.db'), readFileSync(path));
    rmSync(path);
    const books = openClean(folder);
    expect(books.totals(...ALWAYS).jobs).toBe(10);
  });

  test('that was read but not yet replaced when the program was killed is replaced at the next start', () => {
    const folder = tempFolder();
    const path = written(folder, 10);
    writeFileSync(join(folder, 'books.ready.db'), readFileSync(path));
    writeFileSync(path, 'damaged');
    const { books, notices } = reopen(folder);
    expect(books.totals(...ALWAYS).jobs).toBe(10);
    expect(notices).toEqual([expect.stringContaining('is rebuilt')]);
    expect(readFileSync(join(folder, kept(folder)[0] ?? ''), 'utf8')).toBe('damaged');
  });

  test('of a newer Offpeak is left alone', () => {
    const folder = tempFolder();
    const path = written(folder, 1);
    const raw = new Libsql(path);
    raw.exec('pragma user_version = 99');
    raw.close();
    expect(openBooks(folder)).toEqual({
      kind: 'refused',
      detail: expect.stringContaining('newer Offpeak'),
    });
    expect(kept(folder)).toEqual([]);
  });

  test('in a folder that cannot be made is refused with a sentence', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(openBooks(join(folder, 'file', 'books')).kind).toBe('refused');
  });
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
      { from: at(45), to: at(100), state: 'off', label: 'PC off' },
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
