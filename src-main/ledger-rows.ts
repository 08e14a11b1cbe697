import { z } from 'zod';
import { Entry } from '../src-shared/earnings.ts';

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
});

const COLUMNS =
  'kind, at, job, fence, lane, title, amount, test, active_for, because, receipt, joules';
export const SELECT_ENTRIES = `select ${COLUMNS} from entries`;
/** Adds a line, or changes nothing where it was said before. */
export const INSERT_ENTRY = `insert into entries (${COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict do nothing`;

/** The values for INSERT_ENTRY, in its order. */
export function entryValues(entry: Entry): (string | number | null)[] {
  switch (entry.kind) {
    case 'claimed': {
      const { kind, at, job, fence, lane, title, amount, test, activeFor } = entry;
      return [kind, at, job, fence, lane, title, amount, test ? 1 : 0, activeFor, null, null, null];
    }
    case 'credited': {
      const { kind, at, job, fence, amount, test, receipt } = entry;
      const proof = JSON.stringify(receipt);
      return [kind, at, job, fence, null, null, amount, test ? 1 : 0, null, null, proof, null];
    }
    case 'voided': {
      const { kind, at, job, fence, because } = entry;
      return [kind, at, job, fence, null, null, null, null, null, because, null, null];
    }
    case 'energy': {
      const { kind, at, lane, joules, cost } = entry;
      return [kind, at, null, null, lane, null, cost, null, null, null, null, joules];
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
})).pipe(Entry);
