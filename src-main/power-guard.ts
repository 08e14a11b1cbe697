import type { Child, Spawn } from './child.ts';

/** Sees to it that a lowered power limit comes back although this process is killed and the probe dies with it. */
export type PowerGuard = {
  /** Whether any limit is lowered now. */
  readonly keep: (needed: boolean) => void;
};

/**
 * A guard is a process that waits for our end and then puts back what the journal names. It is there only while a limit is
 * lowered. `spawn`: null where the probe outlives us and does the same.
 */
export function openPowerGuard(spawn: Spawn | null): PowerGuard {
  let guard: Child | null = null;
  return {
    keep(needed) {
      if (!needed) {
        guard?.kill();
        guard = null;
      } else if (guard === null && spawn !== null) {
        const child = spawn({
          message: () => {},
          // One that dies is missed at the next limit; until then the journal is what is left.
          exit: () => {
            if (guard === child) guard = null;
          },
        });
        guard = child;
      }
    },
  };
}
