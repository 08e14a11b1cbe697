import { createHash } from 'node:crypto';
import { openCuda } from '../../src-runner/cuda.ts';
import { isFailure } from '../../src-runner/device.ts';
import { KernelSpec } from '../../src-shared/kernel.ts';
import { addition, startOf } from './jobs.ts';

/**
 * Loads PTX with the runner's code in a process that may start others, as the emulated driver must for the real
 * assembler; a real driver brings its own. Says the failure, or null.
 */
process.once('message', async (ptx: string) => {
  const device = await openCuda({ index: 0, pci: null });
  if (isFailure(device)) throw new Error(device.detail);
  const { programs, ...spec } = startOf(addition('cuda', ptx, 1)).job.spec;
  const whole = KernelSpec.parse({ ...spec, programs });
  const sha256 = whole.programs.cuda?.sha256;
  if (sha256 !== createHash('sha256').update(ptx).digest('hex')) throw new Error('another program');
  const contents = new Map(Object.keys(whole.buffers).map((name) => [name, 'zeros'] as const));
  const { signal } = new AbortController();
  const loaded = await device.load(whole, { sha256, text: ptx }, contents, signal);
  process.send?.({ failure: loaded !== 'stopped' && isFailure(loaded) ? loaded : null });
});
