import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openSnapshotLines } from '../../../src-main/window/snapshot-lines.ts';
import { openSnapshotReader } from '../../../src-renderer/agent-link/snapshot-reader.ts';
import type { Snapshot } from '../../../src-shared/snapshot.ts';
import { wholeLines } from '../../worlds/window/deltas.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

const all: readonly Snapshot[] = Object.values(snapshots);

describe('a snapshot that comes as text', () => {
  test('is the snapshot that was taken, whatever came before it', () => {
    const read = openSnapshotReader();
    for (const snapshot of [...all, ...all.toReversed()])
      expect(read(wholeLines(snapshot))).toEqual({ kind: 'read', snapshot });
  });

  test('keeps every part that did not change, so that nothing is drawn for it', () => {
    const read = openSnapshotReader();
    const { earningMoney } = snapshots;
    const first = read(wholeLines(earningMoney));
    const second = read(wholeLines({ ...earningMoney, locked: true }));
    if (first.kind !== 'read' || second.kind !== 'read') throw new Error('unreadable');
    expect(second.snapshot.locked).toBe(true);
    for (const part of ['earnings', 'strip', 'settings', 'lanes'] as const)
      expect(second.snapshot[part]).toBe(first.snapshot[part]);
  });

  test('that cannot be read names the part, and the next one is read as ever', () => {
    const read = openSnapshotReader();
    const words = wholeLines(snapshots.fresh);
    expect(read(words).kind).toBe('read');
    const settings = { kind: 'unreadable', where: 'settings.sharing' };
    expect(read(words.replace('"sharing":true', '"sharing":"perhaps"'))).toEqual(settings);
    expect(read('locked {')).toMatchObject({ kind: 'unreadable' });
    expect(read(words)).toEqual({ kind: 'read', snapshot: snapshots.fresh });
  });

  test('whose part could not be read says so until that part comes anew', () => {
    const read = openSnapshotReader();
    read(wholeLines(snapshots.fresh));
    expect(read('locked {')).toEqual({ kind: 'unreadable', where: 'locked' });
    expect(read('idleFor 5000')).toEqual({ kind: 'unreadable', where: 'locked' });
    expect(read('locked true')).toEqual({
      kind: 'read',
      snapshot: { ...snapshots.fresh, idleFor: 5000, locked: true },
    });
  });

  test('cannot be made of changes alone', () => {
    expect(openSnapshotReader()('locked true').kind).toBe('unreadable');
    expect(openSnapshotReader()('').kind).toBe('unreadable');
  });

  test('is whole again from what changed since the last one told, however many were not told', () => {
    const snapshots = fc.array(fc.record({ of: fc.constantFrom(...all), told: fc.boolean() }));
    fc.assert(
      fc.property(snapshots, (taken) => {
        const lines = openSnapshotLines();
        const read = openSnapshotReader();
        let from = 0;
        for (const { of, told } of taken) {
          lines.take(of);
          if (!told) continue;
          const news = lines.since(from);
          expect(news.from).toBe(from);
          from = news.to;
          expect(read(news.words)).toEqual({ kind: 'read', snapshot: of });
          expect(lines.since(from).words).toBe('');
          expect(openSnapshotReader()(lines.since(0).words).kind).toBe('read');
        }
      }),
    );
  });

  test('says only what changed', () => {
    const lines = openSnapshotLines();
    lines.take(snapshots.earningMoney);
    const { to } = lines.since(0);
    lines.take({ ...structuredClone(snapshots.earningMoney), locked: true });
    expect(lines.since(to).words).toBe('locked true');
  });
});
