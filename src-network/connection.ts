import WebSocket from 'ws';
import {
  authMessage,
  type FromAgent,
  FromGateway,
  MAX_FRAME,
  PROTOCOL_VERSION,
  readFrame,
} from '../src-shared/network-protocol.ts';
import type { Identity } from './identity.ts';

/** What a gateway may take before we try elsewhere or again, and how soon a dead line is noticed; milliseconds. */
export type Patience = {
  /** TCP, TLS and the HTTP upgrade. */
  readonly connect: number;
  /** From the open line to `welcome`. */
  readonly handshake: number;
  /** A ping goes out this often; no sign of life until the next one means the line is dead. */
  readonly ping: number;
};
/** A sleeping laptop or a pulled cable says nothing: two pings in 20 s are well within the lease's 60 s. */
export const PATIENCE: Patience = { connect: 10_000, handshake: 10_000, ping: 10_000 };

/** A newer gateway may say things we do not know; one that says only such things is not worth listening to. */
const MAX_UNREADABLE = 16;
/** More unsent bytes than this mean a line that swallows; four of the largest frames for every lane fit. */
const MAX_UNSENT = 16 * 1024 * 1024;
/** How long a polite goodbye may take. */
const GOODBYE = 500;

export type Welcome = Extract<FromGateway, { kind: 'welcome' }>;
/** What a gateway says once it knows us. */
export type Said = Exclude<FromGateway, { kind: 'welcome' | 'challenge' }>;
export type Sent = { readonly kind: 'ok' } | { readonly kind: 'unsent'; readonly detail: string };

export type ConnectionOptions = {
  readonly url: URL;
  readonly identity: Identity;
  /** Version of this program, for the gateway's records. */
  readonly app: string;
  /** The name the gateway must give itself: a signature for another gateway is not handed out. */
  readonly audience: string;
  readonly patience: Patience;
  readonly signal: AbortSignal;
  readonly welcomed: (welcome: Welcome, send: (message: FromAgent) => Sent) => void;
  readonly heard: (message: Said) => void;
};

/** One connection from dialling to its end. Resolves with a sentence about why it ended; never rejects. */
export function connection(options: ConnectionOptions): Promise<string> {
  const { url, identity, app, audience, patience, signal, welcomed, heard } = options;
  return new Promise((resolve) => {
    const socket = new WebSocket(url, {
      perMessageDeflate: false, // 240 KiB per connection at the gateway.
      maxPayload: MAX_FRAME,
      handshakeTimeout: patience.connect,
    });
    let stage: 'challenge' | 'welcome' | 'online' = 'challenge';
    let ending: string | null = null;
    let lastError: string | null = null;
    let unreadable = 0;
    let answered = true;

    const end = (detail: string) => {
      ending ??= detail;
      socket.terminate();
    };
    const send = (message: FromAgent): Sent => {
      if (socket.readyState !== WebSocket.OPEN) return unsent('not connected to the network');
      const frame = JSON.stringify(message);
      const size = Buffer.byteLength(frame);
      if (size > MAX_FRAME)
        return unsent(`a ${message.kind} of ${size} bytes is more than a frame may have`);
      if (socket.bufferedAmount > MAX_UNSENT) {
        end('the line takes nothing any more');
        return unsent('the line takes nothing any more');
      }
      socket.send(frame);
      return { kind: 'ok' };
    };

    const slow = setTimeout(() => {
      if (stage !== 'online') end('the network did not finish its greeting in time');
    }, patience.connect + patience.handshake);
    const pings = setInterval(() => {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (!answered) return end('the network stopped answering');
      answered = false;
      socket.ping();
    }, patience.ping);
    const leave = () => {
      ending ??= 'this program is leaving';
      socket.close(1000, 'leaving');
      setTimeout(() => socket.terminate(), GOODBYE).unref();
    };

    const misheard = (detail: string) => {
      unreadable += 1;
      heard({ kind: 'error', code: 'bad-message', detail });
      if (unreadable >= MAX_UNREADABLE)
        end(`the network said ${unreadable} things that could not be read, the last: ${detail}`);
    };
    const listen = (message: FromGateway) => {
      if (message.kind === 'error') {
        lastError = message.detail;
        return heard(message);
      }
      if (message.kind === 'challenge') {
        if (stage !== 'challenge') return misheard('a challenge out of turn');
        if (message.audience !== audience)
          return end(`the network calls itself ${message.audience}, but we dialled ${audience}`);
        stage = 'welcome';
        send({ kind: 'auth', signature: identity.sign(authMessage(audience, message.nonce)) });
        return;
      }
      if (message.kind === 'welcome') {
        if (stage !== 'welcome') return misheard('a welcome out of turn');
        if (message.version !== PROTOCOL_VERSION)
          return end(
            `the network speaks version ${message.version}, this program ${PROTOCOL_VERSION}: one of them needs an update`,
          );
        stage = 'online';
        clearTimeout(slow);
        return welcomed(message, send);
      }
      if (stage !== 'online') return misheard(`${message.kind} before the welcome`);
      heard(message);
    };

    socket.on('open', () =>
      send({ kind: 'hello', version: PROTOCOL_VERSION, agent: identity.agent, app }),
    );
    socket.on('message', (data, isBinary) => {
      answered = true;
      if (ending !== null) return;
      const message = isBinary
        ? ({ kind: 'unreadable', detail: 'bytes instead of text' } as const)
        : readFrame(FromGateway, data.toString());
      if (message.kind === 'unreadable')
        misheard(
          `the network sent something that could not be read: ${message.detail}`.slice(0, 500),
        );
      else listen(message);
    });
    socket.on('ping', () => {
      answered = true;
    });
    socket.on('pong', () => {
      answered = true;
    });
    // 'close' follows and ends the promise.
    socket.on('error', (error) => {
      ending ??= `no connection to the network: ${error.message || 'it cannot be reached'}`;
    });
    socket.on('close', (code, reason) => {
      clearTimeout(slow);
      clearInterval(pings);
      signal.removeEventListener('abort', leave);
      const words = reason.toString() || `code ${code}`;
      resolve(ending ?? lastError ?? `the network closed the connection (${words})`);
    });
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave);
  });
}

const unsent = (detail: string): Sent => ({ kind: 'unsent', detail });
