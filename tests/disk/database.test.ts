import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import {
  type Database,
  inTransaction,
  meansDamage,
  openDatabase,
  openSqlite,
  openWhole,
  statement,
  versionOf,
} from '../../src-disk/database.ts';
import type { Said } from '../../src-shared/said.ts';
import { millis } from '../../src-shared/units.ts';
import { inEnglish } from '../../src-shared/wording.ts';
import { tempFolder } from '../worlds/temp-folder.ts';

const JOBS = 'CREATE TABLE jobs (name TEXT NOT NULL)';
const PAID = 'ALTER TABLE jobs ADD COLUMN pay INTEGER';
const Name = z.object({ name: z.string() });

const unwanted = (what: Said) => expect.fail(inEnglish(what));

const closing = (db: Database): Database => {
  onTestFinished(() => void db.close());
  return db;
};
const open = (path: string, schema = [JOBS], notice: (what: Said) => void = unwanted) =>
  closing(openDatabase(path, schema, 'jobQueue', notice));
const add = (db: Database, name: string) =>
  statement(db, 'INSERT INTO jobs (name) VALUES (?)', z.object({})).run(name);
const names = (db: Database) =>
  statement(db, 'SELECT name FROM jobs', Name)
    .all()
    .map(({ name }) => name);
const pragmaOf = (db: Database, name: string) =>
  Object.values(z.record(z.string(), z.unknown()).parse(db.prepare(`PRAGMA ${name}`).get([])))[0];

/** A database with many rows, all of them in the file itself. */
function written(path: string): void {
  const db = openDatabase(path, [JOBS], 'jobQueue', unwanted);
  inTransaction(db, () => {
    for (let i = 0; i < 2000; i++) add(db, `job ${i}`);
  });
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

describe('a database', () => {
  test('syncs every commit, and waits a moment for whoever else holds the file', () => {
    const path = join(tempFolder(), 'queue.db');
    const db = open(path);
    expect(pragmaOf(db, 'journal_mode')).toBe('wal');
    expect(pragmaOf(db, 'synchronous')).toBe(2);
    expect(pragmaOf(db, 'busy_timeout')).toBe(5000);
    expect(pragmaOf(closing(openSqlite(path, millis(2))), 'busy_timeout')).toBe(2);
  });

  test('of an older Offpeak gets what it lacks, and keeps its rows', () => {
    const path = join(tempFolder(), 'queue.db');
    add(open(path), 'a');
    const newer = open(path, [JOBS, PAID]);
    expect(versionOf(newer)).toBe(2);
    expect(names(newer)).toEqual(['a']);
    add(open(path, [JOBS, PAID]), 'b');
  });

  test('of a newer Offpeak is refused and left alone', () => {
    const folder = tempFolder();
    const path = join(folder, 'queue.db');
    open(path, [JOBS, PAID]).close();
    expect(() => open(path)).toThrow(`${path} was written by a newer Offpeak.`);
    expect(readdirSync(folder).filter((name) => name.includes('corrupt'))).toEqual([]);
  });

  test('takes a step of its schema whole or not at all', () => {
    const path = join(tempFolder(), 'queue.db');
    add(open(path), 'a');
    expect(() => open(path, [JOBS, `${PAID}; CREATE TABLE jobs (again TEXT)`])).toThrow(/jobs/);
    const db = open(path);
    expect(versionOf(db)).toBe(1);
    expect(names(db)).toEqual(['a']);
  });

  const damage: readonly (readonly [string, (data: Buffer) => Buffer])[] = [
    ['is no database', () => Buffer.from('not a database at all'.repeat(500))],
    ['has a spoilt header', (data) => data.fill(0x55, 0, 4096)],
    ['has a hole', (data) => data.fill(0xff, 4096 * 3, 4096 * 6)],
    ['is torn', (data) => data.subarray(0, 4096 * Math.floor((data.length * 0.6) / 4096))],
  ];
  test.each(damage)('that %s is set aside, said, and begun anew', (_what, spoil) => {
    const folder = tempFolder();
    const path = join(folder, 'queue.db');
    written(path);
    const spoilt = spoil(readFileSync(path));
    writeFileSync(path, spoilt);
    expect(openWhole(path)).toBeNull();
    const said: string[] = [];
    const db = open(path, [JOBS], (what) => said.push(inEnglish(what)));
    const aside = readdirSync(folder).find((name) => /^queue\.corrupt-.*Z\.db$/.test(name)) ?? '';
    expect(said).toEqual([
      `The queue of jobs was damaged and is kept as ${join(folder, aside)}; a new one was begun.`,
    ]);
    expect(readFileSync(join(folder, aside)).equals(spoilt)).toBe(true);
    expect(names(db)).toEqual([]);
    add(db, 'new');
    expect(names(open(path))).toEqual(['new']);
  });

  test('of another program is not ours, however whole', () => {
    const path = join(tempFolder(), 'books.db');
    const theirs = openSqlite(path);
    theirs.exec('PRAGMA application_id = 7; CREATE TABLE bookmarks (a TEXT)');
    theirs.close();
    expect(openWhole(path, 8)).toBeNull();
    expect(openWhole(path)).toBeNull();
    expect(pragmaOf(closing(openWhole(path, 7) ?? expect.fail()), 'application_id')).toBe(7);
  });

  test('that cannot be opened for another reason is not taken for damaged', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(() => openWhole(join(folder, 'file', 'queue.db'))).toThrow();
    expect(() => open(join(folder, 'gone', 'queue.db'))).toThrow();
    expect(readdirSync(folder)).toEqual(['file']);
  });
});

test('damage is told from other trouble', () => {
  const coded = (code: string) => Object.assign(new Error('x'), { code });
  expect(['SQLITE_CORRUPT', 'SQLITE_CORRUPT_VTAB', 'SQLITE_NOTADB'].map(coded)).toSatisfy(
    (errors: Error[]) => errors.every(meansDamage),
  );
  expect(meansDamage(new Error('database disk image is malformed'))).toBe(true);
  for (const error of [coded('SQLITE_BUSY'), coded('SQLITE_FULL'), new Error('malformed JSON')])
    expect(meansDamage(error)).toBe(false);
});

test('a change that fails leaves nothing of itself, and the next one works', () => {
  const db = open(join(tempFolder(), 'queue.db'));
  expect(() =>
    inTransaction(db, () => {
      add(db, 'half');
      throw new Error('thought better of it');
    }),
  ).toThrow('thought better of it');
  expect(names(db)).toEqual([]);
  expect(inTransaction(db, () => add(db, 'whole'))).toBe(1);
  expect(names(db)).toEqual(['whole']);
});
