import { type Database, inTransaction, openDatabase } from '../../src-disk/database.ts';
import type { NamedBlob } from '../../src-shared/blob.ts';
import type { Checkpoint, Fault, Job, JobId } from '../../src-shared/job.ts';
import type { JobStatus } from '../../src-shared/job-status.ts';
import type { AgentId } from '../../src-shared/receipt.ts';
import type { Said } from '../../src-shared/said.ts';
import { type Millis, millis } from '../../src-shared/units.ts';
import { namedBlobs } from './named-blobs.ts';
import type { Delivery, Lease, Match, NotYours, PutAnswer, Queue } from './queue.ts';
import { CheckpointColumn, JobColumn, newRow, statusOf } from './rows.ts';
import { afterFailure, afterSilence, lateResult, sortJobs, whyNotYours } from './rulings.ts';
import { QUEUE_SCHEMA } from './schema.ts';
import { queueStatements } from './statements.ts';

/**
 * The embedded queue: one SQLite file (WAL, an fsync per commit), so it survives SIGKILL and power loss at any
 * point. Two processes may share the file. Throws where the disk refuses (see `troubleOf`).
 */
export function openSqliteQueue(
  path: string,
  options: Readonly<{ now: () => Millis; notice: (what: Said) => void }>,
): Queue {
  const db = openDatabase(path, QUEUE_SCHEMA, 'jobQueue', options.notice);
  return new SqliteQueue(db, options.now);
}

class SqliteQueue implements Queue {
  readonly #db: Database;
  readonly #sql: ReturnType<typeof queueStatements>;
  readonly #now: () => Millis;

  constructor(db: Database, now: () => Millis) {
    this.#db = db;
    this.#sql = queueStatements(db);
    this.#now = now;
  }

  async put(jobs: readonly Job[]): Promise<PutAnswer> {
    const now = this.#now();
    return inTransaction(this.#db, (): PutAnswer => {
      const bodies = jobs.map((job) => this.#sql.bodyOf.get(job.id)?.body);
      const sorted = sortJobs(jobs, bodies);
      if (sorted.kind === 'differs') return sorted;
      for (const job of sorted.jobs) {
        this.#sql.insert.run(...newRow(job, now));
        this.#sql.insertBody.run(JSON.stringify(job));
      }
      return { kind: 'stored', fresh: sorted.jobs.length };
    });
  }

  async lease(match: Match, agent: AgentId, ttl: Millis): Promise<Delivery | null> {
    return inTransaction(this.#db, () => {
      this.#lapse();
      for (;;) {
        const row = this.#sql.oldest.get(
          match.vram,
          match.largestModel,
          match.backend,
          JSON.stringify(match.kinds),
          JSON.stringify(match.except),
        );
        if (!row) return null;
        const job = JobColumn.safeParse(row.body);
        const checkpoint = CheckpointColumn.safeParse(row.checkpoint);
        if (job.success && checkpoint.success) {
          const fence = row.fence + 1;
          const step = checkpoint.data?.step ?? 0;
          this.#sql.hand.run(fence, agent, this.#now() + ttl, step, row.seq);
          const lease = { job: job.data.id, fence, agent };
          return { lease, job: job.data, checkpoint: checkpoint.data };
        }
        this.#sql.giveUp.run('this version of Offpeak cannot read it', this.#now(), row.seq);
      }
    });
  }

  async extend(lease: Lease, ttl: Millis, step: number): Promise<'extended' | NotYours> {
    const until = this.#now() + ttl;
    const held = this.#sql.extend.run(until, step, ...this.#ours(lease));
    return held === 1 ? 'extended' : this.#whyNot(lease);
  }

  async release(lease: Lease, checkpoint: Checkpoint | null): Promise<'released' | NotYours> {
    return inTransaction(this.#db, () => {
      if (this.#sql.release.run(...this.#ours(lease)) === 0) return this.#whyNot(lease);
      this.#keep(lease, checkpoint);
      return 'released';
    });
  }

  async complete(
    lease: Lease,
    outputs: readonly NamedBlob[],
  ): Promise<'accepted' | 'duplicate' | NotYours> {
    const text = JSON.stringify(outputs);
    if (this.#sql.complete.run(text, this.#now(), ...this.#ours(lease)) === 1) return 'accepted';
    return lateResult(this.#sql.held.get(lease.job) ?? null, lease, this.#now());
  }

  async fail(
    lease: Lease,
    because: Fault,
    detail: string,
    checkpoint: Checkpoint | null,
  ): Promise<'requeued' | 'final' | NotYours> {
    return inTransaction(this.#db, () => {
      const ours = this.#ours(lease);
      const row = this.#sql.failures.get(...ours);
      if (!row) return this.#whyNot(lease);
      const ruling = afterFailure(row, because, detail);
      if (ruling.kind === 'requeue') {
        this.#sql.requeue.run(ruling.blames ? 1 : 0, ...ours);
        this.#keep(lease, checkpoint);
        return 'requeued';
      }
      this.#sql.fail.run(ruling.because, this.#now(), ...ours);
      return 'final';
    });
  }

  async sweep(): Promise<Millis | null> {
    inTransaction(this.#db, () => this.#lapse());
    const at = this.#sql.next.get()?.at ?? null;
    return at === null ? null : millis(at);
  }

  async find(job: JobId): Promise<Readonly<{ job: Job; status: JobStatus }> | null> {
    const row = this.#sql.find.get(job);
    if (!row) return null;
    const body = JobColumn.parse(this.#sql.bodyOf.get(job)?.body);
    return { job: body, status: statusOf(row, this.#now()) };
  }

  async list(array: string): Promise<readonly JobStatus[]> {
    const now = this.#now();
    return this.#sql.list.all(array, array, array).map((row) => statusOf(row, now));
  }

  async counts() {
    const counts = { waiting: 0, running: 0, done: 0, failed: 0 };
    for (const { state, n } of this.#sql.counts.all()) counts[state] = n;
    return counts;
  }

  namedBlobs(): AsyncIterable<readonly string[]> {
    return namedBlobs(this.#sql, this.#now());
  }

  close(): void {
    this.#db.close();
  }

  #keep({ job }: Lease, checkpoint: Checkpoint | null): void {
    if (!checkpoint) return;
    const { step } = checkpoint;
    this.#sql.keep.run(JSON.stringify(checkpoint), step, job, step);
  }

  #ours({ job, fence, agent }: Lease): [string, number, string, number] {
    return [job, fence, agent, this.#now()];
  }

  #whyNot(lease: Lease): NotYours {
    return whyNotYours(this.#sql.held.get(lease.job) ?? null, this.#now());
  }

  #lapse(): void {
    const now = this.#now();
    this.#sql.late.run(now, now);
    for (const { seq, accepted, lost } of this.#sql.silent.all(now)) {
      const ruling = afterSilence(accepted === 1, lost);
      if (ruling.kind === 'requeue') this.#sql.lapse.run(ruling.lost, seq);
      else this.#sql.giveUp.run(ruling.because, now, seq);
    }
  }
}
