import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { serveWindow } from '../../../src-main/window/server.ts';
import { openSnapshotReader } from '../../../src-renderer/agent-link/snapshot-reader.ts';
import type { Snapshot } from '../../../src-shared/snapshot.ts';
import { millis } from '../../../src-shared/units.ts';
import { SnapshotDelta } from '../../../src-shared/window-protocol.ts';
import { cookieFor } from '../../flows/window-client.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

// The page server of a machine without a display, spoken to by real WebSockets.

const Frame = z.union([
  z.object({ channel: z.literal('snapshot'), delta: SnapshotDelta }),
  z.object({ id: z.int() }),
]);

/** More than the sockets of any system hold between two programs that do not read. */
const TOO_MUCH = 'x'.repeat(32 * 1024 * 1024);

async function serve() {
  const folder = tempFolder();
  writeFileSync(join(folder, 'index.html'), '<div id="root"></div>');
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  let hearQuestion = (): void => {};
  const questionHeard = new Promise<void>((resolve) => {
    hearQuestion = resolve;
  });
  const { url, show } = await serveWindow({
    folder,
    obey: () => ({ kind: 'ok' }),
    answer: () => {
      hearQuestion();
      return { kind: 'file', name: 'a.txt', type: 'text/plain', text: TOO_MUCH };
    },
    watched: () => {},
    signal: stop.signal,
  });
  return { show, questionHeard, url, cookie: await cookieFor(url) };
}
type Served = Awaited<ReturnType<typeof serve>>;

/** A window, and each delta that came to it, in order. */
async function openPage({ url, cookie }: Served) {
  const { host, origin } = new URL(url);
  const socket = new WebSocket(`ws://${host}/window`, { headers: { cookie }, origin });
  onTestFinished(() => socket.terminate());
  const waiting: ((delta: SnapshotDelta) => void)[] = [];
  const come: SnapshotDelta[] = [];
  const answered = new Map<number, () => void>();
  socket.on('message', (data) => {
    const frame = Frame.parse(JSON.parse(String(data)));
    if ('id' in frame) return answered.get(frame.id)?.();
    const first = waiting.shift();
    if (first) first(frame.delta);
    else come.push(frame.delta);
  });
  await once(socket, 'open');
  let lastId = 0;
  return {
    socket,
    next: (): Promise<SnapshotDelta> => {
      const delta = come.shift();
      return delta ? Promise.resolve(delta) : new Promise((resolve) => waiting.push(resolve));
    },
    /** Resolves when the server has heard all that was said before, and all it said to that is here. */
    async settled(): Promise<void> {
      lastId += 1;
      const mine = lastId;
      await new Promise<void>((resolve) => {
        answered.set(mine, resolve);
        socket.send(JSON.stringify({ id: mine, command: { kind: 'resume' } }));
      });
    },
    say: (words: unknown) => socket.send(JSON.stringify(words)),
    come,
  };
}

const namesOf = ({ words }: SnapshotDelta) =>
  words
    .split('\n')
    .map((line) => line.slice(0, line.indexOf(' ')))
    .sort();
const changed = (part: Partial<Snapshot>): Snapshot => ({ ...snapshots.game, ...part });

test('a window is told all of the first snapshot, then only the lines that are new', async () => {
  const served = await serve();
  const page = await openPage(served);
  served.show(snapshots.game);
  const first = await page.next();
  expect(first).toMatchObject({ from: 0, to: 1 });
  expect(namesOf(first)).toEqual(Object.keys(snapshots.game).sort());
  served.show(changed({ locked: true }));
  expect(await page.next()).toEqual({ from: 1, to: 2, words: 'locked true' });
});

test('each window is told what is new to it, also one that was opened late', async () => {
  const served = await serve();
  const early = await openPage(served);
  served.show(snapshots.game);
  await early.next();
  served.show(changed({ locked: true }));
  await early.next();
  const late = await openPage(served);
  const read = openSnapshotReader();
  expect(read((await late.next()).words)).toEqual({
    kind: 'read',
    snapshot: changed({ locked: true }),
  });
  served.show(changed({ locked: true, playing: false }));
  const news = { from: 2, to: 3, words: 'playing false' };
  expect([await early.next(), await late.next()]).toEqual([news, news]);
});

test('before there is a snapshot nothing is told', async () => {
  const page = await openPage(await serve());
  await page.settled();
  page.say({ channel: 'whole-snapshot' });
  await page.settled();
  expect(page.come).toEqual([]);
});

test('a window that missed a line asks for all of it and has it at once', async () => {
  const served = await serve();
  const page = await openPage(served);
  served.show(snapshots.game);
  served.show(changed({ locked: true }));
  await page.settled();
  page.come.length = 0;
  page.say({ channel: 'whole-snapshot' });
  const whole = await page.next();
  expect(whole).toMatchObject({ from: 0, to: 2 });
  expect(openSnapshotReader()(whole.words)).toEqual({
    kind: 'read',
    snapshot: changed({ locked: true }),
  });
  served.show(snapshots.game);
  expect(await page.next()).toEqual({ from: 2, to: 3, words: 'locked false' });
});

test('a window that lags is told nothing until it has read, then all it missed at once', async () => {
  const served = await serve();
  const slow = await openPage(served);
  const quick = await openPage(served);
  served.show(snapshots.game);
  await slow.next();
  await quick.next();
  // An answer larger than the way to it: what it does not read stands before every snapshot.
  slow.socket.pause();
  slow.say({ id: 1000, question: { kind: 'diagnostics' } });
  await served.questionHeard;
  for (let beat = 1; beat <= 20; beat++) {
    served.show(changed({ locked: true, idleFor: millis(beat) }));
    await quick.next();
  }
  slow.socket.resume();
  await slow.settled();
  expect(slow.come).toEqual([]);
  served.show(changed({ locked: true, playing: false, idleFor: millis(20) }));
  const news = await slow.next();
  expect(news).toMatchObject({ from: 1, to: 22 });
  expect(namesOf(news)).toEqual(['idleFor', 'locked', 'playing']);
});
