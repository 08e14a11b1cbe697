import type { z } from 'zod';
import type { Database } from '../../src-disk/database.ts';
import {
  diskTrouble,
  errorCode,
  errorWords,
  unwritten,
  type Written,
} from '../../src-disk/disk-trouble.ts';
import { type Said, said } from '../../src-shared/said.ts';

type Value = string | number | null;

/** The books' file as the rest of the room sees it. Reads throw on a broken disk: the next start repairs the file. */
export type BooksDatabase = {
  /** All rows, each through its parser. */
  readonly all: <T>(row: z.ZodType<T>, sql: string, ...values: Value[]) => T[];
  /** The first row, or null. */
  readonly one: <T>(row: z.ZodType<T>, sql: string, ...values: Value[]) => T | null;
  /** Runs one changing statement and returns how many rows it changed. */
  readonly run: (sql: string, ...values: Value[]) => number;
  /** `work` as one transaction: all of it is on the disk when this returns ok, and none of it otherwise. */
  readonly write: (work: () => Written) => Written;
  readonly exec: (sql: string) => void;
  /** Grows with every transaction, so that a sum need not be made twice. */
  readonly version: () => number;
  /** Rows as they lie in the file, until one cannot be read, which throws. */
  readonly raw: (sql: string, ...values: Value[]) => Iterable<unknown>;
  readonly close: () => void;
};

/** Why SQLite would not write; null where it is our bug. */
function trouble(error: unknown): Said | null {
  const found = diskTrouble(error);
  if (!found?.code.startsWith('SQLITE_')) return null;
  const { kind, code } = found;
  switch (kind) {
    case 'full':
      return said('booksFull');
    case 'failing':
      return said('booksRefused', { code });
    case 'locked':
      return said('booksBusy');
    case 'forbidden':
      return said('booksForbidden', { code });
    case 'damaged':
      return said('booksDamaged');
    case 'in-the-way':
      return null;
  }
}

/**
 * The books over their open file.
 *
 * libsql keeps the file open until its statements are collected, whatever `close` says, so nothing here may rely on an
 * exclusive lock, and `close` moves the whole log into the file.
 */
export function booksDatabase(db: Database): BooksDatabase {
  const prepared = new Map<string, ReturnType<typeof db.prepare>>();
  let open = true;
  let version = 0;
  const statement = (sql: string) => {
    if (!open) throw new Error('the books are closed');
    const known = prepared.get(sql);
    if (known) return known;
    const fresh = db.prepare(sql);
    prepared.set(sql, fresh);
    return fresh;
  };
  // Without this an "insert or replace" would delete ledger lines behind the triggers' backs.
  db.exec('pragma recursive_triggers = on');

  const undo = () => {
    if (db.inTransaction) db.exec('rollback'); // A full disk may have rolled back by itself.
  };
  return {
    all: (row, sql, ...values) =>
      statement(sql)
        .all(...values)
        .map((found) => row.parse(found)),
    one: (row, sql, ...values) => {
      const found = statement(sql).get(...values);
      return found === undefined ? null : row.parse(found);
    },
    run: (sql, ...values) => statement(sql).run(...values).changes,
    write(work) {
      if (!open) throw new Error('the books are closed');
      try {
        db.exec('begin immediate');
        const result = work();
        version += 1;
        if (result.kind === 'ok') db.exec('commit');
        else undo();
        return result;
      } catch (error) {
        undo();
        const detail = trouble(error);
        if (detail === null) throw error;
        return unwritten(detail);
      }
    },
    exec: (sql) => void db.exec(sql),
    version: () => version,
    raw: (sql, ...values) => db.prepare(sql).iterate(...values),
    close() {
      if (!open) return;
      open = false;
      try {
        db.exec('pragma wal_checkpoint(truncate)');
      } catch (error) {
        // The log stays beside the file and is read at the next start; a bug would still show.
        if (trouble(error) === null) throw error;
      }
      prepared.clear();
      db.close();
    },
  };
}

/** What to say of an error of the disk or the system met while opening. Rethrows what is our bug. */
export function openingTrouble(error: unknown): Said {
  const known = trouble(error);
  if (known !== null) return known;
  const system =
    /^E[A-Z0-9]+$/.test(errorCode(error)) || /ConnectionFailed/.test(errorWords(error));
  if (!system) throw error;
  return said('booksClosed', { why: errorWords(error) });
}
