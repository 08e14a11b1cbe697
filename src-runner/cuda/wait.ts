import { CUDA_NOT_READY } from './driver.ts';

/** Share of the expected time to sleep through at first; the rest leaves room for work that is over a little sooner. */
const NAP_SHARE = 0.8;
/** Shorter work is over before a timer of whole milliseconds is. */
const NAP_FROM_MS = 2;
/** Short work is looked for again and again for so long, then by timers: no core of the owner's is kept busy. */
const EAGER_MS = 0.3;
/** Between looks at longer work: this share of what it has taken so far, from a timer's finest grain ... */
const LOOK_SHARE = 1 / 16;
const FINEST_MS = 1;
/** ... to what nobody notices in a step of a sixth of a second or more. */
const COARSEST_MS = 10;

/**
 * Asks the driver until it no longer says that work is under way; returns its last answer. The event loop is free all
 * the while. `expected`: about how long the work takes, in milliseconds; 0 where nobody knows.
 */
export async function settled(ask: () => number, expected: number): Promise<number> {
  const from = performance.now();
  if (expected >= NAP_FROM_MS) await nap(expected * NAP_SHARE);
  const awake = performance.now();
  for (;;) {
    const code = ask();
    if (code !== CUDA_NOT_READY) return code;
    const now = performance.now();
    if (now - awake < EAGER_MS) await turn();
    else await nap(Math.min(Math.max((now - from) * LOOK_SHARE, FINEST_MS), COARSEST_MS));
  }
}

/** Lets everything in that waits: commands, timers. */
export const turn = (): Promise<void> => new Promise((next) => setImmediate(next));

const nap = (ms: number): Promise<void> =>
  new Promise((next) => setTimeout(next, Math.max(FINEST_MS, Math.floor(ms))));
