import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { WebSocket } from 'ws';
import type { z } from 'zod';
import type { FromAgent } from '../../src-shared/network-protocol.ts';
import { authMessage, FromGateway, LaneAdvert } from '../../src-shared/network-protocol.ts';
import { AgentId } from '../../src-shared/receipt.ts';
import { blobOf } from './jobs.ts';

export type Key = Readonly<{ agent: AgentId; privateKey: KeyObject }>;
type Word = z.input<typeof FromAgent>;
type Heard = FromGateway | { kind: 'closed'; code: number };
type Of<K extends Heard['kind']> = Extract<Heard, { kind: K }>;

export function newKey(): Key {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { agent: AgentId.parse(publicKey.export({ format: 'jwk' }).x), privateKey };
}

export const lane = (changes: Partial<z.input<typeof LaneAdvert>> = {}): LaneAdvert =>
  LaneAdvert.parse({
    lane: 'software',
    backend: 'webgpu',
    software: true,
    vram: 1_000_000,
    ready: true,
    ...changes,
  });

/** A WebSocket that says what it is told and keeps what it hears, in order. */
export class Line {
  readonly #socket: WebSocket;
  readonly #heard: Heard[] = [];
  #waiting: (() => void) | null = null;

  constructor(url: string, options: { headers?: Record<string, string> } = {}) {
    this.#socket = new WebSocket(url, { perMessageDeflate: false, ...options });
    this.#socket.on('error', () => {});
    this.#socket.on('message', (data) => this.#hear(FromGateway.parse(JSON.parse(String(data)))));
    this.#socket.on('close', (code) => this.#hear({ kind: 'closed', code }));
  }

  #hear(message: Heard): void {
    this.#heard.push(message);
    this.#waiting?.();
  }

  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once('open', resolve);
      this.#socket.once('close', (code) => reject(new Error(`closed with ${code}`)));
    });
  }

  say(word: Word): void {
    this.raw(JSON.stringify(word));
  }

  raw(frame: string | Buffer): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }

  /** The next message of this kind, whatever stands before it; taken out of what was heard. */
  async next<K extends Heard['kind']>(kind: K): Promise<Of<K>> {
    const isKind = (message: Heard): message is Of<K> => message.kind === kind;
    for (;;) {
      const found = this.#heard.find(isKind);
      if (found) {
        this.#heard.splice(this.#heard.indexOf(found), 1);
        return found;
      }
      const closed = this.#heard.find((message) => message.kind === 'closed');
      if (closed) throw new Error(`waited for ${kind}, but the line was closed`);
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }

  /** The next message, of whatever kind. */
  async any(): Promise<Heard> {
    for (;;) {
      const first = this.#heard.shift();
      if (first) return first;
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }

  get heard(): readonly Heard[] {
    return this.#heard;
  }

  hangUp(): void {
    this.#socket.terminate();
  }
}

export const signature = (key: Key, audience: string, nonce: string): string =>
  sign(null, Buffer.from(authMessage(audience, nonce)), key.privateKey).toString('base64url');

/** Connects and proves the key. */
export async function connect(url: string, key: Key) {
  const line = new Line(url);
  await line.opened();
  line.say({ kind: 'hello', version: 1, agent: key.agent, app: 'test' });
  const { nonce, audience } = await line.next('challenge');
  line.say({ kind: 'auth', signature: signature(key, audience, nonce) });
  const welcome = await line.next('welcome');
  return { line, welcome };
}

/** What the no-op job leaves in `out`. */
export const NOOP_OUTPUT = Buffer.alloc(16, 7);
export const noopOutputs = [{ name: 'out', ...blobOf(NOOP_OUTPUT.toString('latin1')) }];

export const upload = (url: string, token: string, data: Uint8Array, name: string) =>
  fetch(`${url}/v1/blobs/${name}`, {
    method: 'PUT',
    body: new Uint8Array(data),
    headers: { authorization: `Bearer ${token}` },
  });

/** Waits for an offer and takes it. */
export async function takeJob(line: Line) {
  const { offer } = await line.next('offer');
  line.say({ kind: 'accept', offer });
  return line.next('assign');
}
