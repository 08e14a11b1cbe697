import { randomBytes } from 'node:crypto';
import type { RawData, WebSocket } from 'ws';
import {
  FromAgent,
  type FromGateway,
  PROTOCOL_VERSION,
  readFrame,
} from '../../src-shared/network-protocol.ts';
import type { AgentId } from '../../src-shared/receipt.ts';
import type { Millis } from '../../src-shared/units.ts';
import { authProblem, type Challenge, challenge, HANDSHAKE_TTL } from '../access/handshake.ts';
import { RateLimit } from '../access/rate-limit.ts';

/** Frames per second, and at once. Jobs may last milliseconds: an agent that does a hundred a second says five about each. */
const FRAMES_PER_SECOND = 500;
const FRAMES_AT_ONCE = 200;
/** Frames that make no sense before the line is cut: a broken agent should stop and be looked at. */
const MAX_STRIKES = 20;
/** Private close codes: 4000 and the HTTP status that says the same. */
const CLOSE = { bad: 4400, auth: 4401, replaced: 4409, version: 4426, rate: 4429 } as const;

/** What an agent may say once it has proved its key. */
export type AgentWord = Exclude<FromAgent, { kind: 'hello' | 'auth' }>;
type ErrorCode = Extract<FromGateway, { kind: 'error' }>['code'];

type BadFrame = { readonly kind: 'bad'; readonly code: ErrorCode; readonly detail: string };

export type LinkHost = Readonly<{
  audience: string;
  now: () => Millis;
  /** The words that go with `welcome`. */
  introduction: Omit<Extract<FromGateway, { kind: 'welcome' }>, 'kind' | 'version' | 'blobToken'>;
  joined(link: AgentLink): void;
  /** Messages of one link come strictly one after another. A rejection is answered as an `internal` error. */
  heard(link: AgentLink, word: AgentWord): Promise<void>;
  /** One clear sentence for `error`; also tells the person. */
  trouble(error: unknown): string;
}>;

type Phase =
  | { readonly kind: 'new' }
  | { readonly kind: 'challenged'; readonly challenge: Challenge }
  | { readonly kind: 'known'; readonly agent: AgentId; readonly app: string };

/** One agent's connection, from hello to close: proves who it is, reads its frames, keeps its manners. */
export class AgentLink {
  readonly blobToken = randomBytes(32).toString('base64url');
  readonly #socket: WebSocket;
  readonly #host: LinkHost;
  readonly #rate = new RateLimit(FRAMES_AT_ONCE, FRAMES_PER_SECOND);
  #phase: Phase = { kind: 'new' };
  #strikes = 0;
  #alive = true;
  #inbox: Promise<void> = Promise.resolve();

  constructor(socket: WebSocket, host: LinkHost) {
    this.#socket = socket;
    this.#host = host;
    const late = setTimeout(() => {
      if (this.#phase.kind !== 'known')
        this.#refuse(
          'auth',
          `no proof of identity within ${HANDSHAKE_TTL / 1000} seconds`,
          CLOSE.auth,
        );
    }, HANDSHAKE_TTL);
    socket.on('close', () => clearTimeout(late));
    socket.on('pong', () => {
      this.#alive = true;
    });
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
  }

