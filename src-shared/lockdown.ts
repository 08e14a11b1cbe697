import { z } from 'zod';
import { Said } from './said.ts';
import { inEnglish } from './wording.ts';

/** What a stranger's program must not get at, should it break out of a driver into the runner's process. */
export const Protection = z.enum([
  /**
   * It reads only libraries, drivers and its own model, and writes nothing. On Linux it can still look a name up, if it
   * guesses one: whether there is such a file, how large it is and how old.
   */
  'files',
  /** It opens no connection, to this machine either. */
  'network',
  /**
   * It starts no program and no process. Threads it starts as many as it likes: where the system counts those of a user
   * together, the owner's own programs may then find none left, until the runner is ended.
   */
  'programs',
  /** It neither sees into other processes, nor signals them, nor changes how they run. */
  'processes',
  /** What drivers never ask of the system is closed, and with it most ways into the system's kernel. */
  'kernel',
  /** It gets no rights beyond those of an ordinary program, and keeps none that it was started with. */
  'rights',
  /** A crash writes no memory to disk. */
  'core-dumps',
  /** The owner's programs have the processor and the disk first. */
  'priority',
  /**
   * Where memory runs out, the system ends the runner before anything of the owner's. On Linux a stranger who has broken
   * out can take that back.
   */
  'memory',
  /** It ends with Offpeak, whatever it does. */
  'lifeline',
]);
export type Protection = z.infer<typeof Protection>;

/** What holds around a runner from before its first job on, and what could not be had, and why. */
export const Lockdown = z.object({
  held: z.array(Protection).max(Protection.options.length),
  missing: z.array(z.object({ what: Protection, why: Said })).max(Protection.options.length),
});
export type Lockdown = Readonly<z.infer<typeof Lockdown>>;

/** The lockdown in one line, for a log. */
export function lockdownWords({ held, missing }: Lockdown): string {
  const holds = held.length > 0 ? held.join(', ') : 'nothing';
  const lacks = missing.map(({ what, why }) => `${what} (${inEnglish(why)})`).join('; ');
  return lacks === '' ? `locked down: ${holds}` : `locked down: ${holds}; not: ${lacks}`;
}
