import type { LaneId } from '../../src-shared/gpu.ts';
import type { Outcome } from '../../src-shared/job.ts';
import { type Said, said } from '../../src-shared/said.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { Books } from '../books/books.ts';
import type { HeldLease } from '../books/held-lease.ts';
import { claimOf } from './answers.ts';
import type { InFlight } from './in-flight.ts';
import { resultWord } from './lease-words.ts';
import type { NetworkLink } from './link.ts';
import type { SureWrite } from './sure-write.ts';
import type { Upload } from './uploads.ts';

type Parts = {
  readonly books: Books;
  readonly link: Pick<NetworkLink, 'send'>;
  readonly upload: Upload;
  readonly inFlight: InFlight;
  readonly surely: SureWrite;
  readonly now: () => Millis;
  readonly notice: (what: Said) => void;
  readonly changed: () => void;
  /** The lease is gone for good, and with it what was claimed. */
  readonly forget: (lease: string, detail: string) => Promise<void>;
};

/** Finished results: claimed, then sent until there is an answer. */
export function openOutbox(parts: Parts) {
  const { books, link, upload, inFlight, surely, now, notice, changed, forget } = parts;
  /** Finished, but the disk has not taken the claim yet: still leases in the books, and not to be given back. */
  const finishing = new Set<string>();

  const deliver = (lease: string): Promise<void> =>
    inFlight.once(lease, async () => {
      const result = books.result(lease);
      if (!result) return;
      const said = resultWord(result, await upload(result.outputs));
      switch (said.kind) {
        case 'say':
          return void link.send(said.word);
        case 'gone':
          return giveUp(lease);
        case 'later':
          return;
      }
    });

  /** The job goes back, and the claim with it. */
  async function giveUp(lease: string): Promise<void> {
    notice(said('resultDamaged'));
    link.send({ kind: 'release', lease, checkpoint: null });
    await forget(lease, 'the result was damaged before it was sent');
  }

  return {
    finishing: finishing as ReadonlySet<string>,
    deliver,

    /** The result is ours to be paid for: claim it, then send it until there is an answer. */
    async finish(
      lane: LaneId,
      held: Omit<HeldLease, 'checkpoint' | 'lane'>,
      done: Extract<Outcome, { kind: 'done' }>,
    ): Promise<void> {
      const { lease } = held;
      const claim = claimOf(lane, held, done, now());
      finishing.add(lease);
      const claimedIt = await surely(() => books.finish(lease, done.outputs, claim));
      finishing.delete(lease);
      if (!claimedIt) return;
      changed();
      await deliver(lease);
    },
  };
}
