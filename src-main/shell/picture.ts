import type { Snapshot } from '../../src-shared/snapshot.ts';

/**
 * The latest snapshot as text, for the windows: a text crosses to a page in a fraction of the time an object takes, and a line
 * that is the same as before need not be read again. Written only once somebody wants it.
 */
export function openPicture() {
  let latest: Snapshot | null = null;
  let text = '';
  return {
    take(snapshot: Snapshot): void {
      latest = snapshot;
      text = '';
    },
    /** A line for each part, its name and its JSON; empty before there is a picture. */
    text(): string {
      if (text === '' && latest)
        text = Object.entries(latest)
          .map(([name, part]) => `${name} ${JSON.stringify(part)}`)
          .join('\n');
      return text;
    },
  };
}
