import type { Snapshot } from '../../src-shared/snapshot.ts';

/**
 * The latest snapshot as text, for the windows: a text crosses to a page in a fraction of the time an object takes. Written only
 * once somebody wants it.
 */
export function openPicture() {
  let latest: Snapshot | null = null;
  let text = '';
  return {
    take(snapshot: Snapshot): void {
      latest = snapshot;
      text = '';
    },
    /** JSON; empty before there is a picture. */
    text(): string {
      if (text === '' && latest) text = JSON.stringify(latest);
      return text;
    },
  };
}
