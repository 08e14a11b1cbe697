import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { CHANNEL } from '../../src-shared/channel.ts';
import { type Answered, Question } from '../../src-shared/question.ts';
import { said } from '../../src-shared/said.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { Command, type Reply } from '../../src-shared/window-protocol.ts';
import { pageFile } from './page-files.ts';
import { openSnapshotLines } from './snapshot-lines.ts';

/** A command is a few hundred bytes; a thousand game rules are the largest. */
const MAX_COMMAND = 256 * 1024;
/** More windows than this are not one owner's browser. */
const MAX_WINDOWS = 8;

const Request = z.union([
  z.object({ id: z.int().min(0), command: Command }),
  z.object({ id: z.int().min(0), question: Question }),
  /** Missed a delta; the answer is a whole snapshot on the other channel. */
  z.object({ channel: z.literal(CHANNEL.wholeSnapshot) }),
]);
type Heard = { readonly id: number } & ({ readonly reply: Reply } | { readonly answer: Answered });

type Options = {
  /** The built window. */
  readonly folder: string;
  readonly obey: (command: Command) => Reply;
  readonly answer: (question: Question) => Answered;
  /** Whether any window is open now; told when one opens or closes. */
  readonly watched: (on: boolean) => void;
  readonly signal: AbortSignal;
};

/**
 * The same window in a browser on this machine: loopback only, a one-time token in the URL that becomes a cookie, and
 * Host and Origin checked, so that neither another user's page nor a DNS name that points here can speak.
 */
export async function serveWindow({ folder, obey, answer: tell, watched, signal }: Options) {
  const token = randomBytes(24).toString('base64url');
  const session = randomBytes(24).toString('base64url');
  let tokenSpent = false;
  const lines = openSnapshotLines();
  /** The number of the snapshot that each window was last told. */
  const told = new WeakMap<WebSocket, number>();
  const windows = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_COMMAND,
  });
  const server = createServer((request, response) => {
    answer(request, response).catch(() => refuse(response, 400, 'Not an address of this window.'));
  });

  const authority = () => {
    const address = server.address();
    return typeof address === 'object' && address ? `127.0.0.1:${address.port}` : '';
  };
  const cookieName = () => `offpeak-${authority().split(':')[1]}`;
  const isHere = (request: IncomingMessage) => request.headers.host === authority();
  const isOwner = (request: IncomingMessage) =>
    (request.headers.cookie ?? '')
      .split(';')
      .some((pair) => same(pair.trim(), `${cookieName()}=${session}`));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isHere(request)) return refuse(response, 403, 'This address serves one machine only.');
    if (request.method !== 'GET') return refuse(response, 405, 'Only GET.');
    // Throws on what is no address, such as `//` or a broken escape: answered with 400.
    const url = new URL(request.url ?? '/', `http://${authority()}`);
    const given = url.searchParams.get('token');
    if (given !== null && !tokenSpent && same(given, token)) {
      tokenSpent = true;
      response.writeHead(303, {
        location: '/',
        'set-cookie': `${cookieName()}=${session}; HttpOnly; SameSite=Strict; Path=/`,
      });
      response.end();
      return;
    }
    if (!isOwner(request))
      return refuse(response, 401, 'Open the address that Offpeak printed when it started.');
    const file = pageFile(folder, url.pathname === '/' ? '/index.html' : url.pathname);
    if (!file) return refuse(response, 404, 'Not found.');
    try {
      const body = await readFile(file.path);
      response.writeHead(200, {
        'content-type': file.type,
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
      response.end(body);
    } catch {
      refuse(response, 404, 'Not found.');
    }
  }

  server.on('upgrade', (request, socket, head) => {
    const allowed =
      isHere(request) &&
      isOwner(request) &&
      request.headers.origin === `http://${authority()}` &&
      request.url === '/window' &&
      windows.clients.size < MAX_WINDOWS;
    if (!allowed) {
      socket.destroy();
      return;
    }
    windows.handleUpgrade(request, socket, head, (window) => {
      window.on('error', () => window.terminate());
      window.on('close', () => watched(windows.clients.size > 0));
      watched(true);
      sendNews(window);
      window.on('message', (data) => {
        const heard = hear(String(data));
        if (heard) return window.send(JSON.stringify(heard));
        told.delete(window);
        sendNews(window);
      });
    });
  });

  /** Sends a window what is new to it. More behind what has not left yet would only pile up: it gets all of that the next time. */
  function sendNews(window: WebSocket): void {
    if (window.readyState !== WebSocket.OPEN || window.bufferedAmount > 0) return;
    const from = told.get(window) ?? 0;
    const delta = lines.since(from);
    if (delta.to === from) return;
    told.set(window, delta.to);
    window.send(JSON.stringify({ channel: CHANNEL.snapshot, delta }));
  }

  /** What is answered; null where a whole snapshot is. */
  function hear(text: string): Heard | null {
    let words: unknown;
    try {
      words = JSON.parse(text);
    } catch {
      return {
        id: -1,
        reply: { kind: 'refused', detail: said('unreadable', { why: 'not JSON' }) },
      };
    }
    const request = Request.safeParse(words);
    if (!request.success) {
      const { id } = z
        .object({ id: z.int().catch(-1) })
        .catch({ id: -1 })
        .parse(words);
      return {
        id,
        reply: {
          kind: 'refused',
          detail: said('unreadable', { why: request.error.message.slice(0, 300) }),
        },
      };
    }
    if ('channel' in request.data) return null;
    const { id } = request.data;
    return 'question' in request.data
      ? { id, answer: tell(request.data.question) }
      : { id, reply: obey(request.data.command) };
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  signal.addEventListener(
    'abort',
    () => {
      for (const window of windows.clients) window.terminate();
      windows.close();
      server.close();
      server.closeAllConnections();
    },
    { once: true },
  );

  return {
    /** Opens the window once; printed for the owner. */
    url: `http://${authority()}/?token=${token}`,
    show(snapshot: Snapshot): void {
      lines.take(snapshot);
      for (const window of windows.clients) sendNews(window);
    },
  };
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(sentence);
}

/** Equal, in a time that tells nothing about where they differ. */
function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
