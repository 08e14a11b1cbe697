import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openBlobStore } from '../../../src-disk/blob-store.ts';
import type { Books } from '../../../src-main/books/books.ts';
import { openDelivery } from '../../../src-main/network/delivery.ts';
import type { NetworkLink, Sent } from '../../../src-main/network/link.ts';
import type { Blob } from '../../../src-shared/blob.ts';
import type { FromAgent } from '../../../src-shared/network-protocol.ts';
import { quote } from '../../../src-shared/said.ts';
import { millis, minutes } from '../../../src-shared/units.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { T0 } from '../../worlds/machine.ts';
import { mailbox } from '../../worlds/mailbox.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { ALWAYS, lease, OK, openClean, START } from '../books/books-samples.ts';
import { checkpointAt, claimed, outputs } from '../books/ledger-samples.ts';

const SENT: Sent = { kind: 'ok', blob: outputs[0] as Blob };
const CUT: Sent = { kind: 'unreachable', detail: quote('the line was cut') };

/** A delivery with a line that keeps what was said, and does uploads as it is told. */
function deliverer(upload: () => Promise<Sent> = async () => SENT) {
  const folder = tempFolder();
  const books = openClean(join(folder, 'books'));
  const store = openBlobStore(join(folder, 'blobs'));
  const said = mailbox<FromAgent>();
  const notices: string[] = [];
  const life = new AbortController();
  onTestFinished(() => life.abort());
  const link: NetworkLink = {
    send: (message) => {
      said.put(message);
      return true;
    },
    fetch: async () => ({ kind: 'missing', detail: quote('nothing is here') }),
    upload,
  };
  const delivery = openDelivery({
    books,
    store,
    link,
    signal: life.signal,
    now: () => T0,
    place: () => ({ network: 'Test network', gpu: 'A card' }),
    notice: (what) => notices.push(inEnglish(what)),
    changed: () => {},
  });
  return { books, store, said, notices, delivery };
}

const nothing = Promise.resolve();

/** A lease whose checkpoint lies on this disk. */
async function holdWithCheckpoint({ books, store }: ReturnType<typeof deliverer>) {
  books.takeLease(lease('L1', 'a'), START);
  const put = await store.put(new Uint8Array(16));
  if (put.kind !== 'ok') throw new Error(inEnglish(put.detail));
  const checkpoint = { step: checkpointAt(2).step, buffers: [{ name: 'out', ...put.blob }] };
  expect(books.saveCheckpoint('L1', checkpoint)).toEqual(OK);
  return checkpoint;
}

test('a job goes back with its checkpoint once that is at the network', async () => {
  const its = deliverer();
  const checkpoint = await holdWithCheckpoint(its);
  await its.delivery.release('L1', nothing);
  expect(its.said.seen()).toEqual([{ kind: 'release', lease: 'L1', checkpoint }]);
});

test('a card that fails gives the job on with its checkpoint; a job that is itself at fault begins anew elsewhere', async () => {
  for (const [because, kept] of [
    ['device-lost', true],
    ['runner-lost', true],
    ['illegal-access', false],
  ] as const) {
    const its = deliverer();
    const checkpoint = await holdWithCheckpoint(its);
    await its.delivery.fail('L1', { kind: 'failed', because, detail: quote('so') }, nothing);
    expect(its.said.seen()).toEqual([
      { kind: 'failed', lease: 'L1', because, detail: 'so', checkpoint: kept ? checkpoint : null },
    ]);
  }
});

test('a failure that the line did not let through is a job given back later, with its checkpoint', async () => {
  const answers: Sent[] = [CUT, SENT];
  const its = deliverer(async () => answers.shift() ?? SENT);
  const checkpoint = await holdWithCheckpoint(its);
  const lost = { kind: 'failed', because: 'device-lost', detail: quote('so') } as const;
  await its.delivery.fail('L1', lost, nothing);
  expect(its.said.seen()).toEqual([]);
  its.delivery.catchUp([]);
  expect(await its.said.until(({ kind }) => kind === 'release')).toMatchObject({ checkpoint });
});

test('a job that a full disk never wrote down goes back all the same', async () => {
  const { delivery, said } = deliverer();
  await delivery.release('L9', nothing);
  expect(said.seen()).toEqual([{ kind: 'release', lease: 'L9', checkpoint: null }]);
});

