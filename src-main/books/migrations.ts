import { type Written, written } from '../../src-disk/disk-trouble.ts';
import type { BooksDatabase } from './database.ts';
import { RUNS, RUNS_OF_LEDGER } from './run-schema.ts';
import { REFILL_WORTH, SCHEMA_VERSION, WORTH } from './schema.ts';

/** How a file of each older version becomes one of the next. The lines of the ledger stay as they are. */
const MIGRATIONS: Readonly<Record<number, string>> = {
  // Jobs got kinds, and every run is kept.
  1: `
    alter table entries add column what text;
    drop trigger entries_worth;
    drop table worth;
    ${RUNS}${WORTH}${REFILL_WORTH}${RUNS_OF_LEDGER}`,
};

/** Whether a file of `version` can be brought up to this Offpeak's. */
export const canMigrate = (version: number): boolean => version in MIGRATIONS;

/**
 * Brings an older file up to SCHEMA_VERSION, all of it or none: a kill or a full disk leaves the older file whole, and the
 * next start tries again.
 */
export function migrate(db: BooksDatabase, version: number): Written {
  return db.write(() => {
    for (let from = version; from < SCHEMA_VERSION; from++) db.exec(MIGRATIONS[from] ?? '');
    db.exec(`pragma user_version = ${SCHEMA_VERSION}`);
    return written;
  });
}
