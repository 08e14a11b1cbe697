import type { Reader } from '../../src-shared/language/reader.ts';
import { hero } from '../../src-shared/moment/sentence.ts';
import type { Said } from '../../src-shared/said.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { type Millis, minutes } from '../../src-shared/units.ts';
import type { Books } from './books.ts';

/** How often the strip hears that a state still holds: a kill leaves at most this much of it uncounted. */
const SAY_AGAIN = minutes(1);

/** Writes the state of every moment into the books: what the 24-hour strip is drawn from. */
export function openStateLog(
  books: Pick<Books, 'recordState'>,
  notice: (what: Said) => void,
  /** Who will read the strip. */
  reader: () => Reader,
) {
  let last: { readonly state: string; readonly label: string; readonly at: Millis } | null = null;
  return {
    write(snapshot: Snapshot): void {
      const { state, short } = hero(snapshot, reader());
      // Only a pause has a name worth keeping: which game it was.
      const label = state === 'paused' ? short : '';
      const { takenAt: at } = snapshot;
      const same = last?.state === state && last.label === label;
      if (last && same && at >= last.at && at - last.at < SAY_AGAIN) return;
      const written = books.recordState(at, state, label);
      if (written.kind !== 'ok') notice(written.detail);
      last = { state, label, at };
    },
  };
}
