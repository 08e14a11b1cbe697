import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ExchangeStatus } from '../../src-shared/buyer-protocol.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { inEnglish } from '../../src-shared/wording.ts';
import { buildFakes } from '../fakes/build.ts';
import { fakeGpuEnvironment } from '../fakes/gpu-state.ts';
import { eventually } from '../worlds/seen-processes.ts';
import { endAll, type Machine, newMachine, startAgent } from './agent-process.ts';
import { receiptsIn, watchBooks } from './books-watch.ts';
import { farExchange } from './far-exchange.ts';
import { counted, countingJob, openShop } from './shop.ts';

// The agent works for an exchange in another process, which goes away at the worst moments.

const STEPS = 200;
let exchange: Awaited<ReturnType<typeof farExchange>>;
let shop: ReturnType<typeof openShop>;
let address: { url: string; buyerToken: string };
let machine: Machine;
let env: Record<string, string>;

beforeAll(async () => {
  exchange = await farExchange();
});
afterAll(() => exchange.end());
beforeEach(async () => {
  machine = newMachine();
  address = await exchange.start();
  shop = openShop(address);
  const card = { fakes: await buildFakes(), folder: `${machine.folder}-card`, kernelMillis: 15 };
  env = {
    ...fakeGpuEnvironment(card),
    OFFPEAK_NETWORK: address.url,
    OFFPEAK_TRUST_PTX: '1',
    OFFPEAK_CHECKPOINT_MS: '250',
  };
});
afterEach(async () => {
  await endAll(machine);
  await exchange.kill();
});

const phaseOf = (s: Snapshot) => s.lanes[0]?.phase.kind;
const latestJob = (s: Snapshot) => s.earnings.jobs[0];
const credits = (books: ReturnType<typeof watchBooks>) =>
  books.entries().filter(({ kind }) => kind === 'credited');

test('the exchange crashes and comes back while a job runs: the job never notices, and is paid once', async () => {
  const agent = startAgent(machine, env);
  const window = await agent.window();
  await window.until('the network', (s) => inEnglish(s.network.name) === 'Network of the tests');
  await shop.submit(countingJob('a', STEPS, { pay: 700 }));
  await window.until('the job to run', (s) => phaseOf(s) === 'running');
  const runner = agent.runner()?.pid;

  await exchange.kill();
  await window.until('the agent to know', (s) => s.connection.kind === 'offline');
  expect(phaseOf(window.latest() as Snapshot)).toBe('running');
  await exchange.start();
  await window.send({ kind: 'try-again' });
  await window.until('the line', (s) => s.connection.kind === 'online');
  await window.until('the pay', (s) => latestJob(s)?.status === 'credited', 60_000);
  expect(agent.runner()?.pid).toBe(runner);
  expect(await shop.counters('a')).toEqual(counted(STEPS));
  window.close();
  expect(await agent.stop()).toBe(0);
  expect(credits(watchBooks(machine.folder))).toEqual([
    { kind: 'credited', job: 'a', amount: 700 },
  ]);
}, 90_000);

test('a job that ends while the network is away is kept, survives a restart, and is paid once', async () => {
  const before = receiptsIn(exchange.folder).length;
  const first = startAgent(machine, env);
  const window = await first.window();
  await shop.submit(countingJob('b', STEPS, { pay: 900 }));
  await window.until('the job to run', (s) => phaseOf(s) === 'running');
  await exchange.kill();
  const kept = await window.until('the result', (s) => latestJob(s)?.status === 'claimed', 60_000);
  expect(kept.connection.kind).toBe('offline');
  window.close();
  await first.kill('all');
  const books = watchBooks(machine.folder);
  expect(books.outbox()).toEqual([{ job: 'b' }]);
  books.close();

  const second = startAgent(machine, env);
  await second.url();
  await exchange.start();
  const later = await second.window();
  await later.send({ kind: 'try-again' });
  await later.until('the pay', (s) => latestJob(s)?.status === 'credited', 60_000);
  expect(await shop.counters('b')).toEqual(counted(STEPS));
  later.close();
  expect(await second.stop()).toBe(0);
  expect(books.outbox()).toEqual([]);
  expect(credits(books)).toEqual([{ kind: 'credited', job: 'b', amount: 900 }]);
  const issued = receiptsIn(exchange.folder).slice(before);
  expect(issued).toMatchObject([{ job: 'b', amount: 900, cumulative: 900 }]);
}, 90_000);

test('PTX from a network that nobody vouched for is not asked for', async () => {
  const agent = startAgent(machine, { ...env, OFFPEAK_TRUST_PTX: '0' });
  const window = await agent.window();
  await window.until('work to be looked for', (s) => phaseOf(s) === 'seeking');
  await shop.submit(countingJob('c', 1));
  const answer = await fetch(`${address.url}/v1/status`, {
    headers: { authorization: `Bearer ${address.buyerToken}` },
  });
  const { agents, jobs } = ExchangeStatus.parse(await answer.json());
  expect(agents.flatMap(({ lanes }) => lanes)).toMatchObject([{ backend: 'cuda', ready: false }]);
  expect(jobs.waiting).toBe(1);
  window.close();
  expect(await agent.stop()).toBe(0);
});

test('a network address that makes no sense is refused in a sentence', async () => {
  const agent = startAgent(machine, { ...env, OFFPEAK_NETWORK: 'ftp://nowhere' });
  expect(await agent.exited).toBe(1);
  expect(agent.words()).toMatch(/Offpeak could not start: OFFPEAK_NETWORK is not usable/);
  await eventually('nothing to be left', () => agent.processes().length === 0);
});
