import { join } from 'node:path';
import { diskTrouble, saidOf } from '../../src-disk/disk-trouble.ts';
import { type Exchange, startExchange } from '../../src-exchange/exchange.ts';
import { quote, quoteError, type Said, said } from '../../src-shared/said.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { inEnglish } from '../../src-shared/wording.ts';
import type { JoinedNetwork } from '../host/trial-options.ts';

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
    readonly notice: (what: Said) => void;
  },
): Promise<NetworkAccess | { readonly kind: 'refused'; readonly detail: Said }> {
  if (joined) {
    const network = { name: quote(joined.url.host.slice(0, 60)), test: true };
    return { kind: 'found', url: joined.url, network, exchange: null };
  }
  const network = { name: said('builtInNetwork'), test: true };
  const folder = join(options.folder, 'exchange');
  try {
    // What it calls itself to buyers and agents, whose language it does not know.
    const exchange = await startExchange({
      ...options,
      folder,
      network: { ...network, name: inEnglish(network.name) },
    });
    return { kind: 'found', url: new URL(exchange.url), network, exchange };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const trouble = diskTrouble(error.cause);
    const detail = trouble
      ? said('exchangeUnusable', { folder, why: saidOf(trouble) })
      : quoteError(error);
    return { kind: 'refused', detail };
  }
}
