import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { diskTrouble, saidOf, troubleOf } from '../src-disk/disk-trouble.ts';
import { announce, unannounce } from '../src-disk/running-exchange.ts';
import type { ExchangeStatus } from '../src-shared/buyer-protocol.ts';
import { AGENT_PATH } from '../src-shared/network-protocol.ts';
import type { Address } from '../src-shared/receipt.ts';
import { type Said, said } from '../src-shared/said.ts';
import type { Millis } from '../src-shared/units.ts';
import { inEnglish } from '../src-shared/wording.ts';
import { ticketOffice } from './access/tokens.ts';
import { Gateway } from './agents/gateway.ts';
import { BlobSweep } from './blobs/sweep.ts';
import { makeApi } from './http/api.ts';
import { listen } from './http/listen.ts';
import { Changes } from './queue/changes.ts';
import { openStores, type Stores } from './stores.ts';

/** Tried first, so that a person who looks finds it where it was. Nothing registered with IANA is there. */
export const PREFERRED_PORT = 47_610;
/** The same trouble is said once in this time: a full disk fails every heartbeat. */
const SAY_AGAIN_AFTER = 60_000;
/** A model of the largest size from a slow disk, ms. Node's own five minutes are for pages. */
const LONGEST_REQUEST = 3 * 3_600_000;

export type ExchangeOptions = Readonly<{
  /** Everything the exchange keeps is in here: queue, receipts, blobs, keys. Made where it is not. */
  folder: string;
  /** Where to listen; 127.0.0.1 unless told. */
  host?: string;
  /** Preferred port; another is taken where this one is in use. 0: any. */
  port?: number;
  network: { readonly name: string; readonly test: boolean };
  /** Ends the exchange; `closed` then resolves. */
  signal: AbortSignal;
  /** Called where something is not as it should be. */
  notice: (what: Said) => void;
  /** Wall clock; leases and deadlines must outlive a restart, so it is not a stopwatch. */
  now?: () => Millis;
}>;

export type Exchange = Readonly<{
  /** Of the HTTP side, without a slash at the end. */
  url: string;
  /** For agents: the WebSocket. Its host and port are the audience that agents sign. */
  agentUrl: string;
  audience: string;
  buyerToken: string;
  signer: Address;
  status(): Promise<ExchangeStatus>;
  /** Resolves when everything is closed and `exchange.json` is gone. */
  closed: Promise<void>;
}>;

/** Says each trouble once in a while, and none while closing; in English for whoever asked, who finds the doors shut then. */
function troubleTeller(notice: (what: Said) => void, signal: AbortSignal) {
  const told = new Map<string, number>();
  return (error: unknown): string => {
    const why = troubleOf(error);
    const text = inEnglish(why);
    const now = Date.now();
    if (!signal.aborted && now - (told.get(text) ?? 0) > SAY_AGAIN_AFTER) {
      told.set(text, now);
      notice(said('exchangeTrouble', { why }));
    }
    return inEnglish(diskTrouble(error) ? why : said('exchangeFailed', { why }));
  };
}

const hostsOf = (host: string, port: number): ReadonlySet<string> =>
  // By way of URL, which leaves port 80 away as every client does.
  new Set(
    [host, '127.0.0.1', 'localhost', '[::1]'].map((name) => new URL(`http://${name}:${port}`).host),
  );

/** Takes WebSockets from agents and turns away everybody else. */
function takeUpgrades(
  server: Server,
  gateway: Gateway,
  hosts: ReadonlySet<string>,
  signal: AbortSignal,
) {
  server.on('upgrade', (request, socket, head) => {
    const [path] = (request.url ?? '').split('?');
    // Agents are programs and send no Origin; a web page does, and has no business here.
    const known = hosts.has(request.headers.host ?? '') && request.headers.origin === undefined;
    if (path === AGENT_PATH && known && !signal.aborted)
      return gateway.upgrade(request, socket, head);
    // Whether the refusal arrives is the stranger's concern.
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n', () => socket.destroy());
  });
}

/** Serves what `stores` keep on a server that listens already. */
async function serve(
  options: ExchangeOptions,
  stores: Stores,
  server: Server,
  name: string,
): Promise<Exchange> {
  const { folder, network, signal, notice } = options;
  const { queue, blobs, models, receipts, secrets, now } = stores;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP server');
  const url = `http://${name}:${address.port}`;
  const audience = new URL(url).host;
  const hosts = hostsOf(name, address.port);
  const { signer } = receipts;
  const { buyerToken } = secrets;
  const changes = new Changes();
  const changed = () => changes.bump();
  const trouble = troubleTeller(notice, signal);
  const tickets = ticketOffice(secrets.leaseKey);
  const told = { audience, network, signer, now, changed, trouble };
  const gateway = new Gateway({ queue, receipts, blobs, tickets, ...told });
  const status = async (): Promise<ExchangeStatus> => ({
    network,
    signer,
    jobs: await queue.counts(),
    agents: gateway.agents(),
  });
  const submitted = () => {
    changed();
    gateway.wake();
  };
  const knowsBlobToken = (token: string) => gateway.knowsBlobToken(token);
  const rules = { buyerToken, knowsBlobToken, hosts, test: network.test, now };
  const api = makeApi({ queue, blobs, models, changes, ...rules, submitted, status, trouble });
  // Leaves the host program's own Request and Response alone.
  server.on('request', getRequestListener(api.fetch, { overrideGlobalObjects: false }));
  takeUpgrades(server, gateway, hosts, signal);
  await announce(folder, { url, buyerToken, pid: process.pid });
  const sweep = new BlobSweep({ queue, blobs, now, trouble });
  sweep.start();
  // Jobs from before a restart, and the time that passed meanwhile.
  gateway.wake();

  const close = async () => {
    const shut = new Promise<void>((resolve) => server.close(() => resolve()));
    changed();
    await gateway.close();
    server.closeAllConnections();
    await shut;
    await sweep.close();
    stores.close();
    await unannounce(folder, url);
  };
  const closed = new Promise<void>((resolve, reject) => {
    const end = () => void close().then(resolve, reject);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
  const agentUrl = `ws://${audience}${AGENT_PATH}`;
  return { url, agentUrl, audience, buyerToken, signer, status, closed };
}

/** The disk's trouble in words that name the folder; anything else as it is. */
function inWords(error: unknown, folder: string): unknown {
  const trouble = diskTrouble(error);
  if (!trouble) return error;
  const why = said('exchangeUnusable', { folder, why: saidOf(trouble) });
  return new Error(inEnglish(why), { cause: error });
}

/**
 * Starts an exchange: a gateway for agents and an HTTP side for buyers on one port. Rejects with one sentence, and
 * nothing left open, where the folder or the network does not let it.
 */
export async function startExchange(options: ExchangeOptions): Promise<Exchange> {
  const host = options.host ?? '127.0.0.1';
  const stores = await openStores(options).catch((error: unknown) => {
    throw inWords(error, options.folder);
  });
  const server = createServer({ requestTimeout: LONGEST_REQUEST });
  try {
    await listen(server, host, options.port ?? PREFERRED_PORT, options.notice);
    return await serve(options, stores, server, host.includes(':') ? `[${host}]` : host);
  } catch (error) {
    server.close();
    stores.close();
    throw inWords(error, options.folder);
  }
}