  /** Who it is. Throws before `joined`. */
  get agent(): AgentId {
    if (this.#phase.kind !== 'known') throw new Error('this agent has not proved who it is');
    return this.#phase.agent;
  }

  get known(): boolean {
    return this.#phase.kind === 'known';
  }

  get app(): string {
    return this.#phase.kind === 'known' ? this.#phase.app : '';
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Resolves when every frame received so far is dealt with. */
  get idle(): Promise<void> {
    return this.#inbox;
  }

  send(message: FromGateway): void {
    if (this.open) this.#socket.send(JSON.stringify(message));
  }

  /** A frame that could not be obeyed: says why; cuts the line when there have been too many. */
  strike(code: ErrorCode, detail: string): void {
    this.#strikes += 1;
    if (this.#strikes < MAX_STRIKES) this.#say(code, detail);
    else this.#refuse(code, detail, code === 'rate' ? CLOSE.rate : CLOSE.bad);
  }

  /** The same agent connected again: the newer line counts. */
  replace(): void {
    this.#refuse('closing', 'this agent connected again elsewhere', CLOSE.replaced);
  }

  goAway(): void {
    this.#refuse('closing', 'this exchange is closing; keep the lease and come back', 1001);
  }

  /** Asks whether the other end is still there; cuts the line where it did not answer the last time. */
  probe(): void {
    if (this.#alive) this.#socket.ping();
    else this.cut();
    this.#alive = false;
  }

  cut(): void {
    this.#socket.terminate();
  }

  #say(code: ErrorCode, detail: string): void {
    this.send({ kind: 'error', code, detail: detail.slice(0, 500) });
  }

  #refuse(code: ErrorCode, detail: string, close: number): void {
    this.#say(code, detail);
    this.#socket.close(close, code);
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#alive = true;
    if (!this.open) return;
    const message = this.#read(data, isBinary);
    if (message.kind === 'bad') this.strike(message.code, message.detail);
    else
      this.#inbox = this.#inbox
        .then(() => this.#hear(message))
        .catch((error: unknown) => this.#say('internal', this.#host.trouble(error)));
  }

  #read(data: RawData, isBinary: boolean): FromAgent | BadFrame {
    const bad = (code: ErrorCode, detail: string): BadFrame => ({ kind: 'bad', code, detail });
    if (!this.#rate.take())
      return bad('rate', `more than ${FRAMES_PER_SECOND} frames a second; this one was not read`);
    if (isBinary) return bad('bad-message', 'a binary frame; this line speaks JSON text');
    const message = readFrame(FromAgent, data.toString());
    return message.kind === 'unreadable' ? bad('bad-message', message.detail) : message;
  }

  async #hear(message: FromAgent): Promise<void> {
    if (!this.open) return;
    switch (message.kind) {
      case 'hello':
        return this.#hello(message);
      case 'auth':
        return this.#auth(message.signature);
      case 'advert':
      case 'accept':
      case 'decline':
      case 'heartbeat':
      case 'result':
      case 'release':
      case 'failed':
        if (this.#phase.kind === 'known') return this.#host.heard(this, message);
        return this.#refuse('auth', `${message.kind} before hello and auth`, CLOSE.auth);
    }
  }

  #hello({ version, agent, app }: Extract<FromAgent, { kind: 'hello' }>): void {
    if (this.#phase.kind !== 'new') this.strike('bad-message', 'a second hello');
    else if (version !== PROTOCOL_VERSION) {
      const detail = `this exchange speaks version ${PROTOCOL_VERSION}, the agent ${version}`;
      this.#refuse('version', detail, CLOSE.version);
    } else {
      const asked = challenge(agent, app, this.#host.now());
      this.#phase = { kind: 'challenged', challenge: asked };
      this.send({ kind: 'challenge', nonce: asked.nonce, audience: this.#host.audience });
    }
  }

  #auth(signature: string): void {
    if (this.#phase.kind !== 'challenged') {
      this.#refuse('auth', 'auth without a challenge that waits for it', CLOSE.auth);
      return;
    }
    const asked = this.#phase.challenge;
    // The nonce is spent whatever comes of it.
    this.#phase = { kind: 'new' };
    const problem = authProblem(asked, this.#host.audience, signature, this.#host.now());
    if (problem) {
      this.#refuse('auth', problem, CLOSE.auth);
      return;
    }
    this.#phase = { kind: 'known', agent: asked.agent, app: asked.app };
    this.send({
      kind: 'welcome',
      version: PROTOCOL_VERSION,
      ...this.#host.introduction,
      blobToken: this.blobToken,
    });
    this.#host.joined(this);
  }
}
