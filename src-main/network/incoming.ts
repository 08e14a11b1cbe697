import type { Heard } from '../../src-network/session.ts';
import type { AgentId } from '../../src-shared/receipt.ts';
import { quote, said } from '../../src-shared/said.ts';
import type { Connection, Snapshot } from '../../src-shared/snapshot.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { Event } from '../agent/event.ts';
import type { Delivery } from './delivery.ts';
import { eventOf } from './link.ts';
import type { Payer } from './receipts.ts';

type Options = {
  /** As it is known before it was ever heard. */
  readonly network: Snapshot['network'];
  readonly agent: AgentId;
  readonly now: () => Millis;
  readonly dispatch: (event: Event) => void;
  /** Open by the time anything is heard. */
  readonly rooms: () => {
    readonly delivery: Delivery;
    readonly facts: Parameters<typeof eventOf>[2];
  };
  /** The network's own words, for the owner. */
  readonly quote: (words: string) => void;
};

/** Hears the network: passes on what the agent must decide and what the books must know, and keeps how the line is. */
export function openIncoming(options: Options) {
  const { now, dispatch, rooms } = options;
  let { network } = options;
  let connection: Connection = { kind: 'offline', since: now(), detail: said('connecting') };
  let payer: Payer | null = null;

  function hear(message: Heard): void {
    const at = now();
    switch (message.kind) {
      case 'online':
        connection = { kind: 'online' };
        // Our own network's name has words of ours; any other's is its own.
        network = {
          name: 'say' in network.name ? network.name : quote(message.network.name),
          test: message.network.test,
        };
        payer = { signer: message.signer, agent: options.agent };
        return dispatch({ kind: 'connected', at, test: network.test });
      case 'offline':
        connection = { kind: 'offline', since: message.since, detail: message.detail };
        return dispatch({ kind: 'disconnected', at });
      case 'offer':
      case 'assign':
      case 'withdrawn':
      case 'revoked':
        return dispatch(eventOf(message, at, rooms().facts));
      case 'receipt':
      case 'settled':
        if (payer) rooms().delivery.hear(message, payer);
        return;
      case 'error':
        return options.quote(message.detail);
    }
  }

  return { hear, connection: () => connection, network: () => network };
}
