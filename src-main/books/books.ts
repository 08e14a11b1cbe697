import { z } from 'zod';
import type { Written } from '../../src-disk/disk-trouble.ts';
import { energyCost } from '../../src-shared/earnings.ts';
import type { LaneId } from '../../src-shared/gpu.ts';
import type { Address, AgentId } from '../../src-shared/receipt.ts';
import type { Said } from '../../src-shared/said.ts';
import { joules, type MicroUsd, type Millis, microUsd } from '../../src-shared/units.ts';
import type { BooksDatabase } from './database.ts';
import { openBooksFile } from './file.ts';
import { stateHistory } from './history.ts';
import { EntryRow, SELECT_ENTRIES } from './ledger-rows.ts';
import { runList } from './run-list.ts';
import { endOpenRuns, type RunKey } from './runs.ts';
import { ledgerTotals } from './totals.ts';
import { workInHand } from './work.ts';

const Standing = z.object({
  cumulative: z.number().transform(microUsd),
  credited: z.number().transform(microUsd),
});

/** Everything over one open file. Writes are durable when they return; see BooksDatabase. */
function books(db: BooksDatabase) {
  const work = workInHand(db);
  return {
    ...work,
    ...ledgerTotals(db),
    ...stateHistory(db),
    ...runList(db),

    /**
     * Writes down measured electricity since the last call for this lane, at the price that holds now. `runs`: how many
     * joules of it, or of what was written before, each run used.
     */
    addEnergy: (
      at: Millis,
      lane: LaneId,
      energy: number,
      pricePerKwh: MicroUsd,
      runs: readonly (RunKey & { readonly joules: number })[] = [],
    ): Written =>
      work.appendEnergy(
        {
          kind: 'energy',
          at,
          lane,
          joules: joules(energy),
          cost: energyCost(energy, pricePerKwh),
        },
        runs.map((run) => ({
          ...run,
          joules: joules(run.joules),
          cost: energyCost(run.joules, pricePerKwh),
        })),
      ),

    /** What `signer` has promised `agent` in all its receipts, and how much of it jobs here were credited with. */
    standing: (signer: Address, agent: AgentId, test: boolean): z.infer<typeof Standing> =>
      db.one(
        Standing,
        'select cumulative, credited from standings where signer = ? and agent = ? and test = ?',
        signer.toLowerCase(),
        agent,
        test ? 1 : 0,
      ) ?? { cumulative: microUsd(0), credited: microUsd(0) },

    /** The ledger itself from `from` to before `to`, in the order it was written. */
    entries: (from: Millis, to: Millis) =>
      db.all(EntryRow, `${SELECT_ENTRIES} where at >= ? and at < ? order by id`, from, to),

    /** The same of jobs only: electricity fills most of a ledger. */
    jobEntries: (from: Millis, to: Millis) =>
      db.all(
        EntryRow,
        `${SELECT_ENTRIES} where job is not null and at >= ? and at < ? order by id`,
        from,
        to,
      ),

    close: () => db.close(),
  };
}

/** The ledger, the work in hand and the history of one machine: one file, one writer. */
export type Books = ReturnType<typeof books>;

export type OpenedBooks =
  /** `notices`: what the owner should know about the file. */
  | { readonly kind: 'open'; readonly books: Books; readonly notices: readonly Said[] }
  | { readonly kind: 'refused'; readonly detail: Said };

/**
 * Opens the books in `folder`, makes them on the first start, and repairs them where they are damaged; see file.ts. Refused
 * where the folder cannot be written or the disk is full; nothing is lost then, and it can be tried again.
 */
export function openBooks(folder: string, now: number = Date.now()): OpenedBooks {
  const file = openBooksFile(folder, now);
  if (file.kind === 'refused') return file;
  const ended = endOpenRuns(file.db, now);
  const notices = ended.kind === 'ok' ? file.notices : [...file.notices, ended.detail];
  return { kind: 'open', books: books(file.db), notices };
}
