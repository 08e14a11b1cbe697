import { existsSync, renameSync } from 'node:fs';
import Libsql from 'libsql';
import { z } from 'zod';

export type Database = Libsql.Database;
type Row = string | number | null;

/** How long a statement waits for another process that writes, ms. */
const BUSY_TIMEOUT = 5_000;

const Version = z.object({ user_version: z.int() });
const Check = z.object({ quick_check: z.string() });

/** Step n of `schema` brings a file from version n to n + 1. Each is taken whole or not at all. */
function upgrade(db: Database, path: string, schema: readonly string[]): void {
  const version = () => Version.parse(db.prepare('PRAGMA user_version').get([])).user_version;
  while (version() < schema.length)
    inTransaction(db, () => {
      // Asked again: another process may have been faster.
      const at = version();
      const step = schema[at];
      if (step) db.exec(`${step}; PRAGMA user_version = ${at + 1}`);
    });
  if (version() > schema.length)
    throw new Error(`${path} was written by a newer Offpeak. Update this one to use it.`);
}

function openFile(path: string, schema: readonly string[]): Database {
  const db = new Libsql(path, { timeout: BUSY_TIMEOUT });
  try {
    db.prepare('PRAGMA journal_mode = WAL').get([]);
    // FULL: a commit is on the platters before we say so. NORMAL may lose the last commits when the power goes.
    db.exec('PRAGMA synchronous = FULL');
    const found = z.array(Check).parse(db.prepare('PRAGMA quick_check(1)').all([]));
    if (found[0]?.quick_check !== 'ok')
      throw Object.assign(new Error(found[0]?.quick_check ?? 'no answer'), {
        code: 'SQLITE_CORRUPT',
      });
    upgrade(db, path, schema);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

const isDamage = (error: unknown): boolean =>
  z.object({ code: z.enum(['SQLITE_CORRUPT', 'SQLITE_NOTADB']) }).safeParse(error).success;

/**
 * Opens a database, or makes one, and brings it to the last version of `schema`. A damaged file is kept aside under
 * another name, said through `notice`, and a new one is begun; any other trouble (full disk, no permission) is thrown.
 */
export function openDatabase(
  path: string,
  schema: readonly string[],
  what: string,
  notice: (text: string) => void,
): Database {
  try {
    return openFile(path, schema);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const aside = `${path}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
    for (const end of ['', '-wal', '-shm'])
      if (existsSync(path + end)) renameSync(path + end, aside + end);
    const db = openFile(path, schema);
    notice(`${what} was damaged and is kept as ${aside}; a new one was begun.`);
    return db;
  }
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
