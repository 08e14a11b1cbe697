import { z } from 'zod';
import { LaneId } from '../../src-shared/gpu.ts';
import { millis, watts } from '../../src-shared/units.ts';

const every = z.int().min(10).transform(millis);

/** Main to probe. */
export const ProbeCommand = z.discriminatedUnion('kind', [
  /** Once, as the first thing. */
  z.object({
    kind: z.literal('look'),
    every,
    /** Where there is no NVIDIA driver, name the cards there are. Costly, so asked for once. */
    nameOthers: z.boolean(),
    /** The folder for the journal of changed power limits; null: none is ever changed. */
    folder: z.string().nullable(),
    /** Below it lies what Linux tells of its cards: `/`, or another machine's for trials. */
    root: z.string().startsWith('/'),
  }),
  /** Read the cards this often from now on, and at once. */
  z.object({ kind: z.literal('beat-every'), every }),
  /** Keep the card to this limit; null: put back what was there. `order` comes back in the answer. */
  z.object({
    kind: z.literal('limit-power'),
    order: z.int(),
    lane: LaneId,
    limit: z.number().min(1).max(10_000).transform(watts).nullable(),
  }),
]);
export type ProbeCommand = Readonly<z.infer<typeof ProbeCommand>>;
