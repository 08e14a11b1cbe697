import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KernelSpec } from '../../src-shared/kernel.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { buildFakes } from '../fakes/build.ts';
import { fakeGpuEnvironment } from '../fakes/gpu-state.ts';
import { endAll, type Machine, newMachine, startAgent } from './agent-process.ts';
import { watchBooks } from './books-watch.ts';
import { blobOf, counted, countingJob, openShop } from './shop.ts';

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

const environment = async () => ({
  ...fakeGpuEnvironment({
    fakes: await buildFakes(),
    folder: card,
  }),
  OFFPEAK_CHECKPOINT_MS: '250',
});
const phaseOf = (s: Snapshot) => s.lanes[0]?.phase.kind;
const credited = (s: Snapshot) =>
  s.earnings.jobs.filter(({ status }) => status === 'credited').length;

test('jobs that cannot run end with their reason, and the machine goes on with the next one', async () => {
  const agent = startAgent(machine, await environment());
  const window = await agent.window();
  const shop = openShop(agent.exchange());
  await window.send({ kind: 'pause', for: 'forever' });
  await window.until('the pause', (s) => phaseOf(s) === 'held');

  const noPtx = Buffer.from('This is not a program at all.');
  const otherPtx = Buffer.from(
    '.version 4.0\n.target sm_50\n.address_size 64\n.visible .entry other()\n{\nret;\n}\n',
  );
  const input = Buffer.alloc(8, 1);
  const lost = countingJob('lost-input', 3);
  const spec = KernelSpec.parse({
    ...lost.spec,
    buffers: { ...lost.spec.buffers, gone: { size: 8, from: blobOf(input), constant: true } },
  });
  await shop.submit(countingJob('not-ptx', 3, { ptx: noPtx }), noPtx);
  await shop.submit(countingJob('no-entry', 3, { ptx: otherPtx }), otherPtx);
  await shop.upload(input);
  await shop.submit({ ...lost, spec });
  await shop.submit(countingJob('good', 3, { pay: 250 }));
  // A disk that lost a file: the input was there when the job was taken in.
  const name = blobOf(input).sha256;
  const blobs = join(machine.folder, 'exchange', 'blobs');
  const [found = ''] = readdirSync(blobs, { recursive: true })
    .map(String)
    .filter((path) => path.endsWith(name));
  rmSync(join(blobs, found));

  await window.send({ kind: 'resume' });
  const paid = await window.until('the good job', (s) => credited(s) === 1, 60_000);
  expect(paid.earnings.totals).toMatchObject({ test: 250, jobs: 1 });
  expect(phaseOf(paid)).toBe('seeking');
  // A job's fault is believed when it is said twice.
  const endings = () =>
    Promise.all(
      ['not-ptx', 'no-entry', 'lost-input'].map(async (id) => {
        const { state } = await shop.status(id);
        return state.kind === 'failed' ? state.because : state.kind;
      }),
    );
  await expect
    .poll(endings, { timeout: 30_000 })
    .toEqual([
      expect.stringMatching(/bad-program.*no PTX/),
      expect.stringMatching(/bad-spec.*no kernel spin/),
      expect.stringMatching(/missing-blob/),
    ]);
  expect(await shop.counters('good')).toEqual(counted(3));
  window.close();
  expect(await agent.stop()).toBe(0);
  expect(watchBooks(machine.folder).leases()).toEqual([]);
}, 60_000);
