import { openCuda } from '../../../src-runner/cuda/cuda.ts';
import { isFailure } from '../../../src-runner/work/device.ts';
import { KernelJob } from '../../../src-shared/job.ts';
import { inEnglish } from '../../../src-shared/wording.ts';
import { addition, startOf } from '../jobs.ts';

/**
 * Loads PTX with the runner's code in a process that may start others, as the emulated driver must for the real
 * assembler; a real driver brings its own. Says the failure, or null.
 */
process.once('message', async (ptx: string) => {
  const device = await openCuda({ index: 0, pci: null });
  if (isFailure(device)) throw new Error(inEnglish(device.detail));
  const { spec, needs } = KernelJob.parse(startOf(addition('cuda', ptx, 1)).job);
  const sha256 = spec.programs.cuda?.sha256;
  if (!sha256) throw new Error('no program');
  const contents = new Map(Object.keys(spec.buffers).map((name) => [name, 'zeros'] as const));
  const { signal } = new AbortController();
  const program = { sha256, text: ptx };
  const loaded = await device.load({ spec, vram: needs.vram, program, contents }, signal);
  process.send?.({ failure: loaded !== 'stopped' && isFailure(loaded) ? loaded : null });
});
