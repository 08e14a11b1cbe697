import { z } from 'zod';
import { type Written, written } from '../../src-disk/disk-trouble.ts';
import type { LaneId } from '../../src-shared/gpu.ts';
import type { JobId } from '../../src-shared/job.ts';
import type { Joules, MicroUsd, Millis } from '../../src-shared/units.ts';
import type { StopReason } from '../agent/stop-reason.ts';
import type { BooksDatabase } from './database.ts';
import type { HeldLease } from './held-lease.ts';

/** One run: one attempt of a job. The ledger names it the same way. */
export type RunKey = { readonly job: JobId; readonly fence: number };

/** Where and for whom a run began. `network` and `gpu` as they call themselves. */
export type RunStart = { readonly at: Millis; readonly network: string; readonly gpu: string };

/** How a run ended that nothing was claimed for. */
export type RunEnd = {
  readonly at: Millis;
  readonly outcome: 'stopped' | 'failed';
  readonly because: StopReason;
};

/** Electricity that one run was measured to have used since the last time, and what it cost. */
export type RunEnergy = RunKey & { readonly joules: Joules; readonly cost: MicroUsd };

const BEGIN = `insert into runs (job, fence, title, what, network, lane, gpu, started_at, outcome, test)
  values (?, ?, ?, ?, ?, ?, ?, ?, 'running', ?)
  on conflict (job, fence) do update set network = excluded.network, lane = excluded.lane,
    gpu = excluded.gpu, started_at = excluded.started_at, ended_at = null, outcome = 'running', because = null
  where outcome in ('running', 'stopped', 'failed')`;
/** A clock that was set back must not end a run before it began. */
const END = `update runs set ended_at = max(started_at, ?), outcome = ?, because = ?
  where job = ? and fence = ? and outcome = 'running'`;
const ADD_ENERGY = `update runs set joules = coalesce(joules, 0) + ?, electricity = coalesce(electricity, 0) + ?
  where job = ? and fence = ?`;
/** A killed program last said that it lives in `states`, once a minute. */
const END_ALL = `update runs set outcome = 'stopped', because = ?,
  ended_at = max(started_at, min(?, coalesce((select max(to_at) from states), 0)))
  where ended_at is null and outcome = 'running'`;

const Key = z.object({ job: z.string(), fence: z.number() });

/** Writes the history of runs; each of these is part of somebody's transaction. */
export const runHistory = (db: BooksDatabase) => ({
  begin: (
    { fence, lane, job }: { fence: number; lane: LaneId; job: HeldLease['job'] },
    start: RunStart,
  ) =>
    db.run(
      BEGIN,
      job.id,
      fence,
      job.title,
      job.kind,
      start.network,
      lane,
      start.gpu,
      start.at,
      job.pay.test ? 1 : 0,
    ),
  /** Changes nothing where the run has ended before. */
  end(lease: string, { at, outcome, because }: RunEnd): void {
    const held = db.one(
      Key,
      "select json_extract(job, '$.id') as job, fence from leases where lease = ?",
      lease,
    );
    if (held) db.run(END, at, outcome, JSON.stringify(because), held.job, held.fence);
  },
  addEnergy(used: readonly RunEnergy[]): void {
    for (const { job, fence, joules, cost } of used) db.run(ADD_ENERGY, joules, cost, job, fence);
  },
  /** The receipt's own number, for a list. */
  keepReceipt: ({ job, fence }: RunKey, id: string) =>
    db.run('update runs set receipt = ? where job = ? and fence = ?', id, job, fence),
});

/** At a start nothing runs yet: what the books call running ended with the program that wrote it. */
export function endOpenRuns(db: BooksDatabase, now: number): Written {
  const open = db.one(
    Key,
    "select job, fence from runs where ended_at is null and outcome = 'running'",
  );
  if (!open) return written;
  const because: StopReason = { kind: 'app-ended' };
  return db.write(() => {
    db.run(END_ALL, JSON.stringify(because), now);
    return written;
  });
}
