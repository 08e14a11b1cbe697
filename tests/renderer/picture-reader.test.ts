import { describe, expect, test } from 'vitest';
import { openPicture } from '../../src-main/shell/picture.ts';
import { openPictureReader } from '../../src-renderer/picture-reader.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { snapshots } from './snapshots.ts';

/** What a window receives of a snapshot. */
function sent(snapshot: Snapshot): string {
  const picture = openPicture();
  picture.take(snapshot);
  return picture.text();
}
const all: readonly Snapshot[] = Object.values(snapshots);

describe('a picture that comes as text', () => {
  test('is the snapshot that was taken, whatever came before it', () => {
    const read = openPictureReader();
    for (const snapshot of [...all, ...all.toReversed()])
      expect(read(sent(snapshot))).toEqual({ kind: 'read', snapshot });
  });

  test('is the same as one that comes as a value', () => {
    const read = openPictureReader();
    for (const [n, snapshot] of all.entries())
      expect(read(n % 2 ? sent(snapshot) : JSON.parse(JSON.stringify(snapshot)))).toEqual({
        kind: 'read',
        snapshot,
      });
  });

  test('keeps every part that did not change, so that nothing is drawn for it', () => {
    const read = openPictureReader();
    const { earningMoney } = snapshots;
    const first = read(sent(earningMoney));
    const second = read(sent({ ...earningMoney, locked: true }));
    if (first.kind !== 'read' || second.kind !== 'read') throw new Error('unreadable');
    expect(second.snapshot.locked).toBe(true);
    for (const part of ['earnings', 'strip', 'settings', 'lanes'] as const)
      expect(second.snapshot[part]).toBe(first.snapshot[part]);
  });

  test('that cannot be read names the part, and the next one is read as ever', () => {
    const read = openPictureReader();
    const words = sent(snapshots.fresh);
    expect(read(words).kind).toBe('read');
    expect(read(words.replace('"sharing":true', '"sharing":"perhaps"'))).toEqual({
      kind: 'unreadable',
      where: 'settings.sharing',
    });
    expect(read('locked {')).toMatchObject({ kind: 'unreadable' });
    expect(read('').kind).toBe('unreadable');
    expect(read(words)).toEqual({ kind: 'read', snapshot: snapshots.fresh });
  });
});
