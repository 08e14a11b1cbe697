import type { Written } from '../../src-disk/disk-trouble.ts';
import type { Said } from '../../src-shared/said.ts';
import { pause } from '../../src-shared/timer.ts';
import { seconds } from '../../src-shared/units.ts';

/** A disk that is full now may have room again this much later. */
const RETRY_EVERY = seconds(5);

/** Repeats a write until the disk takes it; false where that makes no sense, which is said, or we are closing. */
export const sureWriter =
  (notice: (what: Said) => void, signal: AbortSignal) =>
  async (write: () => Written): Promise<boolean> => {
    for (let told = false; ; told = true) {
      const written = write();
      if (written.kind === 'ok') return true;
      if (written.kind === 'refused' || !told) notice(written.detail);
      if (written.kind === 'refused') return false;
      await pause(RETRY_EVERY, signal);
      if (signal.aborted) return false;
    }
  };
export type SureWrite = ReturnType<typeof sureWriter>;
