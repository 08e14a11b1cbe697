import { AGENT_PATH, type FromAgent } from '../src-shared/network-protocol.ts';
import type { Address } from '../src-shared/receipt.ts';
import type { Said } from '../src-shared/said.ts';
import { pause } from '../src-shared/timer.ts';
import { type Millis, millis } from '../src-shared/units.ts';
import { type Blobs, blobTransfers } from './blob-transfer.ts';
import { connection, type Message, PATIENCE, type Patience, type Sent } from './connection.ts';
import type { Identity } from './identity.ts';
import { type Models, modelTransfers } from './model-transfer.ts';
import { retryDelay } from './retry-delay.ts';

/** A connection that held this long was a good one: the next trouble is a new one, and tries come fast again. */
const STEADY = 10_000;

/** What the agent hears: where it stands with the network, and what the network says. */
export type Heard =
  | {
      readonly kind: 'online';
      readonly network: { readonly name: string; readonly test: boolean };
      /** Who signs this network's receipts. */
      readonly signer: Address;
    }
  /** `since`: when the last connection ended, or the session began. Said once per new `detail`. */
  | { readonly kind: 'offline'; readonly since: Millis; readonly detail: Said }
  | Message;

export type SessionOptions = {
  /** Origin of the gateway: ws, wss, http or https; its path is not used. */
  readonly url: URL;
  readonly identity: Identity;
  /** Version of this program. */
  readonly app: string;
  /** Ends the session; nothing is heard afterwards. */
  readonly signal: AbortSignal;
  readonly heard: (message: Heard) => void;
  /** The name the gateway gives itself; its host (and port, where not the usual one) unless told. */
  readonly audience?: string;
  readonly patience?: Patience;
};

export type Session = {
  /** Hands a message to the line. `ok` says it left, not that it arrived: what matters is answered. */
  readonly send: (message: FromAgent) => Sent;
  readonly blobs: Blobs;
  readonly models: Models;
  /** Do not wait for the next try: the owner asked, or the machine woke up. */
  readonly retryNow: () => void;
};

/** The same origin under another scheme. */
function originOf(url: URL, scheme: 'ws' | 'http', path: string): URL {
  const secure = url.protocol === 'wss:' || url.protocol === 'https:';
  const origin = new URL(`${scheme}${secure ? 's' : ''}://${url.host}`);
  return new URL(path, origin);
}

/**
 * Keeps one connection to the gateway for as long as `signal` lasts: connects again for ever, each time as the same agent.
 * After every `online` the agent must say its lanes, its leases and its results again.
 */
export function openSession(options: SessionOptions): Session {
  const { url, identity, app, signal, heard } = options;
  let live: { readonly token: string; readonly send: (message: FromAgent) => Sent } | null = null;
  let skip = new AbortController();

  const once = () => {
    let onlineAt: number | null = null;
    return connection({
      url: originOf(url, 'ws', AGENT_PATH),
      identity,
      app,
      audience: options.audience ?? url.host,
      patience: options.patience ?? PATIENCE,
      signal,
      welcomed: ({ network, signer, blobToken }, send) => {
        onlineAt = Date.now();
        live = { token: blobToken, send };
        heard({ kind: 'online', network, signer });
      },
      heard: (message) => {
        if (!signal.aborted) heard(message);
      },
    }).then((detail) => ({ detail, onlineAt }));
  };

  const keepConnected = async () => {
    let failures = 0;
    let since = millis(Date.now());
    let told: string | null = null;
    while (!signal.aborted) {
      const { detail, onlineAt } = await once();
      live = null;
      if (signal.aborted) return;
      if (onlineAt !== null) {
        since = millis(Date.now());
        told = null;
        if (since - onlineAt >= STEADY) failures = 0;
      }
      const words = JSON.stringify(detail);
      if (words !== told) heard({ kind: 'offline', since, detail });
      told = words;
      skip = new AbortController();
      const wake = () => skip.abort();
      signal.addEventListener('abort', wake);
      await pause(retryDelay(failures++, Math.random()), skip.signal);
      signal.removeEventListener('abort', wake);
    }
  };
  void keepConnected();

  const linkTo = (path: string) => ({
    base: originOf(url, 'http', path),
    token: () => live?.token ?? null,
  });
  return {
    send: (message) =>
      live?.send(message) ?? { kind: 'unsent', detail: 'not connected to the network' },
    blobs: blobTransfers(linkTo('/v1/blobs/')),
    models: modelTransfers(linkTo('/v1/models/')),
    retryNow: () => skip.abort(),
  };
}
