import { openSnapshotLines } from '../../../src-main/window/snapshot-lines.ts';
import type { Snapshot } from '../../../src-shared/snapshot.ts';
import type { SnapshotDelta } from '../../../src-shared/window-protocol.ts';

/** Tells one page snapshots as the agent does: all of the first, then what is new to it. */
export function openTeller(): (snapshot: Snapshot) => SnapshotDelta {
  const lines = openSnapshotLines();
  let told = 0;
  return (snapshot) => {
    lines.take(snapshot);
    const delta = lines.since(told);
    told = delta.to;
    return delta;
  };
}

/** A whole snapshot as a page is shown it. */
export const wholeLines = (snapshot: Snapshot): string => openTeller()(snapshot).words;

/** What the agent sends down a WebSocket. */
export const snapshotFrame = (delta: SnapshotDelta): string =>
  JSON.stringify({ channel: 'snapshot', delta });
