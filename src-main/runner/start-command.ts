import type { Gpu } from '../../src-shared/gpu.ts';
import type { Job } from '../../src-shared/job.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { StartCommand } from './host-event.ts';
import type { Inputs } from './inputs.ts';

/** What a runner is told to begin a job with: on this card, from these inputs, at this pace. */
export const startCommand = (
  job: Job,
  { backend, index, pci, chip }: Gpu,
  inputs: Inputs,
  pace: {
    readonly checkpointEvery: Millis;
    /** The share of the time to work, from the first step on. */
    readonly duty: number;
  },
): StartCommand => ({
  kind: 'start',
  job,
  backend,
  device: index,
  pci,
  ...(chip && { chip }),
  ...inputs,
  ...pace,
});
