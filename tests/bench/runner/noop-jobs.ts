import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startExchange } from '../../../src-exchange/exchange.ts';
import { buildFakes } from '../../fakes/build.ts';
import { fakeGpuEnvironment } from '../../fakes/gpu-state.ts';
import { endAll, newMachine, startAgent } from '../../flows/agent-process.ts';
import { countingJob, openShop } from '../../flows/shop.ts';
import { eventually } from '../../worlds/seen-processes.ts';
import { type Spread, spread } from '../figures.ts';
import { noteFrames } from '../window/frame-times.ts';

/** Jobs before the measured ones: the first starts the runner and loads the driver. */
const WARM_UP = 10;

/**
 * How long a job of one empty step takes from its offer leaving the gateway to its receipt leaving it, on a runner that is
 * warm, on the emulated card. The agent is a process of its own; the exchange runs in this one.
 */
export async function measureNoopJobs(n: number): Promise<Spread> {
  const root = mkdtempSync(join(tmpdir(), 'offpeak-bench-'));
  const machine = newMachine();
  const stop = new AbortController();
  const times: number[] = [];
  const done = noteFrames((_job, ms) => times.push(ms));
  try {
    const exchange = await startExchange({
      folder: join(root, 'exchange'),
      port: 0,
      network: { name: 'Benchmark', test: true },
      signal: stop.signal,
      notice: (text) => process.stderr.write(`${text}\n`),
    });
    const card = { fakes: await buildFakes(), folder: join(root, 'card') };
    const agent = startAgent(machine, {
      ...fakeGpuEnvironment(card),
      OFFPEAK_NETWORK: exchange.url,
      OFFPEAK_TRUST_PTX: '1',
    });
    const shop = openShop(exchange);
    for (let i = 0; i < WARM_UP + n; i++) await shop.submit(countingJob(`noop-${i}`, 1));
    await eventually('all receipts', () => times.length >= WARM_UP + n, 300_000);
    await agent.stop();
    stop.abort();
    await exchange.closed;
    return spread(times.slice(WARM_UP));
  } finally {
    done();
    stop.abort();
    await endAll(machine);
    rmSync(root, { recursive: true, force: true });
  }
}
