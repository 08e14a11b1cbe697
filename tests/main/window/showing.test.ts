import { expect, onTestFinished, test } from 'vitest';
import { openShowing } from '../../../src-main/window/showing.ts';
import type { Snapshot } from '../../../src-shared/snapshot.ts';
import { mailbox } from '../../worlds/mailbox.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

/** A window that is shown what it is told; `paid`: what the books know when they are asked. */
function shop() {
  const life = new AbortController();
  onTestFinished(() => life.abort());
  const shown = mailbox<Snapshot>();
  let paid = 0;
  let known = 0;
  const showing = openShowing({
    show: shown.put,
    stale: () => {
      known = paid;
    },
    signal: life.signal,
  });
  const take = (): Snapshot => ({ ...snapshots.earningTest, books: known });
  return { life, shown, showing, take, receipt: () => void paid++ };
}

/** The end of this turn of the event loop. */
const turn = () => new Promise<void>((over) => setImmediate(() => setImmediate(over)));

test('a receipt is shown at once, with the sums as they are with it', async () => {
  const { shown, showing, take, receipt } = shop();
  showing.open(take);
  await turn();
  receipt();
  showing.changed();
  await turn();
  expect(shown.seen().map(({ books }) => books)).toEqual([0, 1]);
});

test('everything that happens in one turn is one snapshot', async () => {
  const { shown, showing, take } = shop();
  showing.open(take);
  showing.draw();
  showing.changed();
  await turn();
  expect(shown.seen()).toHaveLength(1);
});

test('nothing is shown before all is there, nor after the end', async () => {
  const { life, shown, showing, take } = shop();
  showing.draw();
  showing.changed();
  await turn();
  expect(shown.seen()).toEqual([]);
  showing.open(take);
  life.abort();
  showing.draw();
  await turn();
  expect(shown.seen()).toEqual([]);
});
