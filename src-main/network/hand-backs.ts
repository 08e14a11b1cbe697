import type { Outcome } from '../../src-shared/job.ts';
import type { Said } from '../../src-shared/said.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { StopReason } from '../agent/stop-reason.ts';
import type { Books } from '../books/books.ts';
import type { RunEnd } from '../books/runs.ts';
import type { InFlight } from './in-flight.ts';
import { type HandBack, handBackWord, safeCheckpoint, takesCheckpoint } from './lease-words.ts';
import type { NetworkLink } from './link.ts';
import type { Upload } from './uploads.ts';

type Parts = {
  readonly books: Books;
  readonly link: Pick<NetworkLink, 'send'>;
  readonly upload: Upload;
  readonly inFlight: InFlight;
  readonly now: () => Millis;
  readonly notice: (what: Said) => void;
};

/** Jobs that go back before they are done; the row of each stays until the network says that it has it. */
export function openHandBacks({ books, link, upload, inFlight, now, notice }: Parts) {
  /** `end`: of its run; null where that has ended before. */
  const handBack = (
    lease: string,
    why: HandBack,
    saved: Promise<unknown>,
    end: RunEnd | null,
  ): Promise<void> =>
    inFlight.once(lease, async () => {
      // A card is given back before anything is written about it.
      await saved;
      if (end) endRun(lease, end);
      // A lease that is not even written down (a full disk) goes back all the same.
      const last = takesCheckpoint(why) ? (books.lease(lease)?.checkpoint ?? null) : null;
      const safe = safeCheckpoint(last, last ? await upload(last.buffers) : 'missing');
      if (safe.kind === 'ok') link.send(handBackWord(lease, why, safe.checkpoint));
    });

  /** A disk that does not take this now has the run ended with the lease, or at the next start. */
  function endRun(lease: string, end: RunEnd): void {
    const written = books.endRun(lease, end);
    if (written.kind !== 'ok') notice(written.detail);
  }

  return {
    /**
     * Gives a job back with the last checkpoint that is safe, once `saved`. Where the line fails, it is said again.
     * `because`: why its run ends; left out where that has ended before.
     */
    release(lease: string, saved: Promise<unknown>, because?: StopReason): Promise<void> {
      const end: RunEnd | null = because ? { at: now(), outcome: 'stopped', because } : null;
      return handBack(lease, { kind: 'release' }, saved, end);
    },

    /**
     * Says that a job failed here. Where this machine is at fault the job goes on elsewhere from its last checkpoint; where
     * the line fails, the job is released later.
     */
    fail(
      lease: string,
      failure: Extract<Outcome, { kind: 'failed' }>,
      saved: Promise<unknown>,
    ): Promise<void> {
      const { because: fault, detail } = failure;
      const end: RunEnd = {
        at: now(),
        outcome: 'failed',
        because: { kind: 'fault', fault, detail },
      };
      return handBack(lease, failure, saved, end);
    },
  };
}
