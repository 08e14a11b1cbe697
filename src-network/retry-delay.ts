import { backOff } from '../src-shared/back-off.ts';
import { type Millis, millis } from '../src-shared/units.ts';

/** Most drops are a blink of the line or a restart of the gateway: the first tries come fast. */
const FIRST_RETRY = millis(500);
/** However long the network is away, its return is noticed within this. */
export const LONGEST_RETRY = millis(60_000);

/**
 * How long to wait before connecting again after `failures` failures in a row (from 0). Exponential back-off with full
 * jitter, so that ten thousand agents do not come back at once
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). `random` is from 0 to 1.
 */
export function retryDelay(failures: number, random: number): Millis {
  return millis(Math.round(backOff(failures + 1, FIRST_RETRY, LONGEST_RETRY) * random));
}
