import { EventEmitter, once } from 'node:events';
import { expect, test } from 'vitest';
import { openBlobStore } from '../../../src-disk/blob-store.ts';
import { written } from '../../../src-disk/disk-trouble.ts';
import type { HeldLease } from '../../../src-main/books/held-lease.ts';
import { openCheckpoints } from '../../../src-main/runner/checkpoints.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { jobNamed, lane } from '../books/ledger-samples.ts';

/** A job whose checkpoints are kept on a disk that takes the next buffer only when it is told to. */
function openSlowDisk() {
  const store = openBlobStore(tempFolder());
  const saved: number[] = [];
  const disk = new EventEmitter();
  const ready = once(disk, 'ready');
  const checkpoints = openCheckpoints({
    store: {
      ...store,
      put: async (content) => {
        await ready;
        return store.put(content);
      },
    },
    books: {
      saveCheckpoint: (_lease, { step }) => {
        saved.push(step);
        return written;
      },
    },
    notice: () => undefined,
    distrust: () => undefined,
  });
  const held = (lease: string): HeldLease => ({
    lease,
    fence: 1,
    lane,
    job: jobNamed(lease),
    checkpoint: null,
  });
  const give = (of: HeldLease, step: number) =>
    checkpoints.keep(of, { step, buffers: { out: new Uint8Array(16).fill(step) } });
  const drain = () => {
    disk.emit('ready');
    return checkpoints.saved();
  };
  return { held, give, saved, drain };
}

test('checkpoints that come faster than the disk takes them do not pile up: the last one of a job counts', async () => {
  const { held, give, saved, drain } = openSlowDisk();
  const flooding = held('a');
  give(flooding, 0);
  await Promise.resolve(); // The disk has the first one in hand.
  for (let step = 1; step < 4; step += 1) give(flooding, step);
  await drain();
  expect(saved).toEqual([0, 3]);
});

test('one job’s checkpoint never takes the place of another’s', async () => {
  const { held, give, saved, drain } = openSlowDisk();
  const [first, second] = [held('a'), held('b')];
  give(first, 1);
  await Promise.resolve();
  give(first, 2);
  give(second, 3);
  await drain();
  expect(saved).toEqual([1, 2, 3]);
});
