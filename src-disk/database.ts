import Libsql from 'libsql';
import { z } from 'zod';
import { type Said, said } from '../src-shared/said.ts';
import { type Millis, seconds } from '../src-shared/units.ts';
import { errorCode, errorWords } from './disk-trouble.ts';
import { setAside } from './durable-file.ts';

export type Database = Libsql.Database;
type Row = string | number | null;

/** How long a statement waits for another process that holds the file, and its thread with it. */
const BUSY_WAIT = seconds(5);
/** SQLite's own files beside a database. */
export const DATABASE_LOGS = ['-wal', '-shm'] as const;

/**
 * Opens the SQLite file at `path`, or makes one, for durable writing: write-ahead log, and a sync to the disk in every
 * commit. Throws SQLite's error where it cannot. Says nothing of whether the file is whole: see `openWhole`.
 */
export function openSqlite(path: string, busyWait: Millis = BUSY_WAIT): Database {
  const db = new Libsql(path, { timeout: busyWait });
  try {
    // FULL: a commit is on the platters before we say so. NORMAL may lose the last commits when the power goes.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** True where SQLite says that the file is damaged rather than, say, locked. Not every error of libsql has a code. */
export const meansDamage = (error: unknown): boolean =>
  /^SQLITE_(?:CORRUPT|NOTADB)/.test(errorCode(error)) ||
  /disk image is malformed|file is not a database/.test(errorWords(error));

const Found = z.record(z.string(), z.unknown());
const pragma = (db: Database, name: string): unknown =>
  Object.values(Found.catch({}).parse(db.prepare(`PRAGMA ${name}`).get([])))[0];

/** The version that the maker of a file gave its tables; 0 where nobody did. */
export const versionOf = (db: Database): number =>
  z.int().catch(0).parse(pragma(db, 'user_version'));

/**
 * As `openSqlite`, and looks through the whole file; null where it is damaged, or another program's (by its
 * `application`, SQLite's application_id: 0 where the file has none). Throws any other trouble.
 */
export function openWhole(path: string, application = 0, busyWait?: Millis): Database | null {
  let db: Database | null = null;
  try {
    db = openSqlite(path, busyWait);
    if (pragma(db, 'quick_check(1)') === 'ok' && pragma(db, 'application_id') === application)
      return db;
  } catch (error) {
    db?.close();
    if (meansDamage(error)) return null;
    throw error;
  }
  db.close();
  return null;
}

/** Step n of `schema` brings a file from version n to n + 1. Each is taken whole or not at all. */
function upgrade(db: Database, path: string, schema: readonly string[]): void {
  while (versionOf(db) < schema.length)
    inTransaction(db, () => {
      // Asked again: another process may have been faster.
      const at = versionOf(db);
      const step = schema[at];
      if (step) db.exec(`${step}; PRAGMA user_version = ${at + 1}`);
    });
  if (versionOf(db) > schema.length)
    throw new Error(`${path} was written by a newer Offpeak. Update this one to use it.`);
}

/** The file at the last version of `schema`; null where it is damaged. */
function openCurrent(path: string, schema: readonly string[]): Database | null {
  const db = openWhole(path);
  try {
    if (db) upgrade(db, path, schema);
    return db;
  } catch (error) {
    db?.close();
    if (meansDamage(error)) return null;
    throw error;
  }
}

/**
 * Opens a database, or makes one, and brings it to the last version of `schema`. A damaged file is set aside, said through
 * `notice`, and a new one is begun; any other trouble (full disk, no permission) is thrown.
 */
export function openDatabase(
  path: string,
  schema: readonly string[],
  what: 'jobQueue' | 'receiptBook',
  notice: (what: Said) => void,
): Database {
  const whole = openCurrent(path, schema);
  if (whole) return whole;
  const aside = setAside(path, Date.now(), DATABASE_LOGS);
  const fresh = openCurrent(path, schema);
  if (!fresh) throw new Error(`${path} is damaged again as soon as it is made`);
  notice(said('databaseDamaged', { what: said(what), file: aside }));
  return fresh;
}

/** Runs `change` whole or not at all. Unlike libsql's own, it lets the first error through where SQLite has
 * already rolled back (full disk). */
export function inTransaction<T>(db: Database, change: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = change();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** A prepared statement. Parameters always go in as one array: libsql takes a lone null for named parameters. */
export function statement<T>(db: Database, sql: string, row: z.ZodType<T>) {
  const prepared = db.prepare(sql);
  return {
    run: (...values: Row[]): number => prepared.run(values).changes,
    get: (...values: Row[]): T | null => {
      const found = prepared.get(values);
      return found === undefined ? null : row.parse(found);
    },
    all: (...values: Row[]): T[] => prepared.all(values).map((found) => row.parse(found)),
  };
}
