import type { NamedBlob } from '../../src-shared/blob.ts';
import type { Backend } from '../../src-shared/gpu.ts';
import type { Checkpoint, Fault, Job, JobId } from '../../src-shared/job.ts';
import type { JobKind } from '../../src-shared/job-kind.ts';
import type { JobCounts, JobStatus } from '../../src-shared/job-status.ts';
import type { AgentId } from '../../src-shared/receipt.ts';
import type { Bytes, Millis } from '../../src-shared/units.ts';

/** Machine faults before a job is given up: on five machines in a row it is the job, not the machines. */
export const MAX_DELIVERIES = 5;
/**
 * Accepted leases that ran out in silence before a job is given up. People switch machines off all day, so this is
 * generous; it exists for the job that freezes every machine it touches.
 */
export const MAX_LOST_LEASES = 10;

/** Deliveries that must call it the job's own fault before it is believed: the first may be a broken driver. */
export const MAX_BLAMES = 2;
/** What a lane can take. `except`: jobs it has lately refused. */
export type Match = Readonly<{
  backend: Backend;
  vram: Bytes;
  /** The largest model it fetches. */
  largestModel: Bytes;
  kinds: readonly JobKind[];
  except: readonly JobId[];
}>;

/** One delivery of one job to one agent. The fence counts deliveries, so an older one can never pass for a newer. */
export type Lease = Readonly<{ job: JobId; fence: number; agent: AgentId }>;

export type Delivery = Readonly<{ lease: Lease; job: Job; checkpoint: Checkpoint | null }>;

/** `stale`: the lease is over or another has it. `gone`: the job is unknown, failed, or past its deadline. */
export type NotYours = 'stale' | 'gone';

export type PutAnswer =
  | { readonly kind: 'stored'; readonly fresh: number }
  /** This id already names a job with other contents; nothing of the call was stored. */
  | { readonly kind: 'differs'; readonly job: JobId };

/**
 * The durable queue behind every gateway. What a promise resolved to has survived the power going out. Two
 * implementations are held to one contract (tests/exchange/queue/contract.ts).
 */
export interface Queue {
  /** Stores all jobs or none. Idempotent by job id. */
  put(jobs: readonly Job[]): Promise<PutAnswer>;
  /** The oldest waiting job that fits, held for `ttl`; null where none fits. Raises the job's fence by one. */
  lease(match: Match, agent: AgentId, ttl: Millis): Promise<Delivery | null>;
  /**
   * Holds on for `ttl` from now. Also takes back a lease that ran out, as long as nobody else was given the job.
   * The first extension marks the delivery as accepted; one that runs out before is an offer nobody took.
   */
  extend(lease: Lease, ttl: Millis, step: number): Promise<'extended' | NotYours>;
  /**
   * Gives the job back, never punished: one that ran out before does not count as lost. A null checkpoint, or an older
   * one, leaves the one before.
   */
  release(lease: Lease, checkpoint: Checkpoint | null): Promise<'released' | NotYours>;
  /** `duplicate`: this very lease completed it before. */
  complete(
    lease: Lease,
    outputs: readonly NamedBlob[],
  ): Promise<'accepted' | 'duplicate' | NotYours>;
  /**
   * A machine's fault requeues until MAX_DELIVERIES. A job's fault requeues once, for a broken driver may claim it of
   * any job, and is final as soon as MAX_BLAMES deliveries claim one, whatever else happened in between. A requeued job
   * goes on at `checkpoint`, or at the one before where that is null or older.
   */
  fail(
    lease: Lease,
    because: Fault,
    detail: string,
    checkpoint: Checkpoint | null,
  ): Promise<'requeued' | 'final' | NotYours>;
  /** Writes down what time did: leases that ran out, jobs past their deadline. Returns when to call again. */
  sweep(): Promise<Millis | null>;
  /** The whole job with where it is; null where the id is unknown. */
  find(job: JobId): Promise<Readonly<{ job: Job; status: JobStatus }> | null>;
  /** All jobs whose id is `array` or starts with `array` and a dot, oldest first. */
  list(array: string): Promise<readonly JobStatus[]>;
  counts(): Promise<JobCounts>;
  /**
   * The names of the blobs that jobs still need (inputs, checkpoints) or whose buyers may still fetch (inputs and
   * outputs, for RESULTS_KEPT), in small batches. None that was named before the first batch and still counts is left
   * out; a few that do not count may be among them.
   */
  namedBlobs(): AsyncIterable<readonly string[]>;
  close(): void;
}
