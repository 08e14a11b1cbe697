import { z } from 'zod';

/** What the process that looks at the screen says; main reads its words as a stranger's. */
export const ScreenEvent = z.discriminatedUnion('kind', [
  /** The process in front that has a whole monitor to itself; null while there is none. */
  z.object({ kind: z.literal('full-screen'), pid: z.int().min(1).nullable() }),
  /** There is nothing to look at. One sentence. It ends after this. */
  z.object({ kind: z.literal('unseen'), detail: z.string().max(500) }),
]);
export type ScreenEvent = Readonly<z.infer<typeof ScreenEvent>>;
