import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MAX_DELIVERIES } from '../../src-exchange/queue/queue.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { buildFakes } from '../fakes/build.ts';
import { fakeGpuEnvironment } from '../fakes/gpu-state.ts';
import { saying } from '../worlds/saying.ts';
import { eventually } from '../worlds/seen-processes.ts';
import { endAll, type Machine, newMachine, startAgent } from './agent-process.ts';
import { counted, countingJob, openShop } from './shop.ts';

// Most of this test is rest: five, ten, twenty, forty and forty seconds, as an owner would see them.

let machine: Machine;
let card: string;
beforeEach(() => {
  machine = newMachine();
  card = mkdtempSync(join(tmpdir(), 'offpeak-card-'));
});
afterEach(async () => {
  await endAll(machine);
  rmSync(card, { recursive: true, force: true });
});

const environment = async () =>
  fakeGpuEnvironment({ fakes: await buildFakes(), folder: card, kernelMillis: 15 });
const phaseOf = (s: Snapshot) => s.lanes[0]?.phase.kind;

test('a job under which the runner dies again and again makes the card rest longer, and does not keep it from the next one', async () => {
  const agent = startAgent(machine, await environment());
  const window = await agent.window();
  const shop = openShop(agent.exchange());
  for (const id of ['a', 'b']) await shop.submit(countingJob(id, 100, { pay: 10 }));

  const rests: number[] = [];
  let killed = 0;
  // As often as the network brings it.
  while (rests.length < MAX_DELIVERIES) {
    const runner = await eventually(
      'a runner',
      () => {
        const seen = agent.runner();
        return seen && seen.pid !== killed && seen;
      },
      60_000,
    );
    killed = runner.pid;
    process.kill(killed, 'SIGKILL');
    const after = await window.until('the crash', (s) => phaseOf(s) === 'resting');
    const phase = after.lanes[0]?.phase;
    if (phase?.kind !== 'resting') throw new Error('unreachable');
    expect(phase.detail).toEqual(saying(/SIGKILL/));
    rests.push(phase.until - after.takenAt);
    await window.until('the rest to end', (s) => phaseOf(s) !== 'resting', 90_000);
  }
  expect([...rests].slice(0, 4).sort((a, b) => a - b)).toEqual(rests.slice(0, 4));

  // Nobody had to say "try again".
  const paid = await window.until(
    'the pay',
    (s) => s.earnings.jobs[0]?.status === 'credited',
    90_000,
  );
  expect(paid.earnings.jobs).toMatchObject([{ job: 'b', amount: 10 }]);
  expect(await shop.counters('b')).toEqual(counted(100));
  // The network does not try for ever either: after five lost deliveries nobody is asked to run it again.
  const { state } = await shop.status('a');
  expect(state).toMatchObject({ kind: 'failed', because: expect.stringMatching(/runner-lost/) });
  window.close();
  expect(await agent.stop()).toBe(0);
}, 300_000);
