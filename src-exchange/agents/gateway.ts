import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { MAX_FRAME } from '../../src-shared/network-protocol.ts';
import type { Address, AgentId } from '../../src-shared/receipt.ts';
import { type Millis, millis, seconds } from '../../src-shared/units.ts';
import { fingerprint, type TicketOffice } from '../access/tokens.ts';
import type { BlobStore } from '../blobs/blobs.ts';
import type { Queue } from '../queue/queue.ts';
import type { Receipts } from '../receipts/receipts.ts';
import { AgentLink, type AgentWord, type LinkHost } from './agent-link.ts';
import { Dispatcher } from './dispatcher.ts';
import { returnPause } from './lane.ts';
import { LeaseDesk, type LeaseWord } from './lease-desk.ts';

/** How often a line is probed; a peer that misses one probe is dead. Below the minute NATs keep a flow. */
const PROBE_EVERY = seconds(20);
/** How long a peer may take to close its side before the line is cut. */
const CLOSE_GRACE = millis(500);
/** Lines at once: what one process was measured to carry (10,000 idle lines, 10 KiB each). */
const MAX_LINKS = 10_000;

type Parts = Readonly<{
  queue: Queue;
  receipts: Receipts;
  blobs: BlobStore;
  tickets: TicketOffice;
  audience: string;
  network: { readonly name: string; readonly test: boolean };
  signer: Address;
  now: () => Millis;
  /** A job changed its state. */
  changed: () => void;
  /** Says a trouble to the person; returns the sentence. */
  trouble: (error: unknown) => string;
}>;

/** The door for agents: one WebSocket each. Holds nothing that a restart may not lose. */
export class Gateway {
  readonly #parts: Parts;
  readonly #desk: LeaseDesk;
  readonly #dispatcher: Dispatcher;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    // Deflate costs 240 KiB a line, even when it is told not to keep its window.
    perMessageDeflate: false,
    maxPayload: MAX_FRAME,
  });
  /** Every line, proved or not. */
  readonly #links = new Set<AgentLink>();
  readonly #agents = new Map<AgentId, AgentLink>();
  /** Fingerprints, so that a lookup's time tells nothing about a token. */
  readonly #blobTokens = new Set<string>();
  readonly #host: LinkHost;
  #probing: NodeJS.Timeout | null = null;
  readonly #farewells = new Set<Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#desk = new LeaseDesk(parts);
    this.#dispatcher = new Dispatcher(parts);
    this.#host = {
      audience: parts.audience,
      now: parts.now,
      introduction: { network: parts.network, signer: parts.signer },
      joined: (link) => this.#joined(link),
      heard: (link, word) => this.#heard(link, word),
      trouble: parts.trouble,
    };
  }

  /** Takes over a connection that asked to become a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#sockets.handleUpgrade(request, socket, head, (ws) => this.#connected(ws));
  }

  /** There may be new work, or old work may have run out of time. */
  wake(): void {
    this.#dispatcher.wake();
  }

  /** Whether this is the blob token of an agent that is connected now. */
  knowsBlobToken(token: string): boolean {
    return this.#blobTokens.has(fingerprint(token));
  }

  /** Who is connected, and with what. */
  agents() {
    return [...this.#agents.values()].map((link) => ({
      agent: link.agent,
      app: link.app,
      lanes: this.#dispatcher.lanesOf(link).map(({ advert, held }) => ({
        ...advert,
        job: held && held.until > this.#parts.now() ? held.lease.job : null,
      })),
    }));
  }

  /** Says goodbye to everyone; resolves when no line is open and every word received is dealt with. */
  async close(): Promise<void> {
    await this.#dispatcher.close();
    const links = [...this.#links];
    for (const link of links) link.goAway();
    const grace = setTimeout(() => {
      for (const link of this.#links) link.cut();
    }, CLOSE_GRACE);
    await Promise.all(links.map((link) => link.idle));
    await new Promise<void>((resolve) => {
      const check = () => this.#links.size === 0 && resolve();
      for (const ws of this.#sockets.clients) ws.once('close', () => setImmediate(check));
      check();
    });
    clearTimeout(grace);
    await Promise.all(this.#farewells);
    await this.#dispatcher.close();
  }

  #connected(ws: WebSocket): void {
    // What a peer does wrong at the WebSocket level ends in 'close'; there is nobody to tell.
    ws.on('error', () => {});
    if (this.#links.size >= MAX_LINKS) {
      ws.close(1013, 'too many agents');
      return;
    }
    const link = new AgentLink(ws, this.#host);
    this.#links.add(link);
    this.#probing ??= setInterval(() => this.#probe(), PROBE_EVERY).unref();
    ws.on('close', () => this.#left(link));
  }

  #joined(link: AgentLink): void {
    const before = this.#agents.get(link.agent);
    if (before) {
      before.replace();
      this.#left(before);
    }
    this.#agents.set(link.agent, link);
    this.#blobTokens.add(fingerprint(link.blobToken));
    this.#dispatcher.joined(link);
  }

  #probe(): void {
    for (const link of this.#links) link.probe();
  }

  #left(link: AgentLink): void {
    this.#links.delete(link);
    this.#blobTokens.delete(fingerprint(link.blobToken));
    if (link.known && this.#agents.get(link.agent) === link) this.#agents.delete(link.agent);
    if (this.#links.size === 0 && this.#probing) {
      clearInterval(this.#probing);
      this.#probing = null;
    }
    const farewell: Promise<void> = this.#dispatcher
      .left(link)
      .catch((error: unknown) => void this.#parts.trouble(error))
      .finally(() => this.#farewells.delete(farewell));
    this.#farewells.add(farewell);
  }

  async #heard(link: AgentLink, word: AgentWord): Promise<void> {
    switch (word.kind) {
      case 'advert':
        return this.#dispatcher.advertised(link, word.lanes);
      case 'accept':
        return this.#dispatcher.accepted(link, word.offer);
      case 'decline':
        return this.#dispatcher.declined(link, word.offer);
      case 'heartbeat':
      case 'result':
      case 'release':
      case 'failed':
        return this.#rule(link, word);
    }
  }

  async #rule(link: AgentLink, word: LeaseWord): Promise<void> {
    const ruling = await this.#desk.rule(link.agent, word);
    switch (ruling.kind) {
      case 'held':
        this.#dispatcher.held(link, ruling.ticket);
        this.#parts.changed();
        return;
      case 'over': {
        link.send(ruling.reply);
        this.#dispatcher.freed(link, ruling.ticket, returnPause(word));
        this.#parts.changed();
        return;
      }
      case 'refused':
        link.strike(ruling.forged ? 'lease' : 'bad-message', ruling.detail);
        return;
    }
  }
}
