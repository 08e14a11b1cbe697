import { WebSocket } from 'ws';
import { z } from 'zod';
import { openSnapshotReader } from '../../src-renderer/agent-link/snapshot-reader.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { followDeltas } from '../../src-shared/snapshot-delta.ts';
import { type CommandInput, Reply, SnapshotDelta } from '../../src-shared/window-protocol.ts';

const FromWindowServer = z.union([
  z.object({ channel: z.literal('snapshot'), delta: SnapshotDelta }),
  z.object({ id: z.int(), reply: Reply }),
]);

/** A window without a browser: opens the printed address, then sees snapshots and gives commands. */
export type WindowClient = Readonly<{
  /** Every snapshot parses, and every delta follows the one before, or the test fails here. */
  latest: () => Snapshot | null;
  /** The first snapshot from now on (or the latest one) for which `is` holds. */
  until: (
    what: string,
    is: (snapshot: Snapshot) => boolean,
    withinMs?: number,
  ) => Promise<Snapshot>;
  send: (command: CommandInput) => Promise<Reply>;
  /** Sends text as it is; resolves with the answer. */
  sendRaw: (text: string) => Promise<{ readonly id: number; readonly reply: Reply }>;
  close: () => void;
}>;

/** The cookie that the one-time token of `url` is changed into. */
export async function cookieFor(url: string): Promise<string> {
  const answer = await fetch(url, { redirect: 'manual' });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0];
  if (answer.status !== 303 || !cookie) throw new Error(`the window said ${answer.status}`);
  return cookie;
}

/** Spends the token of the printed address. */
export const openWindow = async (url: string): Promise<WindowClient> =>
  windowWith(await cookieFor(url), url);

/** Another window of the owner, whose browser has the cookie already. */
export async function windowWith(cookie: string, url: string): Promise<WindowClient> {
  const { host, origin } = new URL(url);
  const socket = new WebSocket(`ws://${host}/window`, { headers: { cookie }, origin });
  let latest: Snapshot | null = null;
  let broken: unknown = null;
  let nextId = 1;
  const looking = new Set<() => void>();
  const answers = new Map<number, (reply: Reply) => void>();

  const readLines = openSnapshotReader();
  const take = followDeltas({
    show: (words) => {
      const read = readLines(words);
      if (read.kind === 'read') latest = read.snapshot;
      else broken = new Error(`unreadable from the agent: ${read.where}`);
    },
    askWhole: () => {
      broken = new Error('the agent left out what changed');
    },
  });

  socket.on('message', (data) => {
    const read = FromWindowServer.safeParse(JSON.parse(String(data)));
    if (!read.success) broken = new Error(`unreadable from the agent: ${read.error.message}`);
    else if ('delta' in read.data) take(read.data.delta);
    else {
      answers.get(read.data.id)?.(read.data.reply);
      answers.delete(read.data.id);
    }
    for (const look of [...looking]) look();
  });
  socket.on('close', () => {
    broken ??= new Error('the agent closed the window');
    for (const look of [...looking]) look();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });

  const ask = (id: number, text: string) =>
    new Promise<{ id: number; reply: Reply }>((resolve) => {
      answers.set(id, (reply) => resolve({ id, reply }));
      socket.send(text);
    });

  return {
    latest: () => latest,
    until: (what, is, withinMs = 25_000) =>
      new Promise((resolve, reject) => {
        const end = () => {
          clearTimeout(timer);
          looking.delete(look);
        };
        const look = () => {
          if (latest && is(latest)) {
            end();
            resolve(latest);
          } else if (broken) {
            end();
            reject(broken);
          }
        };
        const timer = setTimeout(() => {
          end();
          reject(
            new Error(`waited ${withinMs / 1000} s for ${what}; last seen: ${inShort(latest)}`),
          );
        }, withinMs);
        looking.add(look);
        look();
      }),
    send: async (command) => {
      const id = nextId++;
      return (await ask(id, JSON.stringify({ id, command }))).reply;
    },
    sendRaw: (text) => ask(-1, text),
    close: () => {
      socket.removeAllListeners('close');
      socket.terminate();
    },
  };
}

const inShort = (snapshot: Snapshot | null): string =>
  snapshot === null
    ? 'nothing'
    : JSON.stringify({
        phases: snapshot.lanes.map(({ lane, phase }) => [lane, phase]),
        connection: snapshot.connection,
        notices: snapshot.notices,
        examples: snapshot.examples,
        jobs: snapshot.earnings.jobs.slice(0, 3),
      });
