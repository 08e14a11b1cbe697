import WebSocket from 'ws';
import {
  authMessage,
  type FromAgent,
  FromGateway,
  MAX_FRAME,
  PROTOCOL_VERSION,
  readFrame,
} from '../src-shared/network-protocol.ts';
import { quote, type Said, said } from '../src-shared/said.ts';
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
export type Message = Exclude<FromGateway, { kind: 'welcome' | 'challenge' }>;
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
  readonly heard: (message: Message) => void;
};

/** One connection from dialling to its end. Resolves with why it ended; never rejects. */
export function connection(options: ConnectionOptions): Promise<Said> {
  const { url, identity, app, audience, patience, signal, welcomed, heard } = options;
  return new Promise((resolve) => {
    const socket = new WebSocket(url, {
      perMessageDeflate: false, // 240 KiB per connection at the gateway.
      maxPayload: MAX_FRAME,
      handshakeTimeout: patience.connect,
    });
    let stage: 'challenge' | 'welcome' | 'online' = 'challenge';
    let ending: Said | null = null;
    let lastError: Said | null = null;
    let unreadable = 0;
    let answered = true;

    const end = (detail: Said) => {
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
        end(said('lineFull'));
        return unsent('the line takes nothing any more');
      }
      socket.send(frame);
      return { kind: 'ok' };
    };

    const slow = setTimeout(() => {
      if (stage !== 'online') end(said('slowGreeting'));
    }, patience.connect + patience.handshake);
    const pings = setInterval(() => {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (!answered) return end(said('stoppedAnswering'));
      answered = false;
      socket.ping();
    }, patience.ping);
    const leave = () => {
      ending ??= said('leaving');
      socket.close(1000, 'leaving');
      setTimeout(() => socket.terminate(), GOODBYE).unref();
    };

    const misheard = (detail: string) => {
      unreadable += 1;
      heard({ kind: 'error', code: 'bad-message', detail });
      if (unreadable >= MAX_UNREADABLE)
        end(said('tooUnreadable', { count: String(unreadable), last: detail }));
    };
    const listen = (message: FromGateway) => {
      if (message.kind === 'error') {
        lastError = quote(message.detail);
        return heard(message);
      }
      if (message.kind === 'challenge') {
        if (stage !== 'challenge') return misheard('a challenge out of turn');
        if (message.audience !== audience)
          return end(said('otherNetwork', { name: message.audience, host: audience }));
        stage = 'welcome';
        send({ kind: 'auth', signature: identity.sign(authMessage(audience, message.nonce)) });
        return;
      }
      if (message.kind === 'welcome') {
        if (stage !== 'welcome') return misheard('a welcome out of turn');
        if (message.version !== PROTOCOL_VERSION)
          return end(
            said('otherVersion', {
              theirs: String(message.version),
              ours: String(PROTOCOL_VERSION),
            }),
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
      ending ??= said('unreachable', { why: error.message || said('noAnswer') });
    });
    socket.on('close', (code, reason) => {
      clearTimeout(slow);
      clearInterval(pings);
      signal.removeEventListener('abort', leave);
      const why = reason.toString() || said('closeCode', { code: String(code) });
      resolve(ending ?? lastError ?? said('closedByNetwork', { why }));
    });
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave);
  });
}

const unsent = (detail: string): Sent => ({ kind: 'unsent', detail });
