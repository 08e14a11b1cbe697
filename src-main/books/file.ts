import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  DATABASE_LOGS,
  meansDamage,
  openSqlite,
  openWhole,
  versionOf,
} from '../../src-disk/database.ts';
import { refused } from '../../src-disk/disk-trouble.ts';
import { moveFile, setAside } from '../../src-disk/durable-file.ts';
import { type Said, said } from '../../src-shared/said.ts';
import { millis } from '../../src-shared/units.ts';
import { type BooksDatabase, booksDatabase, openingTrouble } from './database.ts';
import { canMigrate, migrate } from './migrations.ts';
import { salvage } from './salvage.ts';
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts';
import { dropUnreadableWork } from './work.ts';

const NAME = 'books';
const EXT = '.db';
/** Hardly at all: this thread must be free to stop a job. What could not be written is tried again. */
const BUSY_WAIT = millis(2);

/** One file for each stage of a new database, so that a crash never leaves a half-made one under the real name. */
const paths = (folder: string) => ({
  real: join(folder, `${NAME}${EXT}`),
  /** Whole, and waiting to take the real name. */
  ready: join(folder, `${NAME}.ready${EXT}`),
  making: join(folder, `${NAME}.making${EXT}`),
});

const removeWithLogs = (path: string) => {
  for (const suffix of ['', ...DATABASE_LOGS]) rmSync(`${path}${suffix}`, { force: true });
};

/** Makes a fresh file, fills it, and leaves it as `ready`. */
function make<T>(folder: string, fill: (db: BooksDatabase) => T): T {
  const { making, ready } = paths(folder);
  removeWithLogs(making);
  const db = booksDatabase(openSqlite(making, BUSY_WAIT));
  try {
    db.exec(`begin; ${SCHEMA} pragma application_id = ${APPLICATION_ID};
      pragma user_version = ${SCHEMA_VERSION};`);
    const filled = fill(db);
    db.exec('commit');
    db.close();
    moveFile(making, ready);
    return filled;
  } finally {
    db.close();
    removeWithLogs(making);
  }
}

/**
 * Gives the ready file the real name, after moving a damaged file away from it; returns the new name of that, or null.
 * A log of another file must not lie beside it.
 */
function install(folder: string, at: number): string | null {
  const { real, ready } = paths(folder);
  const aside = existsSync(real) ? basename(setAside(real, at, ['-wal'])) : null;
  for (const suffix of DATABASE_LOGS) rmSync(`${real}${suffix}`, { force: true });
  moveFile(ready, real);
  return aside;
}

/** Reads what can be read into a new file, and returns what to say of it. */
function repair(folder: string, at: number): Said {
  const { real } = paths(folder);
  const lines = make(folder, (target) => {
    let source: BooksDatabase | null = null;
    try {
      source = booksDatabase(openSqlite(real, BUSY_WAIT));
      return salvage(source, target);
    } catch (error) {
      if (!meansDamage(error)) throw error;
      return 0; // Not a database at all: there is nothing to read in it.
    } finally {
      source?.close();
    }
  });
  const aside = install(folder, at);
  return said('booksRepaired', { lines, count: String(lines), file: aside ?? '' });
}

/** The books at this Offpeak's version; null where they are damaged, or no books. */
function openCurrent(
  path: string,
): BooksDatabase | { readonly kind: 'refused'; detail: Said } | null {
  const file = openWhole(path, APPLICATION_ID, BUSY_WAIT);
  if (!file) return null;
  const version = versionOf(file);
  const db = booksDatabase(file);
  if (version === SCHEMA_VERSION) return db;
  if (!canMigrate(version)) {
    db.close();
    return version > SCHEMA_VERSION ? refused(said('booksNewer')) : null;
  }
  const migrated = migrate(db, version);
  if (migrated.kind === 'ok') return db;
  db.close();
  return refused(migrated.detail);
}

export type OpenedFile =
  | { readonly kind: 'open'; readonly db: BooksDatabase; readonly notices: readonly Said[] }
  | { readonly kind: 'refused'; readonly detail: Said };

/**
 * Opens the books in `folder`, makes them on the first start, and repairs them where they are damaged: the damaged file is kept
 * under another name, and everything readable is copied into a new one. Refused where the folder cannot be written or
 * the disk is full; nothing is lost then, and it can be tried again.
 */
export function openBooksFile(folder: string, now: number): OpenedFile {
  const { real, ready } = paths(folder);
  const notices: Said[] = [];
  try {
    mkdirSync(folder, { recursive: true });
    if (!existsSync(real) && !existsSync(ready)) make(folder, () => undefined);
    // Also a repair that did not get this far: killed, or on Windows, which does not rename a file that libsql holds.
    const aside = existsSync(ready) ? install(folder, now) : null;
    if (aside) notices.push(said('booksRebuilt', { file: aside }));
    let db = openCurrent(real);
    if (db === null) {
      notices.push(repair(folder, now));
      db = openCurrent(real);
      if (db === null) return refused(said('booksLost'));
    }
    if ('kind' in db) return db;
    const dropped = dropUnreadableWork(db);
    if (dropped > 0) notices.push(said('workDropped', { jobs: dropped }));
    return { kind: 'open', db, notices };
  } catch (error) {
    return refused(openingTrouble(error));
  }
}
