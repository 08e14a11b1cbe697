import type { BlobStore } from '../../src-disk/blob-store.ts';
import type { Said } from '../../src-shared/said.ts';
import type { Books } from '../books/books.ts';
import type { HeldLease } from '../books/held-lease.ts';
import { checkpointUnsaved } from './job-notices.ts';
import { keepBuffers } from './kept-buffers.ts';
import { type GivenCheckpoint, givenFault } from './report.ts';

/** Keeps the checkpoints of a lane's jobs: one after the other, buffers first, then the row that names them. */
export function openCheckpoints(options: {
  readonly store: BlobStore;
  readonly books: Pick<Books, 'saveCheckpoint'>;
  readonly notice: (what: Said) => void;
  /** The runner gave a checkpoint that its job cannot have: nothing of it is kept. */
  readonly distrust: (held: HeldLease, why: string) => void;
}) {
  const { store, books, notice, distrust } = options;
  /** Whoever wants the last one waits here. */
  let saving: Promise<void> = Promise.resolve();
  /** A checkpoint that waits for the disk. A later one of its job takes its place: no runner can pile them up. */
  let waiting: { readonly held: HeldLease; given: GivenCheckpoint } | null = null;

  /** A kill between the buffers and the row leaves the checkpoint before. */
  async function save(held: HeldLease, given: GivenCheckpoint): Promise<void> {
    const fault = givenFault(held.job, given);
    if (fault !== null) return distrust(held, `its checkpoint makes no sense: ${fault}`);
    const blobs = await keepBuffers(store, given.buffers);
    if ('detail' in blobs) return notice(blobs.detail);
    const written = books.saveCheckpoint(held.lease, { step: given.step, buffers: blobs });
    if (written.kind === 'unwritten') notice(written.detail);
  }

  return {
    keep(held: HeldLease, given: GivenCheckpoint): void {
      if (waiting?.held === held) {
        waiting.given = given;
        return;
      }
      const mine = { held, given };
      waiting = mine;
      saving = saving
        .then(() => {
          if (waiting === mine) waiting = null;
          return save(held, mine.given);
        })
        .catch((error: unknown) => notice(checkpointUnsaved(error)));
    },
    /** Resolves when every checkpoint that was given is on disk, or was refused by it. */
    saved: () => saving,
  };
}
