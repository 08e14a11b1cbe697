import type { Page } from '@playwright/test';
import { openSnapshotReader } from '../../../src-renderer/agent-link/snapshot-reader.ts';
import type { Snapshot } from '../../../src-shared/snapshot.ts';

/** Everything the window is shown from now on, oldest first; grows by itself. */
export async function watchWindow(window: Page): Promise<readonly Snapshot[]> {
  const seen: Snapshot[] = [];
  const read = openSnapshotReader();
  await window.exposeFunction('tellTheTest', (words: string) => {
    const latest = read(words);
    if (latest.kind === 'unreadable') throw new Error(`unreadable: ${latest.where}`);
    seen.push(latest.snapshot);
  });
  await window.evaluate('void offpeak.onSnapshot((words) => { tellTheTest(words); })');
  return seen;
}

/** The steps a job had behind it, at every moment it was a lane's. */
export const stepsSeen = (snapshots: readonly Snapshot[]): number[] =>
  snapshots.flatMap(({ lanes }) =>
    lanes.flatMap(({ phase }) =>
      phase.kind === 'preparing' || phase.kind === 'running' || phase.kind === 'yielding'
        ? [phase.job.step]
        : [],
    ),
  );
