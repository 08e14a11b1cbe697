import { hours, type Millis, millis } from '../../src-shared/units.ts';
import { Alarm } from '../queue/alarm.ts';
import type { Queue } from '../queue/queue.ts';
import type { BlobStore } from './blobs.ts';

/** Between two sweeps: a disk does not fill in an hour, and looking through a full store takes a while. */
const SWEEP_EVERY = hours(1);
/** What was stored or asked for within this may belong to a job that is not submitted, or a result not said, yet. */
const UNNAMED_KEPT = hours(24);

type Parts = Readonly<{
  queue: Queue;
  blobs: BlobStore;
  now: () => Millis;
  trouble: (error: unknown) => void;
}>;

/** Keeps the disk from filling: removes the blobs that no job needs any more, at the start and then every hour. */
export class BlobSweep {
  readonly #parts: Parts;
  readonly #stop = new AbortController();
  readonly #alarm: Alarm;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#alarm = new Alarm(parts.now, () => this.start());
  }

  /** Begins a sweep in the background. */
  start(): void {
    this.#sweeping = this.#sweep()
      .catch((error: unknown) => void this.#parts.trouble(error))
      .finally(() => {
        if (!this.#stop.signal.aborted) this.#alarm.set(millis(this.#parts.now() + SWEEP_EVERY));
      });
  }

  /** No more sweeps; resolves when the one that runs has let go of the queue. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#alarm.set(null);
    await this.#sweeping;
  }

  async #sweep(): Promise<void> {
    const { queue, blobs, now } = this.#parts;
    const { signal } = this.#stop;
    const kept = new Set<string>();
    // A job that is put, or names a blob, after its batch was read has just asked for it: see `missing`.
    for await (const names of queue.namedBlobs()) {
      if (signal.aborted) return;
      for (const name of names) kept.add(name);
    }
    await blobs.sweep(kept, millis(now() - UNNAMED_KEPT), signal);
  }
}
