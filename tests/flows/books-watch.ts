import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';
import { z } from 'zod';

const Held = z.object({ job: z.string(), step: z.number().nullable() });
const Owed = z.object({ job: z.string() });
const Entry = z.object({
  kind: z.string(),
  job: z.string().nullable(),
  amount: z.number().nullable(),
});
const Receipt = z.object({ job: z.string(), amount: z.number(), cumulative: z.number() });

/** The agent's own files, seen from outside while it runs or after. Only looks. */
export function watchBooks(folder: string) {
  const books = join(folder, 'books', 'books.db');
  let db: InstanceType<typeof Libsql> | null = null;
  const all = <T>(row: z.ZodType<T>, sql: string): T[] => {
    if (db === null && !existsSync(books)) return [];
    db ??= new Libsql(books, { timeout: 5000 });
    return z.array(row).parse(db.prepare(sql).all());
  };
  return {
    /** Jobs in hand, and the step of their last checkpoint. */
    leases: () =>
      all(
        Held,
        "select json_extract(job, '$.id') as job, json_extract(checkpoint, '$.step') as step from leases",
      ),
    /** Results that the network has not answered yet. */
    outbox: () => all(Owed, 'select job from outbox'),
    /** The ledger, electricity left out. */
    entries: () =>
      all(Entry, "select kind, job, amount from entries where kind <> 'energy' order by id"),
    close: () => {
      db?.close();
      db = null;
    },
  };
}

/** The receipts the built-in exchange ever issued. */
export const receiptsOf = (folder: string) => receiptsIn(join(folder, 'exchange'));

/** The receipts of the exchange that keeps everything in `folder`. */
export function receiptsIn(folder: string): z.infer<typeof Receipt>[] {
  const db = new Libsql(join(folder, 'receipts.db'));
  try {
    return z
      .array(Receipt)
      .parse(db.prepare('select job, amount, cumulative from receipts order by seq').all());
  } finally {
    db.close();
  }
}
