import { z } from 'zod';
import { Entry } from '../../src-shared/earnings.ts';

/** A line of the ledger as the file holds it: one column per field, null where the kind has no such field. */
const LedgerRow = z.object({
  kind: z.string(),
  at: z.number(),
  job: z.string().nullable(),
  fence: z.number().nullable(),
  lane: z.string().nullable(),
  title: z.string().nullable(),
  amount: z.number().nullable(),
  test: z.number().nullable(),
  active_for: z.number().nullable(),
  because: z.string().nullable(),
  receipt: z.string().nullable(),
  joules: z.number().nullable(),
  what: z.string().nullish(),
});

const COLUMNS =
  'kind, at, job, fence, lane, title, amount, test, active_for, because, receipt, joules, what';
export const SELECT_ENTRIES = `select ${COLUMNS} from entries`;
/** Adds a line, or changes nothing where it was said before. */
export const INSERT_ENTRY = `insert into entries (${COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict do nothing`;

/** The values for INSERT_ENTRY, in its order. */
export function entryValues(entry: Entry): (string | number | null)[] {
  const { kind, at } = entry;
  switch (kind) {
    case 'claimed': {
      const { job, fence, lane, title, amount, test, activeFor, what = null } = entry;
      const tested = test ? 1 : 0;
      return [kind, at, job, fence, lane, title, amount, tested, activeFor, null, null, null, what];
    }
    case 'credited': {
      const { job, fence, amount, test } = entry;
      const proof = JSON.stringify(entry.receipt);
      const tested = test ? 1 : 0;
      return [kind, at, job, fence, null, null, amount, tested, null, null, proof, null, null];
    }
    case 'voided': {
      const { job, fence, because } = entry;
      return [kind, at, job, fence, null, null, null, null, null, because, null, null, null];
    }
    case 'energy': {
      const { lane, joules, cost } = entry;
      return [kind, at, null, null, lane, null, cost, null, null, null, null, joules, null];
    }
  }
}

const json = (text: string | null): unknown => {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null; // The parser of the field then says what is missing.
  }
};

/** A row as a line of the ledger. A row that is none fails to parse. */
export const EntryRow = LedgerRow.transform((row): unknown => ({
  ...row,
  test: row.test === 1,
  activeFor: row.active_for,
  receipt: json(row.receipt),
  cost: row.amount,
  what: row.what ?? undefined,
})).pipe(Entry);
