import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { SignedReceipt } from '../../src-shared/receipt.ts';
import { type Bundle, bundle } from '../worlds/bundle.ts';
import { randomness, seedOfThisRun } from '../worlds/randomness.ts';
import { tempFolder } from '../worlds/temp-folder.ts';
import { noopJob, sha256, WGSL } from './jobs.ts';
import { connect, lane, NOOP_OUTPUT, newKey, noopOutputs, upload } from './scripted-agent.ts';

const Hello = z.object({ url: z.string(), agentUrl: z.string(), buyerToken: z.string() });
let program: Bundle;

beforeAll(async () => {
  program = await bundle('tests/exchange/exchange-child.ts');
}, 30_000);
afterAll(() => program.remove());

const KILLS = 20;
/** More than the kills leave time for: a round hears at most MAX_HEARD words, and a job takes three. */
const JOBS = 60;
const MAX_HEARD = 8;

/** Starts the exchange as a process, again and again after each kill. */
function makeHost(folder: string) {
  const load = () =>
    fork(program.file, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  /** The next one is loaded while this one works: most of the test was waiting for that. */
  let next = load();
  let child: ChildProcess | null = null;
  async function end(dying: ChildProcess | null) {
    if (!dying || dying.exitCode !== null || dying.signalCode !== null) return;
    const gone = new Promise((resolve) => dying.once('exit', resolve));
    dying.kill('SIGKILL');
    await gone;
  }
  return {
    async start(clockAhead = 0) {
      const started = next;
      next = load();
      child = started;
      return new Promise<z.infer<typeof Hello>>((resolve, reject) => {
        started.once('message', (message) => resolve(Hello.parse(message)));
        started.once('exit', (code) => reject(new Error(`the exchange exited with ${code}`)));
        started.send({ folder, ahead: clockAhead });
      });
    },
    kill: () => end(child),
    close: () => Promise.all([end(child), end(next)]),
  };
}

/** An agent that remembers leases whose receipt it has not seen, and says them again on every new line. */
function makeAgent() {
  const key = newKey();
  const owed = new Set<string>();
  const receipts: SignedReceipt[] = [];
  const serve = async (agentUrl: string, url: string, heard: () => void) => {
    const { line, welcome } = await connect(agentUrl, key);
    const deliver = async (lease: string) => {
      await upload(url, welcome.blobToken, NOOP_OUTPUT, sha256(NOOP_OUTPUT)).catch(() => {});
      line.say({ kind: 'result', lease, outputs: noopOutputs });
    };
    for (const lease of owed) await deliver(lease);
    line.say({ kind: 'advert', lanes: [lane()] });
    for (;;) {
      const message = await line.any();
      heard();
      switch (message.kind) {
        case 'offer':
          line.say({ kind: 'accept', offer: message.offer });
          break;
        case 'assign':
          owed.add(message.lease);
          await deliver(message.lease);
          break;
        case 'receipt':
          owed.delete(message.lease);
          receipts.push(message.signed);
          break;
        case 'revoked':
          owed.delete(message.lease);
          break;
        case 'closed':
          return;
        case 'error':
        case 'settled':
        case 'withdrawn':
        case 'challenge':
        case 'welcome':
          break;
      }
    }
  };
  return { serve, receipts, owed };
}

test(`killed ${KILLS} times at random moments, every job is done once and paid once`, async () => {
  const folder = tempFolder();
  const seed = seedOfThisRun();
  console.log(`OFFPEAK_TEST_SEED=${seed}`);
  const chance = randomness(seed);
  const host = makeHost(folder);
  onTestFinished(() => host.close().then(() => undefined));
  const agent = makeAgent();
  const jobs = Array.from({ length: JOBS }, (_, i) =>
    noopJob(`job-${i}`, { pay: { amount: i + 1, test: true } }),
  );
  const submit = async ({ url, buyerToken }: z.infer<typeof Hello>) => {
    await upload(url, buyerToken, Buffer.from(WGSL), sha256(WGSL));
    const headers = { authorization: `Bearer ${buyerToken}` };
    await fetch(`${url}/v1/jobs`, { method: 'POST', body: JSON.stringify(jobs), headers });
  };
  for (let i = 0; i < KILLS; i += 1) {
    const at = await host.start();
    // Killed somewhere between the first word and the ninth, and a little later than that word.
    let left = Math.floor(chance() * (MAX_HEARD + 1));
    let now = () => {};
    const moment = new Promise<void>((resolve) => {
      now = resolve;
    });
    const heard = () => {
      left -= 1;
      if (left < 0) now();
    };
    heard();
    const serving = agent.serve(at.agentUrl, at.url, heard).catch(() => {});
    const submitting = submit(at).catch(() => {});
    await moment;
    await wait(chance() * 10);
    await host.kill();
    await Promise.all([serving, submitting]);
  }
  expect(agent.receipts.length).toBeGreaterThan(0);
  // An hour later: an assignment that was lost on its way to the agent has run out, and is given again.
  const at = await host.start(3_600_000);
  await submit(at);
  const serving = agent.serve(at.agentUrl, at.url, () => {});
  const paid = () => new Map(agent.receipts.map(({ receipt }) => [receipt.job, receipt]));
  await expect.poll(() => paid().size, { timeout: 60_000 }).toBe(JOBS);

  const counts = await fetch(`${at.url}/v1/status`, {
    headers: { authorization: `Bearer ${at.buyerToken}` },
  }).then((response) => response.json());
  expect(counts.jobs).toEqual({ waiting: 0, running: 0, done: JOBS, failed: 0 });
  await host.kill();
  await serving;

  for (const signed of agent.receipts)
    expect(signed.receipt).toEqual(paid().get(signed.receipt.job));
  const total = (JOBS * (JOBS + 1)) / 2;
  const sums = [...paid().values()].map(({ cumulative }) => cumulative);
  expect(Math.max(...sums)).toBe(total);
  expect([...paid().values()].reduce((sum, { amount }) => sum + amount, 0)).toBe(total);
}, 180_000);
