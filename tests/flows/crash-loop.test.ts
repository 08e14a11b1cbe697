import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { buildFakes } from '../fakes/build.ts';
import { fakeGpuEnvironment } from '../fakes/gpu-state.ts';
import { endAll, type Machine, newMachine, startAgent } from './agent-process.ts';
import { eventually } from './processes.ts';
import { counted, countingJob, openShop } from './shop.ts';

// Most of this test is rest: five, ten, twenty and forty seconds, as an owner would see them.

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

test('a runner that dies again and again rests longer each time, then gives up, until the owner says try again', async () => {
  const agent = startAgent(machine, await environment());
  const window = await agent.window();
  const shop = openShop(agent.exchange());
  for (const id of ['a', 'b']) await shop.submit(countingJob(id, 100, { pay: 10 }));

  const rests: number[] = [];
  let killed = 0;
  for (;;) {
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
    const after = await window.until(
      'the crash',
      (s) => phaseOf(s) === 'resting' || phaseOf(s) === 'given-up',
    );
    const phase = after.lanes[0]?.phase;
    if (phase?.kind === 'given-up') {
      expect(phase.detail).toMatch(/SIGKILL/);
      break;
    }
    if (phase?.kind !== 'resting') throw new Error('unreachable');
    expect(phase.detail).toMatch(/SIGKILL/);
    rests.push(phase.until - after.takenAt);
    await window.until('the rest to end', (s) => phaseOf(s) !== 'resting', 90_000);
  }
  expect(rests).toHaveLength(4);
  expect([...rests].sort((a, b) => a - b)).toEqual(rests);
  expect(agent.runner()).toBeNull();

  expect(await window.send({ kind: 'try-again' })).toEqual({ kind: 'ok' });
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
}, 240_000);
