import { createHash } from 'node:crypto';
import { openCard } from '../../../src-runner/cuda/card.ts';
import { openCuda } from '../../../src-runner/cuda/cuda.ts';
import { CUDA_SUCCESS, word } from '../../../src-runner/cuda/driver.ts';
import { settled } from '../../../src-runner/cuda/wait.ts';
import { isFailure } from '../../../src-runner/work/device.ts';
import { MAX_LAUNCHES_PER_STEP } from '../../../src-shared/kernel.ts';
import { RunnerCommand } from '../../../src-shared/runner-protocol.ts';
import { mebibytes } from '../../../src-shared/units.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { addition, LAUNCH, startOf } from '../../runner/jobs.ts';

// A process of its own that calls the card with the runner's own code, and says what the calls cost.

const SLOT = { index: 0, pci: null };
const ROUNDS = 300;
const COPY_ROUNDS = 40;
/** Larger than any cache. */
const COPIED = mebibytes(64);

const never = new AbortController().signal;
const middle = (values: number[]): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Microseconds that our thread is busy for each launch of a step of many. */
async function launchCost(ptx: string): Promise<number> {
  const device = await openCuda(SLOT);
  if (isFailure(device)) throw new Error(inEnglish(device.detail));
  const launches = Array.from({ length: MAX_LAUNCHES_PER_STEP }, () => LAUNCH);
  const stages = [{ count: ROUNDS, launches }];
  const command = RunnerCommand.parse(startOf(addition('cuda', ptx, 1, { stages })));
  if (command.kind !== 'start' || command.job.kind !== 'kernel')
    throw new Error('not the start of a kernel job');
  const { spec, needs } = command.job;
  const { vram } = needs;
  const sha256 = spec.programs.cuda?.sha256;
  if (!sha256) throw new Error('no program');
  const contents = new Map(Object.keys(spec.buffers).map((name) => [name, 'zeros'] as const));
  const job = await device.load({ spec, vram, program: { sha256, text: ptx }, contents }, never);
  if (job === 'stopped' || isFailure(job)) throw new Error(JSON.stringify(job));
  const costs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const from = performance.now();
    // Everything up to the first wait happens in the call.
    const over = job.steps(spec.stages[0]?.launches ?? [], round, 1);
    costs.push(((performance.now() - from) * 1000) / MAX_LAUNCHES_PER_STEP);
    const trouble = await over;
    if (trouble) throw new Error(inEnglish(trouble.detail));
  }
  job.close();
  return middle(costs);
}

/**
 * How fast data goes to the card and back through our staging, of how fast plain memory copies the same. The best of many
 * rounds each: on a busy machine anything else measures the others.
 */
async function copyRatio(): Promise<number> {
  const card = await openCard(SLOT);
  if (isFailure(card)) throw new Error(inEnglish(card.detail));
  const { driver, staging, stream } = card;
  const out = new BigUint64Array(1);
  if (driver.alloc(out, COPIED) !== CUDA_SUCCESS) throw new Error('the card has no room');
  const pointer = out[0] ?? 0n;
  const data = new Uint8Array(COPIED).map((_, i) => i);
  const plain = new ArrayBuffer(COPIED);
  const back = new Uint8Array(COPIED);
  const inStream = word(stream);
  const staged: number[] = [];
  const copied: number[] = [];
  for (let round = 0; round < COPY_ROUNDS; round += 1) {
    let from = performance.now();
    await staging.upload(pointer, data, never);
    await settled(() => driver.streamQuery(inStream), 0);
    await staging.download(back, pointer);
    staged.push(performance.now() - from);
    from = performance.now();
    driver.copyIn(driver.address(plain), data);
    driver.copyOut(back, driver.address(plain));
    copied.push(performance.now() - from);
  }
  const same = [data, back].map((bytes) => createHash('sha256').update(bytes).digest('hex'));
  if (same[0] !== same[1]) throw new Error('the card gave other bytes back');
  return Math.min(...copied) / Math.min(...staged);
}

process.once('message', async (ptx: string) => {
  const launch_us = await launchCost(ptx);
  process.send?.({ launch_us, copy_ratio: await copyRatio() });
});