test('while a checkpoint is on its way no second copy is sent, and the lease is kept alive', async () => {
  const asked = mailbox<(sent: Sent) => void>();
  const its = deliverer(() => new Promise((resolve) => asked.put(resolve)));
  await holdWithCheckpoint(its);
  const first = its.delivery.release('L1', nothing);
  its.delivery.catchUp([]);
  its.delivery.catchUp([]);
  const arrive = await asked.until(() => true);
  arrive(SENT);
  await first;
  expect(asked.seen()).toHaveLength(1);
  expect(its.said.seen().map(({ kind }) => kind)).toEqual(['heartbeat', 'heartbeat', 'release']);
});

test('an upload that the line broke off loses nothing: the lease stays and the next try gives it back', async () => {
  const answers: Sent[] = [CUT, SENT];
  const its = deliverer(async () => answers.shift() ?? SENT);
  const checkpoint = await holdWithCheckpoint(its);
  await its.delivery.release('L1', nothing);
  expect(its.said.seen()).toEqual([]);
  expect(its.books.leases()).toHaveLength(1);
  its.delivery.catchUp([]);
  expect(await its.said.until(({ kind }) => kind === 'release')).toMatchObject({ checkpoint });
});

test('a result that rotted on this disk is never paid for: its claim is taken back and the job goes on elsewhere', async () => {
  const its = deliverer();
  its.books.takeLease(lease('L1', 'a'), START);
  // Claimed with a blob nobody ever stored, as after a disk that lost a file.
  expect(its.books.finish('L1', outputs, claimed())).toEqual(OK);
  its.delivery.catchUp([]);
  await its.said.until(({ kind }) => kind === 'release');
  await expect.poll(() => kindsOf(its.books)).toEqual(['claimed', 'voided']);
  expect(its.books.outbox()).toEqual([]);
  expect(its.notices.join()).toMatch(/damaged on this disk/);
});

test('leaving waits for what is on its way, but not for ever', async () => {
  const asked = mailbox<(sent: Sent) => void>();
  const its = deliverer(() => new Promise((resolve) => asked.put(resolve)));
  await holdWithCheckpoint(its);
  void its.delivery.release('L1', nothing);
  const arrive = await asked.until(() => true);
  await its.delivery.quiet(millis(0));
  expect(its.said.seen()).toEqual([]);
  const patient = its.delivery.quiet(minutes(5));
  arrive(SENT);
  await patient;
  expect(its.said.seen().map(({ kind }) => kind)).toEqual(['release']);
});

const ALL = { pay: null, what: null, outcome: null, search: '' } as const;
const runsOf = (books: Books) => books.runs(ALL, null).runs;

test('a job that gives way is in the history with its reason, before the network has it back', async () => {
  const { delivery, books } = deliverer();
  delivery.take(lease('L1', 'a'));
  expect(runsOf(books)).toMatchObject([{ outcome: 'running', network: 'Test network' }]);
  const because = { kind: 'game-running', title: 'Half-Life 2', path: '/hl2' } as const;
  await delivery.release('L1', nothing, because);
  expect(runsOf(books)).toMatchObject([{ outcome: 'stopped', because, endedAt: T0 }]);
  expect(books.leases()).toHaveLength(1);
  // What is said again by itself gives no other reason.
  await delivery.release('L1', nothing);
  expect(runsOf(books)).toMatchObject([{ because }]);
});

test('a job that fails or is called back is in the history with what was said of it', async () => {
  const { delivery, books } = deliverer();
  delivery.take(lease('L1', 'a'));
  delivery.take(lease('L2', 'b'));
  const failure = { kind: 'failed', because: 'timed-out', detail: quote('too slow') } as const;
  await delivery.fail('L1', failure, nothing);
  await delivery.forget('L2', 'its deadline has passed');
  expect(runsOf(books)).toMatchObject([
    { job: 'b', outcome: 'stopped', because: { kind: 'said', detail: 'its deadline has passed' } },
    {
      job: 'a',
      outcome: 'failed',
      because: { kind: 'fault', fault: 'timed-out', detail: quote('too slow') },
    },
  ]);
});

test('a finished job is claimed for what it is', async () => {
  const { delivery, books, store } = deliverer();
  const held = lease('L1', 'a');
  const put = await store.put(new Uint8Array(16));
  if (put.kind !== 'ok') throw new Error(inEnglish(put.detail));
  const outputs = [{ name: 'out', ...put.blob }];
  delivery.take(held);
  await delivery.finish(held.lane, held, { kind: 'done', outputs, activeFor: minutes(1) });
  expect([...books.entries(...ALWAYS)]).toMatchObject([{ kind: 'claimed', what: 'kernel' }]);
  expect(runsOf(books)).toMatchObject([{ outcome: 'claimed', amount: 500, endedAt: T0 }]);
});

const kindsOf = (books: Books) => [...books.entries(...ALWAYS)].map(({ kind }) => kind);
