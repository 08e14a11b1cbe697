import { expect, test } from 'vitest';
import type { Event } from '../../../src-main/agent/event.ts';
import { openIncoming } from '../../../src-main/network/incoming.ts';
import { quote, said } from '../../../src-shared/said.ts';
import { millis } from '../../../src-shared/units.ts';
import { T0 } from '../../worlds/machine.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';
import { agent, receiptFor, SIGNER } from '../books/ledger-samples.ts';

type Options = Parameters<typeof openIncoming>[0];
type Rooms = ReturnType<Options['rooms']>;
type Delivery = Rooms['delivery'];

/** A line that is heard, and a delivery that notes what reaches it. */
function hearing() {
  const events: Event[] = [];
  const receipts: Parameters<Delivery['hear']>[] = [];
  const quotes: string[] = [];
  const delivery: Delivery = {
    take: () => true,
    finish: async () => undefined,
    fail: async () => undefined,
    release: async () => undefined,
    forget: async () => undefined,
    catchUp: () => undefined,
    hear: (...heard) => void receipts.push(heard),
    quiet: async () => undefined,
  };
  const incoming = openIncoming({
    network: snapshots.waiting.network,
    agent,
    now: () => T0,
    dispatch: (event) => events.push(event),
    rooms: () => ({ delivery, facts: () => null }),
    quote: (words) => quotes.push(words),
  });
  return { events, receipts, quotes, ...incoming };
}

const online = (test = true) =>
  ({
    kind: 'online',
    network: { ...snapshots.waiting.network, name: 'Another', test },
    signer: SIGNER,
  }) as const;

test('before anything was heard the network is the one that was joined, and the line is being connected', () => {
  const { connection, network } = hearing();
  expect(connection()).toEqual({ kind: 'offline', since: T0, detail: said('connecting') });
  expect(network()).toEqual(snapshots.waiting.network);
});

test('a network that answers is shown by its own name, and the agent knows whether it pays test credits', () => {
  const { hear, connection, network, events } = hearing();
  hear(online(false));
  expect(connection()).toEqual({ kind: 'online' });
  expect(network().name).toEqual(quote('Another'));
  expect(events).toEqual([{ kind: 'connected', at: T0, test: false }]);
});

test('a line that is cut is away since then, in the words it was cut with, and the name stays', () => {
  const { hear, connection, network, events } = hearing();
  hear(online());
  hear({ kind: 'offline', since: millis(T0 - 5), detail: quote('The line was cut.') });
  expect(connection()).toEqual({
    kind: 'offline',
    since: T0 - 5,
    detail: quote('The line was cut.'),
  });
  expect(network().name).toEqual(quote('Another'));
  expect(events.at(-1)).toEqual({ kind: 'disconnected', at: T0 });
});

test('pay is taken only from who said who signs it; a receipt out of nowhere is not looked at', () => {
  const { hear, receipts, events } = hearing();
  const receipt = { kind: 'receipt', lease: 'L1', signed: receiptFor() } as const;
  hear(receipt);
  expect(receipts).toEqual([]);
  hear(online());
  hear(receipt);
  expect(receipts).toEqual([[receipt, { signer: SIGNER, agent }]]);
  expect(events.map(({ kind }) => kind)).toEqual(['connected']);
});

test('what the network takes back reaches the agent, and what it complains of the owner, in its own words', () => {
  const { hear, events, quotes } = hearing();
  hear({ kind: 'withdrawn', offer: 'o1' });
  hear({ kind: 'revoked', lease: 'L1', detail: 'too late' });
  hear({ kind: 'error', code: 'rate', detail: 'Slow down, please.' });
  expect(events).toEqual([
    { kind: 'withdrawn', at: T0, offer: 'o1' },
    { kind: 'revoked', at: T0, lease: 'L1', detail: 'too late' },
  ]);
  expect(quotes).toEqual(['Slow down, please.']);
});
