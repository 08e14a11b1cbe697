import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openPicture } from '../../src-main/shell/picture.ts';
import { openPictureReader } from '../../src-renderer/picture-reader.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { snapshots } from './snapshots.ts';

/** What a window receives of a snapshot. */
function sent(snapshot: Snapshot): string {
  const picture = openPicture();
  picture.take(snapshot);
  return picture.since(0).words;
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
    const settings = { kind: 'unreadable', where: 'settings.sharing' };
    expect(read(words.replace('"sharing":true', '"sharing":"perhaps"'))).toEqual(settings);
    expect(read('locked {')).toMatchObject({ kind: 'unreadable' });
    expect(read(words)).toEqual({ kind: 'read', snapshot: snapshots.fresh });
  });

  test('whose part could not be read says so until that part comes anew', () => {
    const read = openPictureReader();
    read(sent(snapshots.fresh));
    expect(read('locked {')).toEqual({ kind: 'unreadable', where: 'locked' });
    expect(read('idleFor 5000')).toEqual({ kind: 'unreadable', where: 'locked' });
    expect(read('locked true')).toEqual({
      kind: 'read',
      snapshot: { ...snapshots.fresh, idleFor: 5000, locked: true },
    });
  });

  test('cannot be made of changes alone', () => {
    expect(openPictureReader()('locked true').kind).toBe('unreadable');
    expect(openPictureReader()('').kind).toBe('unreadable');
  });

  test('is whole again from what changed since the last one told, however many were not told', () => {
    const pictures = fc.array(fc.record({ of: fc.constantFrom(...all), told: fc.boolean() }));
    fc.assert(
      fc.property(pictures, (taken) => {
        const picture = openPicture();
        const read = openPictureReader();
        let from = 0;
        for (const { of, told } of taken) {
          picture.take(of);
          if (!told) continue;
          const news = picture.since(from);
          expect(news.from).toBe(from);
          from = news.to;
          expect(read(news.words)).toEqual({ kind: 'read', snapshot: of });
          expect(picture.since(from).words).toBe('');
          expect(openPictureReader()(picture.since(0).words).kind).toBe('read');
        }
      }),
    );
  });

  test('says only what changed', () => {
    const picture = openPicture();
    picture.take(snapshots.earningMoney);
    const { to } = picture.since(0);
    picture.take({ ...structuredClone(snapshots.earningMoney), locked: true });
    expect(picture.since(to).words).toBe('locked true');
  });
});
