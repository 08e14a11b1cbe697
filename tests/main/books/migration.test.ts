import { createHash } from 'node:crypto';
import { statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import Libsql from 'libsql';
import { expect, onTestFinished, test } from 'vitest';
import { openBooks } from '../../../src-main/books/books.ts';
import { entryValues } from '../../../src-main/books/ledger-rows.ts';
import { canMigrate } from '../../../src-main/books/migrations.ts';
import { SCHEMA_VERSION } from '../../../src-main/books/schema.ts';
import type { Entry } from '../../../src-shared/earnings.ts';
import { millis } from '../../../src-shared/units.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { ALWAYS, openClean } from './books-samples.ts';
import { SCHEMA_VERSION_1 } from './books-version-1.ts';
import { claimed, credited, energy, voided } from './ledger-samples.ts';

/** Books as the first Offpeak wrote them, with these lines. */
function writeVersion1(folder: string, lines: readonly Entry[]): string {
  const path = join(folder, 'books.db');
  const raw = new Libsql(path);
  raw.exec('pragma journal_mode = wal');
  raw.exec(SCHEMA_VERSION_1);
  const insert = raw.prepare(`insert into entries
    (kind, at, job, fence, lane, title, amount, test, active_for, because, receipt, joules)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`);
  for (const line of lines) insert.run(...entryValues(line).slice(0, 12));
  raw.exec('pragma wal_checkpoint(truncate)');
  raw.close();
  return path;
}

/** Everything in the file that is not the ledger itself, and how its tables are made. */
function contents(folder: string) {
  const raw = new Libsql(join(folder, 'books.db'));
  onTestFinished(() => void raw.close());
  const all = (sql: string) => raw.prepare(sql).all();
  // A slot that nothing is left of is as good as none.
  const folds = [
    'worth',
    '(select * from pay_slots where jobs > 0)',
    '(select * from run_slots where worked > 0)',
    'energy_slots',
    'standings',
  ];
  return {
    folds: folds.map((table) => all(`select * from ${table} order by 1, 2`)),
    runs: all(`select job, fence, title, what, lane, started_at, ended_at, outcome, because, active_for,
      amount, test from runs order by job, fence`),
    names: all("select type, name from sqlite_schema where name not like 'sqlite_%' order by name"),
    columns:
      all(`select m.name as tbl, t.name, t.type, t."notnull", t.pk from sqlite_schema m, pragma_table_info(m.name) t
      where m.type = 'table' order by m.name, t.cid`),
    version: all('pragma user_version'),
  };
}

const facts = fc.record({
  at: fc.integer({ min: 0, max: 90_000_000 }),
  job: fc.constantFrom('a', 'b', 'c'),
  fence: fc.integer({ min: 1, max: 3 }),
  amount: fc.integer({ min: 0, max: 1000 }),
  test: fc.boolean(),
});
/** In the order in which an agent says things: nothing is credited or refused that was not claimed. */
const told = fc.array(fc.tuple(facts, fc.constantFrom('claimed', 'credited', 'voided')), {
  maxLength: 20,
});
const linesOf = (said: readonly [Parameters<typeof claimed>[0], string][]): Entry[] =>
  said.flatMap(([f, kind]): Entry[] => {
    if (kind === 'credited') return [claimed(f), credited(f)];
    return kind === 'voided' ? [claimed(f), voided(f)] : [claimed(f)];
  });

/**
 * How the tables of the books look, in short. Whoever changes a table counts SCHEMA_VERSION up, adds a step to migrations.ts, and
 * writes the new one here; or the books that owners have would lack what the program asks for.
 */
const TABLES = { version: 2, digest: 'd845ac541367' };

test('tables that change have a version of their own, and every older file has a way to it', () => {
  const folder = tempFolder();
  openClean(folder).close();
  const { columns, names } = contents(folder);
  const digest = createHash('sha256')
    .update(JSON.stringify([columns, names]))
    .digest('hex');
  expect({ version: SCHEMA_VERSION, digest: digest.slice(0, 12) }).toEqual(TABLES);
  const older = Array.from({ length: SCHEMA_VERSION - 1 }, (_, n) => n + 1);
  expect(older.filter((version) => !canMigrate(version))).toEqual([]);
});

test('books from before jobs had kinds become what they would be had they been written today', () => {
  fc.assert(
    fc.property(told, (said) => {
      const lines = [...linesOf(said), energy(5, 100, 7), energy(2_000_000, 50, 3)];
      const [old, fresh] = [tempFolder(), tempFolder()];
      writeVersion1(old, lines);
      const migrated = openClean(old);
      const today = openClean(fresh);
      for (const line of lines) today.append(line);
      expect(migrated.entries(...ALWAYS)).toEqual(today.entries(...ALWAYS));
      expect(migrated.totals(...ALWAYS)).toEqual(today.totals(...ALWAYS));
      migrated.close();
      today.close();
      expect(contents(old)).toEqual(contents(fresh));
    }),
    { numRuns: 15 },
  );
}, 60_000);

test('an old line is of a kernel, a new one of what it says, and both are in the history', () => {
  const folder = tempFolder();
  writeVersion1(folder, [claimed({ job: 'a', amount: 5 }), credited({ job: 'a', amount: 5 })]);
  const books = openClean(folder);
  books.append(claimed({ job: 'b', amount: 7, what: 'llm' }));
  expect(books.totals(...ALWAYS).byKind).toEqual({
    kernel: { money: 0, test: 5 },
    llm: { money: 0, test: 7 },
    embed: { money: 0, test: 0 },
  });
  const { runs } = books.runs({ pay: null, what: null, outcome: null, search: '' }, null);
  expect(runs).toMatchObject([
    { job: 'b', what: 'llm', outcome: 'claimed', amount: 7 },
    { job: 'a', what: 'kernel', outcome: 'credited', amount: 5 },
  ]);
});

test('a migration that cannot be finished leaves the old books as they were', () => {
  const folder = tempFolder();
  const path = writeVersion1(folder, [claimed()]);
  const raw = new Libsql(path);
  // Something that should not be there makes the last steps fail.
  raw.exec('create table pay_slots (nonsense text)');
  expect(() => openBooks(folder)).toThrow(/pay_slots/);
  expect(raw.prepare('pragma user_version').all()).toEqual([{ user_version: 1 }]);
  expect(raw.prepare('select job, status from worth').all()).toEqual([
    { job: 'a', status: 'claimed' },
  ]);
  raw.exec('drop table pay_slots');
  raw.close();
  expect(openClean(folder).totals(...ALWAYS)).toMatchObject({ test: 500, jobs: 1 });
});

test('old books that are damaged as well give back what can be read', () => {
  const folder = tempFolder();
  const lines = Array.from({ length: 1500 }, (_, n) => claimed({ job: `job-${n}`, at: n }));
  const path = writeVersion1(folder, lines);
  truncateSync(path, Math.floor((statSync(path).size * 0.7) / 4096) * 4096);
  const opened = openBooks(folder, Date.UTC(2026, 10, 22));
  if (opened.kind !== 'open') throw new Error(inEnglish(opened.detail));
  onTestFinished(() => opened.books.close());
  const saved = opened.books.entries(millis(0), millis(1e6)).length;
  expect(saved).toBeGreaterThan(100);
  expect(opened.books.totals(...ALWAYS)).toMatchObject({ test: saved * 500, jobs: saved });
});
