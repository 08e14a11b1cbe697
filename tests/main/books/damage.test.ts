import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openBooks } from '../../../src-main/books/books.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { NO_DISK, smallDisk } from '../../worlds/computer/small-disk.ts';
import { saying } from '../../worlds/saying.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { ALWAYS, lease, OK, open, openClean, START } from './books-samples.ts';
import { claimed, energy, lane, outputs } from './ledger-samples.ts';

describe('a full disk', () => {
  test('refuses a step with a sentence, keeps what was there, and takes the step when there is room', (context) => {
    const disk = smallDisk('2m');
    if (!disk) return context.skip(NO_DISK);
    onTestFinished(disk.remove);
    const folder = disk.path;
    const { books } = open(folder);
    books.takeLease(lease('L', 'a'), START);
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
      detail: saying('the disk is full'),
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

  test('at the first start is a refusal with a sentence, and the next start works', (context) => {
    const disk = smallDisk('64k');
    if (!disk) return context.skip(NO_DISK);
    onTestFinished(disk.remove);
    const folder = disk.path;
    const ballast = join(folder, 'ballast');
    writeFileSync(ballast, Buffer.alloc(48 * 1024));
    expect(openBooks(folder)).toEqual({
      kind: 'refused',
      detail: saying(/disk/),
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
    books.takeLease(lease('L', 'held'), START);
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
    if (opened.kind !== 'open') throw new Error(inEnglish(opened.detail));
    onTestFinished(() => opened.books.close());
    return opened;
  };

  test('that is no database is kept aside, said so, and new books begin', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'books.db'), 'not a database at all'.repeat(500));
    const { books, notices } = reopen(folder);
    expect(kept(folder)).toEqual(['books.corrupt-2026-11-22T10-15-30-000Z.db']);
    expect(notices).toEqual([saying('nothing in it could be read')]);
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
    expect(notices[0]).toEqual(saying(`${saved} lines could be read and are kept`));
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
    expect(notices).toEqual([saying('is rebuilt')]);
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
      detail: saying('newer Offpeak'),
    });
    expect(kept(folder)).toEqual([]);
  });

  test('in a folder that cannot be made is refused with a sentence', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(openBooks(join(folder, 'file', 'books')).kind).toBe('refused');
  });
});
