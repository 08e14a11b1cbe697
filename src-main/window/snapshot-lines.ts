import type { Snapshot } from '../../src-shared/snapshot.ts';
import type { SnapshotDelta } from '../../src-shared/window-protocol.ts';

type Line = { readonly part: unknown; readonly words: string; readonly changedAt: number };

/**
 * The latest snapshot as text, for the windows: a text crosses to a page in a fraction of the time an object takes, and of most
 * snapshots only a few lines are new. Written only once somebody wants it. Who was told which one is known to whoever sends.
 */
export function openSnapshotLines() {
  let unwritten: Snapshot | null = null;
  let count = 0;
  const lines = new Map<string, Line>();

  function write(snapshot: Snapshot): void {
    count += 1;
    for (const [name, part] of Object.entries(snapshot)) {
      const line = lines.get(name);
      if (line && line.part === part) continue;
      const words = `${name} ${JSON.stringify(part)}`;
      const changedAt = line?.words === words ? line.changedAt : count;
      lines.set(name, { part, words, changedAt });
    }
  }

  return {
    take(snapshot: Snapshot): void {
      unwritten = snapshot;
    },
    /** What changed since the snapshot of that number; all of it since 0. */
    since(from: number): SnapshotDelta {
      if (unwritten) write(unwritten);
      unwritten = null;
      const news = [...lines.values()].filter(({ changedAt }) => changedAt > from);
      return { from, to: count, words: news.map(({ words }) => words).join('\n') };
    },
  };
}
export type SnapshotLines = ReturnType<typeof openSnapshotLines>;
