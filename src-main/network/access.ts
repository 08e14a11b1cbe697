import { join } from 'node:path';
import { type Exchange, startExchange } from '../../src-exchange/exchange.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import type { JoinedNetwork } from '../host/trial-options.ts';
import { orderWords } from '../words/order-words.ts';

/** Where the agent's network is: its gateway, its name until it says its own, and the built-in exchange where that is it. */
export type NetworkAccess = {
  readonly kind: 'found';
  readonly url: URL;
  readonly network: Snapshot['network'];
  readonly exchange: Exchange | null;
};

/** Starts the built-in test network, unless the agent works for another one. Refused where it cannot start. */
export async function findNetwork(
  joined: JoinedNetwork | null,
  options: {
    readonly folder: string;
    readonly signal: AbortSignal;
    readonly notice: (text: string) => void;
  },
): Promise<NetworkAccess | { readonly kind: 'refused'; readonly detail: string }> {
  if (joined) {
    const network = { name: joined.url.host.slice(0, 60), test: true };
    return { kind: 'found', url: joined.url, network, exchange: null };
  }
  const network = { name: orderWords.builtInNetwork.en, test: true };
  try {
    const folder = join(options.folder, 'exchange');
    const exchange = await startExchange({ ...options, folder, network });
    return { kind: 'found', url: new URL(exchange.url), network, exchange };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { kind: 'refused', detail: error.message };
  }
}
