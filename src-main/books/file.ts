import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { refused } from '../../src-disk/disk-trouble.ts';
import { setAside, syncFolder } from '../../src-disk/durable-file.ts';
import { sayToOwner } from '../../src-shared/language/reader.ts';
import { diskWords } from '../../src-shared/words/disk-words.ts';
import { type BooksDatabase, meansDamage, openDatabase, openingTrouble } from './database.ts';
import { canMigrate, migrate } from './migrations.ts';
import { salvage } from './salvage.ts';
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts';
import { dropUnreadableWork } from './work.ts';

const NAME = 'books';
const EXT = '.db';
const LOGS = ['-wal', '-shm'];

const Pragma = z.record(z.string(), z.unknown());
const pragma = (db: BooksDatabase, name: string): unknown =>
  Object.values(db.one(Pragma, `pragma ${name}`) ?? {})[0];

/** One file for each stage of a new database, so that a crash never leaves a half-made one under the real name. */
const paths = (folder: string) => ({
  real: join(folder, `${NAME}${EXT}`),
  /** Whole, and waiting to take the real name. */
  ready: join(folder, `${NAME}.ready${EXT}`),
  making: join(folder, `${NAME}.making${EXT}`),
});

const removeWithLogs = (path: string) => {
  for (const suffix of ['', ...LOGS]) rmSync(`${path}${suffix}`, { force: true });
};

/** Makes a fresh file, fills it, and leaves it as `ready`. */
function make<T>(folder: string, fill: (db: BooksDatabase) => T): T {
  const { making, ready } = paths(folder);
  removeWithLogs(making);
  const db = openDatabase(making);
  try {
    db.exec(`begin; ${SCHEMA} pragma application_id = ${APPLICATION_ID};
      pragma user_version = ${SCHEMA_VERSION};`);
    const filled = fill(db);
    db.exec('commit');
    db.close();
    renameSync(making, ready);
    syncFolder(folder);
    return filled;
  } finally {
    db.close();
    removeWithLogs(making);
  }
}

/** Moves the damaged file and its log away under one new name, which is returned. */
function keepDamaged(folder: string, at: number): string {
  const { real } = paths(folder);
  const aside = setAside(folder, NAME, EXT, 'corrupt', at);
  if (existsSync(`${real}-wal`)) renameSync(`${real}-wal`, join(folder, `${aside}-wal`));
  return aside;
}

/**
 * Gives the ready file the real name, after moving a damaged file away from it; returns the new name of that, or null.
 * A log of another file must not lie beside it.
 */
function install(folder: string, at: number): string | null {
  const { real, ready } = paths(folder);
  const aside = existsSync(real) ? keepDamaged(folder, at) : null;
  for (const suffix of LOGS) rmSync(`${real}${suffix}`, { force: true });
  renameSync(ready, real);
  syncFolder(folder);
  return aside;
}

/** Reads what can be read into a new file, and returns the sentence about it. */
function repair(folder: string, at: number): string {
  const { real } = paths(folder);
  const lines = make(folder, (target) => {
    let source: BooksDatabase | null = null;
    try {
      source = openDatabase(real);
      return salvage(source, target);
    } catch (error) {
      if (!meansDamage(error)) throw error;
      return 0; // Not a database at all: there is nothing to read in it.
    } finally {
      source?.close();
    }
  });
  const aside = install(folder, at);
  return sayToOwner(diskWords.booksRepaired, { lines, count: String(lines), file: aside ?? '' });
}

/** The database if it is whole and ours, null if it is damaged. */
function openWhole(
  path: string,
): BooksDatabase | { readonly kind: 'refused'; detail: string } | null {
  let db: BooksDatabase | null = null;
  try {
    db = openDatabase(path);
    const whole =
      pragma(db, 'quick_check(1)') === 'ok' && pragma(db, 'application_id') === APPLICATION_ID;
    const version = z.number().catch(0).parse(pragma(db, 'user_version'));
    if (whole && version === SCHEMA_VERSION) return db;
    if (whole && canMigrate(version)) {
      const migrated = migrate(db, version);
      if (migrated.kind === 'ok') return db;
      db.close();
      return refused(migrated.detail);
    }
    db.close();
    return whole && version > SCHEMA_VERSION ? refused(sayToOwner(diskWords.booksNewer)) : null;
  } catch (error) {
    db?.close();
    if (meansDamage(error)) return null;
    throw error;
  }
}

export type OpenedFile =
  | { readonly kind: 'open'; readonly db: BooksDatabase; readonly notices: readonly string[] }
  | { readonly kind: 'refused'; readonly detail: string };

/**
 * Opens the books in `folder`, makes them on the first start, and repairs them where they are damaged: the damaged file is kept
 * under another name, and everything readable is copied into a new one. Refused where the folder cannot be written or
 * the disk is full; nothing is lost then, and it can be tried again.
 */
export function openBooksFile(folder: string, now: number): OpenedFile {
  const { real, ready } = paths(folder);
  const notices: string[] = [];
  try {
    mkdirSync(folder, { recursive: true });
    if (!existsSync(real) && !existsSync(ready)) make(folder, () => undefined);
    // Also a repair that did not get this far: killed, or on Windows, which does not rename a file that libsql holds.
    const aside = existsSync(ready) ? install(folder, now) : null;
    if (aside) notices.push(sayToOwner(diskWords.booksRebuilt, { file: aside }));
    let db = openWhole(real);
    if (db === null) {
      notices.push(repair(folder, now));
      db = openWhole(real);
      if (db === null) return refused(sayToOwner(diskWords.booksLost));
    }
    if ('kind' in db) return db;
    const dropped = dropUnreadableWork(db);
    if (dropped > 0) notices.push(sayToOwner(diskWords.workDropped, { jobs: dropped }));
    return { kind: 'open', db, notices };
  } catch (error) {
    return refused(openingTrouble(error));
  }
}
