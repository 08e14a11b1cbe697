import { z } from 'zod';
import { LaneId } from '../../src-shared/gpu.ts';
import { Checkpoint, Job } from '../../src-shared/job.ts';

/** JSON text to a value; what is not JSON fails the parse with a sentence. */
export const json = z.string().transform((text, ctx): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    ctx.addIssue({ code: 'custom', message: 'not JSON' });
    return z.NEVER;
  }
});

/** A job that is ours until it is finished, released or lost. */
export const HeldLease = z.object({
  lease: z.string(),
  fence: z.int().min(1),
  lane: LaneId,
  job: json.pipe(Job),
  /** Where it can go on; null: from the start. */
  checkpoint: json.nullable().pipe(Checkpoint.nullable()),
});

export type HeldLease = Readonly<z.infer<typeof HeldLease>>;
