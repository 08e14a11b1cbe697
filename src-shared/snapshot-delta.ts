import type { SnapshotDelta } from './window-protocol.ts';

type Page = {
  /** Shows the lines of a delta that follows what was shown before. */
  readonly show: (words: string) => void;
  /** A delta was missed, as after a reload: the agent has to tell all of it once more. */
  readonly askWhole: () => void;
};

/**
 * Puts a page's deltas in order: what is shown already is dropped, what does not follow it is asked for whole. For one
 * connection, because an agent that was started anew counts from 1 again.
 */
export function followDeltas({ show, askWhole }: Page): (delta: SnapshotDelta) => void {
  let shown = 0;
  return ({ from, to, words }) => {
    if (to <= shown) return;
    if (from > shown) return askWhole();
    shown = to;
    show(words);
  };
}
