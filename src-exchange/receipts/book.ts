import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Database, inTransaction, openDatabase, statement } from '../../src-disk/database.ts';
import type { Said } from '../../src-shared/said.ts';
import type { Millis } from '../../src-shared/units.ts';

/** `job` is the key: whatever goes wrong around it, one job can be paid once. */
const RECEIPTS = `
CREATE TABLE IF NOT EXISTS receipts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  job TEXT NOT NULL UNIQUE,
  fence INTEGER NOT NULL,
  agent TEXT NOT NULL,
  amount INTEGER NOT NULL,
  cumulative INTEGER NOT NULL,
  test INTEGER NOT NULL,
  issued_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS receipts_of ON receipts (agent, test, seq);
`;
const NAMED = 'CREATE TABLE book (id TEXT NOT NULL, began INTEGER NOT NULL) STRICT;';

const Name = z.object({ id: z.string(), began: z.int() });

/**
 * The file with the sums that were promised. A key signs the sums of one book only (see `loadSecrets`), so each book has
 * a name: one that was begun because the one before was lost or damaged has another.
 */
export type Book = Readonly<{ db: Database; id: string; began: number }>;

/** Opens the book, or begins one. A damaged one is kept aside and said through `notice`. */
export function openBook(
  path: string,
  options: Readonly<{ now: () => Millis; notice: (what: Said) => void }>,
): Book {
  const db = openDatabase(path, [RECEIPTS, NAMED], 'receiptBook', options.notice);
  const name = statement(db, 'SELECT id, began FROM book', Name);
  const insert = statement(db, 'INSERT INTO book (id, began) VALUES (?, ?)', z.object({}));
  const book = inTransaction(db, () => {
    if (!name.get()) insert.run(randomBytes(16).toString('hex'), options.now());
    return name.get();
  });
  return { db, ...Name.parse(book) };
}
