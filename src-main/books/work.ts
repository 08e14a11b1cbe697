import { z } from 'zod';
import { refused, type Written, written } from '../../src-disk/disk-trouble.ts';
import { NamedBlob, type Sha256 } from '../../src-shared/blob.ts';
import type { Claimed, Credited, Energy, Entry, Voided } from '../../src-shared/earnings.ts';
import { Backend } from '../../src-shared/gpu.ts';
import { type Checkpoint, inputBlobs, JobId } from '../../src-shared/job.ts';
import { said } from '../../src-shared/said.ts';
import { microUsd } from '../../src-shared/units.ts';
import type { BooksDatabase } from './database.ts';
import { HeldLease, json } from './held-lease.ts';
import { entryValues, INSERT_ENTRY } from './ledger-rows.ts';
import { type RunEnd, type RunEnergy, type RunStart, runHistory } from './runs.ts';

/** A finished result, as the outbox holds it. */
const Result = z.object({
  lease: z.string(),
  job: JobId,
  fence: z.int().min(1),
  outputs: json.pipe(z.array(NamedBlob)),
});
/** A finished result that the network has not answered yet, and what was claimed for it. */
export const Unsettled = z.object({
  ...Result.shape,
  amount: z.int().min(0).transform(microUsd),
  test: z.number().transform((flag) => flag === 1),
});
export type Unsettled = Readonly<z.infer<typeof Unsettled>>;

const LEASE = 'select lease, fence, lane, job, checkpoint from leases';
const LEASES = `${LEASE} order by rowid`;
const RESULT = `select o.lease, o.job, o.fence, o.outputs, c.amount, c.test from outbox o
  join entries c on c.kind = 'claimed' and c.job = o.job and c.fence = o.fence`;
const OUTBOX = `${RESULT} order by o.rowid`;
const Key = z.object({ job: z.string(), fence: z.number() });

