import { setImmediate } from 'node:timers/promises';
import { type Database, inTransaction, openDatabase } from '../../src-disk/database.ts';
import type { NamedBlob } from '../../src-shared/blob.ts';
import {
  backendsOf,
  type Checkpoint,
  type Fault,
  isJobFault,
  type Job,
  type JobId,
  modelOf,
  stepsOf,
} from '../../src-shared/job.ts';
import { type JobStatus, RESULTS_KEPT } from '../../src-shared/job-status.ts';
import type { AgentId } from '../../src-shared/receipt.ts';
import { type Millis, millis } from '../../src-shared/units.ts';
import { blobsOf } from './job-door.ts';
import {
  type Delivery,
  type Lease,
  MAX_BLAMES,
  MAX_DELIVERIES,
  MAX_LOST_LEASES,
  type Match,
  type NotYours,
  type PutAnswer,
  type Queue,
} from './queue.ts';
import { CheckpointColumn, JobColumn, statusOf } from './rows.ts';
import { QUEUE_SCHEMA } from './schema.ts';
import { queueStatements } from './statements.ts';

/** Rows read at once while the blobs in use are gathered: a few milliseconds. */
const NAMES_BATCH = 200;
/** The name of a blob wherever it stands in JSON. */
const NAME = /[0-9a-f]{64}/g;

/**
 * The embedded queue: one SQLite file (WAL, an fsync per commit), so it survives SIGKILL and power loss at any
 * point. Two processes may share the file. Throws where the disk refuses (see `troubleOf`).
 */
export function openSqliteQueue(
  path: string,
  options: Readonly<{ now: () => Millis; notice: (text: string) => void }>,
): Queue {
  const db = openDatabase(path, QUEUE_SCHEMA, 'The queue of jobs', options.notice);
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
      const known = jobs.map((job) => this.#sql.bodyOf.get(job.id));
      const differs = jobs.find((job, i) => {
        const body = known[i]?.body;
        return body !== undefined && body !== JSON.stringify(job);
      });
      if (differs) return { kind: 'differs', job: differs.id };
      const fresh = jobs.filter((_, i) => !known[i]);
      for (const job of fresh) {
        const backends = backendsOf(job);
        this.#sql.insert.run(
          job.id,
          job.kind,
          backends.includes('cuda') ? 1 : 0,
          backends.includes('webgpu') ? 1 : 0,
          job.needs.vram,
          job.deadline,
          now,
          job.title,
          job.pay.amount,
          job.pay.test ? 1 : 0,
          stepsOf(job),
          JSON.stringify(blobsOf([job]).map(({ sha256 }) => sha256)),
          modelOf(job)?.model.size ?? 0,
        );
        this.#sql.insertBody.run(JSON.stringify(job));
      }
      return { kind: 'stored', fresh: fresh.length };
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
    const held = this.#sql.held.get(lease.job);
    const same = held?.fence === lease.fence && held.agent === lease.agent;
    return held?.state === 'done' && same ? 'duplicate' : this.#whyNot(lease);
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
      const count = row.failures + 1;
      const blames = isJobFault(because) ? 1 : 0;
      const guilty = blames > 0 && row.blamed + blames >= MAX_BLAMES;
      if (!guilty && count < MAX_DELIVERIES) {
        this.#sql.requeue.run(blames, ...ours);
        this.#keep(lease, checkpoint);
        return 'requeued';
      }
      const reason = guilty
        ? `${because}: ${detail}`
        : `given up after ${count} machines failed, the last with ${because}: ${detail}`;
      this.#sql.fail.run(reason, this.#now(), ...ours);
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

  async *namedBlobs(): AsyncGenerator<readonly string[]> {
    const since = this.#now() - RESULTS_KEPT;
    for (let last = 0; ; ) {
      const rows = this.#sql.named.all(since, last, NAMES_BATCH);
      last = rows.at(-1)?.seq ?? last;
      yield rows.flatMap(({ names }) => names.match(NAME) ?? []);
      if (rows.length < NAMES_BATCH) return;
      await setImmediate();
    }
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
    const held = this.#sql.held.get(lease.job);
    if (!held || held.state === 'failed') return 'gone';
    return held.state !== 'done' && held.deadline <= this.#now() ? 'gone' : 'stale';
  }

  #lapse(): void {
    const now = this.#now();
    this.#sql.late.run(now, now);
    this.#sql.hopeless.run(now, now, MAX_LOST_LEASES);
    this.#sql.lapse.run(now);
  }
}
