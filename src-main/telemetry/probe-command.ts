import { z } from 'zod';
import { millis } from '../../src-shared/units.ts';

/** Main to probe, once, as the first thing. */
export const ProbeCommand = z.object({
  kind: z.literal('look'),
  every: z.int().min(10).transform(millis),
  /** Where there is no NVIDIA driver, name the cards there are. Costly, so asked for once. */
  nameOthers: z.boolean(),
});
export type ProbeCommand = Readonly<z.infer<typeof ProbeCommand>>;
