import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { socketBridge } from '../../../src-renderer/agent-link/bridge.ts';
import { openSnapshotReader } from '../../../src-renderer/agent-link/snapshot-reader.ts';
import { openStore } from '../../../src-renderer/agent-link/store.ts';
import { quote, said } from '../../../src-shared/said.ts';
import type { Snapshot } from '../../../src-shared/snapshot.ts';
import { millis } from '../../../src-shared/units.ts';
import { openTeller, snapshotFrame, wholeLines } from '../../worlds/window/deltas.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

// The browser's class, which Node 20 does not have.
Object.assign(globalThis, { WebSocket });

const leaving = new AbortController();
let ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends) end();
  ends = [];
});

async function serve(port = 0) {
  const server = new WebSocketServer({ host: '127.0.0.1', port });
  const stop = () => {
    for (const client of server.clients) client.terminate();
    server.close();
  };
  ends.push(stop);
  await once(server, 'listening');
  const { port: chosen }: AddressInfo | { port: number } = JSON.parse(
    JSON.stringify(server.address()),
  );
  return { server, stop, port: chosen, url: `ws://127.0.0.1:${chosen}/window` };
}

function open(url: string) {
  const stop = new AbortController();
  ends.push(() => stop.abort());
  const store = openStore(socketBridge(url, stop.signal), stop.signal);
  const until = (ready: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => ready() && resolve();
      store.subscribe(look);
      look();
    });
  return { store, until };
}

const whole = (snapshot: Snapshot) => snapshotFrame(openTeller()(snapshot));

describe('the window in a browser', () => {
  it('shows what the agent sends', async () => {
    const { server, url } = await serve();
    server.on('connection', (socket) => socket.send(whole(snapshots.game)));
    const { store, until } = open(url);
    await until(() => store.view().snapshot !== null);
    expect(store.view().snapshot).toEqual(snapshots.game);
  });

  it('says what it could not read and keeps the last good snapshot', async () => {
    const { server, url } = await serve();
    server.on('connection', (socket) => {
      socket.send(whole(snapshots.game));
      socket.send('{ not JSON');
      socket.send(snapshotFrame({ from: 1, to: 2, words: 'connection {"kind":"carrier pigeon"}' }));
    });
    const { store, until } = open(url);
    await until(() => store.view().stale !== null);
    expect(store.view().stale).toContain('connection');
    expect(store.view().snapshot).toEqual(snapshots.game);
  });

  it('puts together what the agent tells of each change', async () => {
    const { server, url } = await serve();
    server.on('connection', (socket) => {
      const tell = openTeller();
      for (const snapshot of [snapshots.fresh, snapshots.game, snapshots.earningMoney])
        socket.send(snapshotFrame(tell(snapshot)));
    });
    const { store, until } = open(url);
    await until(() => store.view().snapshot?.lanes[0]?.phase.kind === 'running');
    expect(store.view().snapshot).toEqual(snapshots.earningMoney);
  });

  it('asks for all of it where a change was missed, and shows nothing half meanwhile', async () => {
    const { server, url } = await serve();
    const asked: unknown[] = [];
    server.on('connection', (socket) => {
      socket.send(whole(snapshots.game));
      // A frame that cannot be read, then the change that follows it.
      socket.send('{"channel":"snapshot","delta":{"from":1,"to":"two"}}');
      socket.send(snapshotFrame({ from: 2, to: 3, words: 'locked true' }));
      socket.on('message', (text) => {
        asked.push(JSON.parse(String(text)));
        socket.send(snapshotFrame({ from: 0, to: 3, words: wholeLines(snapshots.fresh) }));
      });
    });
    const { store, until } = open(url);
    const seen = new Set<Snapshot | null>();
    store.subscribe(() => seen.add(store.view().snapshot));
    await until(() => seen.size > 1);
    expect(asked).toEqual([{ channel: 'whole-snapshot' }]);
    expect([...seen]).toEqual([snapshots.game, snapshots.fresh]);
  });

  it('shows a listener that came late the whole of the next snapshot', async () => {
    const { server, url } = await serve();
    const tell = openTeller();
    const connected = once(server, 'connection');
    const stop = new AbortController();
    ends.push(() => stop.abort());
    const bridge = socketBridge(url, stop.signal);
    const read = openSnapshotReader();
    const early = new Promise<void>((resolve) => bridge.onSnapshot(() => resolve()));
    const [socket] = await connected;
    socket.send(snapshotFrame(tell(snapshots.fresh)));
    await early;
    const late = new Promise<string>((resolve) => bridge.onSnapshot(resolve));
    socket.on('message', () => socket.send(whole(snapshots.game)));
    socket.send(snapshotFrame(tell(snapshots.game)));
    expect(read(await late)).toEqual({ kind: 'read', snapshot: snapshots.game });
  });

  it('tells the owner why a command was not obeyed', async () => {
    const { server, url } = await serve();
    server.on('connection', (socket) => {
      socket.send(whole(snapshots.fresh));
      socket.on('message', (text) => {
        const { id, command } = JSON.parse(String(text));
        const reply = { kind: 'refused', detail: quote(`No ${command.kind} today.`) };
        socket.send(JSON.stringify({ id, reply }));
      });
    });
    const { store, until } = open(url);
    await until(() => store.view().snapshot !== null);
    await store.send({ kind: 'resume' });
    expect(store.view().refusal).toEqual(quote('No resume today.'));
    store.dismissRefusal();
    expect(store.view().refusal).toBeNull();
  });

  it('does not leave a command hanging when the agent dies, and finds the agent again', async () => {
    const first = await serve();
    first.server.on('connection', (socket) => {
      socket.send(whole(snapshots.fresh));
      socket.on('message', () => first.stop());
    });
    const { store, until } = open(first.url);
    await until(() => store.view().snapshot !== null);
    await store.send({ kind: 'resume' });
    expect(store.view().refusal).toEqual(said('unanswered'));
    await until(() => store.view().stale !== null);
    const second = await serve(first.port);
    second.server.on('connection', (socket) => socket.send(whole(snapshots.game)));
    await until(() => store.view().stale === null);
    // It counts its snapshots from 1 again.
    await until(() => isDeepStrictEqual(store.view().snapshot, snapshots.game));
  });
});

describe('what did not change', () => {
  it('keeps its identity from one snapshot to the next, so that it is not drawn again', () => {
    let show: (words: string) => void = () => undefined;
    const store = openStore(
      {
        onSnapshot: (listener) => {
          show = listener;
          return () => undefined;
        },
        send: async () => ({ kind: 'ok' }),
        ask: async () => ({ kind: 'refused', detail: quote('nobody is there') }),
      },
      leaving.signal,
    );
    show(wholeLines(snapshots.earningMoney));
    const before = store.view().snapshot;
    const takenAt = millis(snapshots.game.takenAt + 1000);
    show(wholeLines({ ...snapshots.earningMoney, takenAt }));
    const after = store.view().snapshot;
    if (!after) throw new Error('nothing is shown');
    expect(after).not.toBe(before);
    expect(after.earnings).toBe(before?.earnings);
    expect(after.lanes).toBe(before?.lanes);
    let drawn = 0;
    store.subscribe(() => {
      drawn += 1;
    });
    show(wholeLines(after));
    expect(drawn).toBe(0);
  });
});
