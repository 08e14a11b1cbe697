import { z } from 'zod';
import type { StopReason } from '../agent/stop-reason.ts';
import type { BooksDatabase } from './database.ts';
import { EntryRow } from './ledger-rows.ts';
import { isRun } from './run-list.ts';
import { RUNS_OF_LEDGER } from './run-schema.ts';
import { TABLES } from './schema.ts';

/** Tries at reading around damage. Each halves a hole; 2,000 find every good page around a hundred bad ones. */
const TRIES = 2_000;

const Numbered = z.looseObject({ id_: z.int() });
type Numbered = z.infer<typeof Numbered>;

/** Gives `keep` every row of `table` that can be read, in whatever order, some of them twice. */
function readAround(source: BooksDatabase, table: string, keep: (row: Numbered) => void): void {
  const select = `select rowid as id_, * from ${table}`;
  /** Reads until an error. Returns the last number read, and whether that was all. */
  const readOn = (sql: string, ...values: number[]) => {
    let last: number | null = null;
    try {
      for (const found of source.raw(sql, ...values)) {
        const row = Numbered.safeParse(found);
        if (!row.success) continue;
        keep(row.data);
        last = row.data.id_;
      }
      return { last, whole: true };
    } catch {
      return { last, whole: false }; // Reading what is broken is the point here; the notice tells of it.
    }
  };

  const up = readOn(`${select} order by rowid`);
  if (up.whole) return;
  const down = readOn(`${select} order by rowid desc`);
  if (up.last === null && down.last === null) return;
  // The end of what cannot be read from either side; where one side gave nothing, its end is unknown and guessed wide.
  const holes: [number, number][] = [
    [(up.last ?? 0) + 1, (down.last ?? (up.last ?? 0) * 2 + 1000) - 1],
  ];
  for (let tries = 0; tries < TRIES; tries++) {
    const hole = holes.shift();
    if (!hole) return;
    const [from, to] = hole;
    if (from > to) continue;
    const { last, whole } = readOn(
      `${select} where rowid between ? and ? order by rowid`,
      from,
      to,
    );
    if (whole) continue;
    const next = last === null ? from : last + 1;
    if (next >= to) continue;
    const middle = Math.floor((next + to) / 2);
    holes.push([next, middle], [middle + 1, to]);
  }
}

/** A line whose bytes were hit may still be a row; only one that makes sense is money, or history. */
const makesSense = (table: string, row: Numbered): boolean =>
  table === 'entries' ? EntryRow.safeParse(row).success : table !== 'runs' || isRun(row);

const Value = z.union([z.string(), z.number(), z.null()]);

/**
 * Copies everything readable from damaged books into fresh ones; the sums come back by themselves. Returns the number of
 * ledger lines that were saved.
 */
export function salvage(source: BooksDatabase, target: BooksDatabase): number {
  let lines = 0;
  for (const [table, columns] of Object.entries(TABLES)) {
    const insert = `insert into ${table} (${columns.join(', ')})
      values (${columns.map(() => '?').join(', ')}) on conflict do nothing`;
    readAround(source, table, (row) => {
      const values = z.array(Value).safeParse(columns.map((column) => row[column] ?? null));
      if (!values.success || !makesSense(table, row)) return;
      try {
        const added = target.run(insert, ...values.data);
        if (table === 'entries') lines += added;
      } catch (error) {
        if (!(error instanceof Error && /constraint|cannot store/i.test(error.message)))
          throw error;
      }
    });
  }
  target.exec(RUNS_OF_LEDGER);
  // What a run was paid is the ledger's to say. One whose lines are gone has nothing to show.
  const because: StopReason = { kind: 'unreadable' };
  target.run(
    `update runs set outcome = 'stopped', amount = null, receipt = null, because = ?
      where outcome in ('claimed', 'credited', 'voided') and not exists (
        select 1 from entries e where e.kind in ('claimed', 'credited') and e.job = runs.job and e.fence = runs.fence)`,
    JSON.stringify(because),
  );
  return lines;
}
