import {
  type Lease,
  MAX_BLAMES,
  MAX_DELIVERIES,
  MAX_LOST_LEASES,
  type Match,
  type NotYours,
} from '../../../src-exchange/queue/queue.ts';
import {
  backendsOf,
  type Checkpoint,
  type Fault,
  isJobFault,
  type Job,
  modelOf,
} from '../../../src-shared/job.ts';

type Entry = {
  job: Job;
  state: 'waiting' | 'running' | 'done' | 'failed';
  fence: number;
  agent: string | null;
  until: number;
  accepted: boolean;
  checkpoint: Checkpoint | null;
  failures: number;
  blamed: number;
  lost: number;
};

/** The queue as one would explain it: plain objects in the order they came, no disk, no SQL. */
export class QueueModel {
  now = 1_000_000;
  readonly entries: Entry[] = [];

  put(job: Job): number {
    if (this.entries.some((e) => e.job.id === job.id)) return 0;
    this.entries.push({
      job,
      state: 'waiting',
      fence: 0,
      agent: null,
      until: 0,
      accepted: false,
      checkpoint: null,
      failures: 0,
      blamed: 0,
      lost: 0,
    });
    return 1;
  }

  sweep(): void {
    for (const e of this.entries) {
      const open = e.state === 'waiting' || e.state === 'running';
      if (open && e.job.deadline <= this.now) e.state = 'failed';
      if (e.state !== 'running' || e.until > this.now) continue;
      e.state = 'waiting';
      if (e.accepted) e.lost += 1;
      if (e.accepted && e.lost >= MAX_LOST_LEASES) e.state = 'failed';
    }
  }

  lease(match: Match, agent: string, ttl: number) {
    this.sweep();
    const e = this.entries.find(
      ({ state, job }) =>
        state === 'waiting' &&
        backendsOf(job).includes(match.backend) &&
        match.kinds.includes(job.kind) &&
        job.needs.vram <= match.vram &&
        (modelOf(job)?.model.size ?? 0) <= match.largestModel &&
        !match.except.includes(job.id),
    );
    if (!e) return null;
    Object.assign(e, {
      state: 'running',
      fence: e.fence + 1,
      agent,
      until: this.now + ttl,
      accepted: false,
    });
    return { job: e.job.id, fence: e.fence, agent, checkpoint: e.checkpoint };
  }

  extend(lease: Lease, ttl: number): 'extended' | NotYours {
    const e = this.#ours(lease);
    if (!e) return this.#whyNot(lease);
    this.#back(e);
    Object.assign(e, { state: 'running', until: this.now + ttl, accepted: true });
    return 'extended';
  }

  release(lease: Lease, checkpoint: Checkpoint | null): 'released' | NotYours {
    const e = this.#ours(lease);
    if (!e) return this.#whyNot(lease);
    this.#back(e);
    Object.assign(e, { state: 'waiting', agent: null });
    if (checkpoint && checkpoint.step >= (e.checkpoint?.step ?? 0)) e.checkpoint = checkpoint;
    return 'released';
  }

  complete(lease: Lease): 'accepted' | 'duplicate' | NotYours {
    const e = this.#ours(lease);
    if (e) {
      e.state = 'done';
      return 'accepted';
    }
    const done = this.#same(lease);
    return done?.state === 'done' ? 'duplicate' : this.#whyNot(lease);
  }

  fail(lease: Lease, because: Fault): 'requeued' | 'final' | NotYours {
    const e = this.#ours(lease);
    if (!e) return this.#whyNot(lease);
    this.#back(e);
    e.failures += 1;
    if (isJobFault(because)) e.blamed += 1;
    const guilty = isJobFault(because) && e.blamed >= MAX_BLAMES;
    const final = guilty || e.failures >= MAX_DELIVERIES;
    if (final) e.state = 'failed';
    else Object.assign(e, { state: 'waiting', agent: null });
    return final ? 'final' : 'requeued';
  }

  /** A lease that lapsed is spoken for after all. */
  #back(e: Entry): void {
    if (e.state === 'waiting' && e.accepted) e.lost -= 1;
  }

  #same = ({ job, fence, agent }: Lease) =>
    this.entries.find((e) => e.job.id === job && e.fence === fence && e.agent === agent);

  #ours(lease: Lease): Entry | undefined {
    const e = this.#same(lease);
    const open = e?.state === 'waiting' || e?.state === 'running';
    return open && e.job.deadline > this.now ? e : undefined;
  }

  #whyNot({ job }: Lease): NotYours {
    const e = this.entries.find(({ job: { id } }) => id === job);
    if (!e || e.state === 'failed') return 'gone';
    return e.state !== 'done' && e.job.deadline <= this.now ? 'gone' : 'stale';
  }
}
