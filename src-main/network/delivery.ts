import type { BlobStore } from '../../src-disk/blob-store.ts';
import type { LaneId } from '../../src-shared/gpu.ts';
import type { Said } from '../../src-shared/said.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { Books } from '../books/books.ts';
import type { HeldLease } from '../books/held-lease.ts';
import type { RunStart } from '../books/runs.ts';
import { openHandBacks } from './hand-backs.ts';
import { openInFlight } from './in-flight.ts';
import { repeats } from './lease-words.ts';
import type { NetworkLink } from './link.ts';
import { openOutbox } from './outbox.ts';
import { openReceipts } from './receipts.ts';
import { sureWriter } from './sure-write.ts';
import { uploader } from './uploads.ts';

type Options = {
  readonly books: Books;
  readonly store: BlobStore;
  readonly link: NetworkLink;
  readonly now: () => Millis;
  /** For whom a job is that runs on this lane, and on which card, as they call themselves. */
  readonly place: (lane: LaneId) => Pick<RunStart, 'network' | 'gpu'>;
  readonly notice: (what: Said) => void;
  /** The ledger changed. */
  readonly changed: () => void;
  readonly signal: AbortSignal;
};

/** Everything said to the network about jobs, so that each word can be lost and said again. */
export function openDelivery(options: Options) {
  const { books, link, now, notice, signal } = options;
  const inFlight = openInFlight();
  const parts = {
    ...options,
    inFlight,
    upload: uploader(options),
    surely: sureWriter(notice, signal),
  };
  const receipts = openReceipts(parts);
  const outbox = openOutbox({ ...parts, forget: receipts.forget });
  const handBacks = openHandBacks(parts);

  return {
    /** Writes a new lease down. False where the disk does not take it: it is not to be worked on. */
    take(held: HeldLease): boolean {
      const start = { at: now(), ...options.place(held.lane) };
      const written = books.takeLease(held, start);
      // Not written down: after a crash the network's own clock gives the job to someone else.
      if (written.kind !== 'ok') notice(written.detail);
      return written.kind === 'ok';
    },

    finish: outbox.finish,
    ...handBacks,
    ...receipts,

    /** On a new connection, and with every heartbeat: what has no answer yet goes again. `keep`: what is worked on. */
    catchUp(keep: readonly string[]): void {
      for (const again of repeats(books.leases(), books.outbox(), keep, outbox.finishing))
        switch (again.kind) {
          case 'say':
            link.send(again.word);
            break;
          case 'release':
            void handBacks.release(again.lease, Promise.resolve());
            break;
          case 'deliver':
            void outbox.deliver(again.lease);
            break;
        }
    },

    quiet: inFlight.quiet,
  };
}
export type Delivery = ReturnType<typeof openDelivery>;
