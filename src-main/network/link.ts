import type { Heard, Session } from '../../src-network/session.ts';
import type { Blob, Sha256 } from '../../src-shared/blob.ts';
import type { GgufFacts } from '../../src-shared/gguf.ts';
import { modelMemory } from '../../src-shared/model-memory.ts';
import type { FromAgent } from '../../src-shared/network-protocol.ts';
import { type Millis, seconds } from '../../src-shared/units.ts';
import type { Event } from '../agent/event.ts';

/** What came of fetching or sending a blob. */
export type Fetched = Awaited<ReturnType<Session['blobs']['get']>>;
export type Sent = Awaited<ReturnType<Session['blobs']['put']>>;

/** The network as the agent's rooms see it. */
export type NetworkLink = {
  /** False where there is no connection; what matters is said again when there is one. */
  readonly send: (message: FromAgent) => boolean;
  readonly fetch: (blob: Blob, signal: AbortSignal) => Promise<Fetched>;
  readonly upload: (content: Uint8Array, signal: AbortSignal) => Promise<Sent>;
};

/** The session, as the agent's rooms use it. */
export const linkOf = (session: Session): NetworkLink => ({
  send: (message) => session.send(message).kind === 'ok',
  fetch: session.blobs.get,
  upload: session.blobs.put,
});

/** What the network says about offers and leases, as an event of the agent. `facts`: of the models that are here. */
export function eventOf(
  message: Extract<Heard, { kind: 'offer' | 'assign' | 'withdrawn' | 'revoked' }>,
  at: Millis,
  facts: (sha256: Sha256) => GgufFacts | null,
): Event {
  // biome-ignore lint/nursery/useExhaustiveSwitchCases: it does not read Extract; the compiler does, as a value is returned.
  switch (message.kind) {
    case 'offer': {
      const { offer, lane, job, needs, pay, model: runs } = message;
      const takes = seconds(needs.seconds);
      const known = runs ? facts(runs.sha256) : null;
      const memory = runs && known ? modelMemory(known, runs, 1) : null;
      const model = runs ? { size: runs.size, memory } : null;
      return { kind: 'offered', at, offer, lane, job, vram: needs.vram, takes, pay, model };
    }
    case 'assign': {
      const { offer, lane, lease, fence, job, checkpoint } = message;
      return { kind: 'assigned', at, offer, lane, lease, fence, job, checkpoint };
    }
    case 'withdrawn':
      return { kind: 'withdrawn', at, offer: message.offer };
    case 'revoked':
      return { kind: 'revoked', at, lease: message.lease, detail: message.detail };
  }
}
