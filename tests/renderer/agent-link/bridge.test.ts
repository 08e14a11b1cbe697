import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { socketBridge } from '../../../src-renderer/agent-link/bridge.ts';
import { openStore } from '../../../src-renderer/agent-link/store.ts';
import { quote, said } from '../../../src-shared/said.ts';
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

const snapshotFrame = (snapshot: unknown) => JSON.stringify({ channel: 'snapshot', snapshot });

describe('the window in a browser', () => {
  it('shows what the agent sends', async () => {
    const { server, url } = await serve();
    server.on('connection', (socket) => socket.send(snapshotFrame(snapshots.game)));
    const { store, until } = open(url);
    await until(() => store.view().snapshot !== null);
    expect(store.view().snapshot).toEqual(snapshots.game);
  });

  it('says what it could not read and keeps the last good snapshot', async () => {
    const { server, url } = await serve();
    server.on('connection', (socket) => {
      socket.send(snapshotFrame(snapshots.game));
      socket.send('{ not JSON');
      socket.send(snapshotFrame({ ...snapshots.game, connection: { kind: 'carrier pigeon' } }));
    });
    const { store, until } = open(url);
    await until(() => store.view().stale !== null);
    expect(store.view().stale).toContain('connection');
    expect(store.view().snapshot).toEqual(snapshots.game);
  });

  it('tells the owner why a command was not obeyed', async () => {
    const { server, url } = await serve();
    server.on('connection', (socket) => {
      socket.send(snapshotFrame(snapshots.fresh));
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
      socket.send(snapshotFrame(snapshots.fresh));
      socket.on('message', () => first.stop());
    });
    const { store, until } = open(first.url);
    await until(() => store.view().snapshot !== null);
    await store.send({ kind: 'resume' });
    expect(store.view().refusal).toEqual(said('unanswered'));
    await until(() => store.view().stale !== null);
    const second = await serve(first.port);
    second.server.on('connection', (socket) => socket.send(snapshotFrame(snapshots.game)));
    await until(() => store.view().stale === null);
    await until(() => store.view().snapshot?.lanes[0]?.phase.kind === 'held');
  });
});

describe('what did not change', () => {
  it('keeps its identity from one snapshot to the next, so that it is not drawn again', () => {
    let show: (words: unknown) => void = () => undefined;
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
    show(snapshots.earningMoney);
    const before = store.view().snapshot;
    show({ ...structuredClone(snapshots.earningMoney), takenAt: snapshots.game.takenAt + 1000 });
    const after = store.view().snapshot;
    expect(after).not.toBe(before);
    expect(after?.earnings).toBe(before?.earnings);
    expect(after?.lanes).toBe(before?.lanes);
    let drawn = 0;
    store.subscribe(() => {
      drawn += 1;
    });
    show(structuredClone(after));
    expect(drawn).toBe(0);
  });
});
