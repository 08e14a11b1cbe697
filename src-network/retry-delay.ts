import { type Millis, millis } from '../src-shared/units.ts';

/** Most drops are a blink of the line or a restart of the gateway: the first tries come fast. */
const FIRST_RETRY = 500;
/** However long the network is away, its return is noticed within this. */
export const LONGEST_RETRY = millis(60_000);

/**
 * How long to wait before connecting again after `failures` failures in a row (from 0). Exponential back-off with full
 * jitter, so that ten thousand agents do not come back at once
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). `random` is from 0 to 1.
 */
export function retryDelay(failures: number, random: number): Millis {
  // The exponent is held where the limit is long reached: 2^1024 is Infinity.
  const longest = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** Math.min(failures, 20));
  return millis(Math.round(longest * random));
}

/** Resolves after `delay`, or at once when `signal` aborts. Never rejects. */
export function pause(delay: Millis, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delay);
    signal.addEventListener('abort', done);
  });
}