/** Leases and results on their way. Every move between tables is one transaction. */
export function workInHand(db: BooksDatabase) {
  const runs = runHistory(db);
  const append = (entry: Entry) => db.run(INSERT_ENTRY, ...entryValues(entry));
  const forget = (lease: string) => {
    db.run('delete from leases where lease = ?', lease);
    db.run('delete from outbox where lease = ?', lease);
  };
  const settle = (lease: string, entry: Entry, also: () => unknown = () => {}): Written =>
    db.write(() => {
      forget(lease);
      append(entry);
      also();
      return written;
    });

  return {
    /** Adds one line to the ledger; a line that was said before changes nothing. */
    append: (entry: Entry): Written =>
      db.write(() => {
        append(entry);
        return written;
      }),

    /** The same for electricity, with what each run had of it; a line without any is not written. */
    appendEnergy: (line: z.infer<typeof Energy>, used: readonly RunEnergy[]): Written =>
      db.write(() => {
        if (line.joules > 0) append(line);
        runs.addEnergy(used);
        return written;
      }),

    /** A job is assigned to us, and a run begins. Taking the same lease again replaces what was known of it. */
    takeLease: ({ lease, fence, lane, job, checkpoint }: HeldLease, start: RunStart): Written =>
      db.write(() => {
        runs.begin({ fence, lane, job }, start);
        db.run('delete from leases where lease = ?', lease);
        db.run(
          'insert into leases (lease, fence, lane, job, checkpoint) values (?, ?, ?, ?, ?)',
          lease,
          fence,
          lane,
          JSON.stringify(job),
          checkpoint && JSON.stringify(checkpoint),
        );
        return written;
      }),

    /** From here the job goes on after a crash. The blobs it names must be in the blob store already. */
    saveCheckpoint: (lease: string, checkpoint: Checkpoint): Written =>
      db.write(() =>
        db.run(
          'update leases set checkpoint = ? where lease = ?',
          JSON.stringify(checkpoint),
          lease,
        )
          ? written
          : refused(said('checkpointStale')),
      ),

    /** Its run is over and nothing is claimed for it; the lease stays until the network has it back. */
    endRun: (lease: string, end: RunEnd): Written =>
      db.write(() => {
        runs.end(lease, end);
        return written;
      }),

    /** The lease is released, failed or lost, and nothing was claimed for it. `end`: of its run, if that goes on. */
    dropLease: (lease: string, end: RunEnd): Written =>
      db.write(() => {
        runs.end(lease, end);
        db.run('delete from leases where lease = ?', lease);
        return written;
      }),

    /** The job is done: its lease becomes a result to deliver, and a claim. Saying it again changes nothing. */
    finish: (
      lease: string,
      outputs: readonly NamedBlob[],
      claimed: z.infer<typeof Claimed>,
    ): Written =>
      db.write(() => {
        const key = (sql: string) => db.one(Key, sql, lease);
        if (key('select job, fence from outbox where lease = ?')) return written;
        const held = key(
          "select json_extract(job, '$.id') as job, fence from leases where lease = ?",
        );
        if (!held) return refused(said('jobNotOurs', { job: claimed.job }));
        if (held.job !== claimed.job || held.fence !== claimed.fence)
          return refused(said('otherLease', { claimed: claimed.job, leased: held.job }));
        forget(lease);
        db.run(
          'insert into outbox (lease, job, fence, outputs) values (?, ?, ?, ?)',
          lease,
          claimed.job,
          claimed.fence,
          JSON.stringify(outputs),
        );
        append(claimed);
        return written;
      }),

    /** The network paid: nothing is left to deliver. The receipt must have been checked; `receipt`: its number. */
    credit: (
      lease: string,
      credited: z.infer<typeof Credited>,
      receipt: string | null = null,
    ): Written =>
      settle(lease, credited, () => receipt !== null && runs.keepReceipt(credited, receipt)),

    /** The network will not pay for what we claimed. */
    voidClaim: (lease: string, voided: z.infer<typeof Voided>): Written => settle(lease, voided),

    leases: (): HeldLease[] => db.all(HeldLease, LEASES),
    /** One of them; null where it is not in hand (any more). */
    lease: (lease: string): HeldLease | null =>
      db.one(HeldLease, `${LEASE} where lease = ?`, lease),
    outbox: (): Unsettled[] => db.all(Unsettled, OUTBOX),
    /** One of them; null where it was answered, or never finished. */
    result: (lease: string): Unsettled | null =>
      db.one(Unsettled, `${RESULT} where o.lease = ?`, lease),

    /** Data that must stay on this disk: what the jobs in hand need, their checkpoints, and results on their way. */
    namedBlobs: (): ReadonlySet<Sha256> =>
      new Set(
        [
          ...db
            .all(HeldLease, LEASES)
            .flatMap(({ job, checkpoint }) => [
              ...Backend.options.flatMap((backend) => inputBlobs(job, backend)),
              ...(checkpoint?.buffers ?? []),
            ]),
          ...db.all(Unsettled, OUTBOX).flatMap(({ outputs }) => outputs),
        ].map(({ sha256 }) => sha256),
      ),
  };
}

/**
 * Removes leases and results that do not parse (an older Offpeak wrote them, or a damaged file was rebuilt), so that one bad row does
 * not hide the others. The network gives such a job to somebody else when its lease runs out. Returns how many.
 */
export function dropUnreadableWork(db: BooksDatabase): number {
  const Named = z.object({ id: z.number() });
  let dropped = 0;
  const sweep = (table: string, row: z.ZodType) => {
    for (const found of [...db.raw(`select rowid as id, * from ${table}`)]) {
      if (row.safeParse(found).success) continue;
      dropped += db.run(`delete from ${table} where rowid = ?`, Named.parse(found).id);
    }
  };
  sweep('leases', HeldLease);
  sweep('outbox', Result);
  // A result whose claim was lost with a damaged page has no pay to compare a receipt with.
  dropped += db.run(`delete from outbox where not exists (
    select 1 from entries c
    where c.kind = 'claimed' and c.job = outbox.job and c.fence = outbox.fence)`);
  return dropped;
}
