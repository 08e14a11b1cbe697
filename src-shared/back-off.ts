import { type Millis, millis } from './units.ts';

/** 2^52 times anything is longer than whatever `most` says, and still a number that multiplies exactly. */
const MOST_DOUBLINGS = 52;

/**
 * Exponential back-off: how long to rest after `failures` failures in a row. `first` after one, twice as long after each
 * further one, never longer than `most`. Before the first failure it is `first` too. Whoever has many peers that failed
 * in the same moment adds jitter himself.
 */
export function backOff(failures: number, first: Millis, most: Millis): Millis {
  const doublings = Math.min(Math.max(failures - 1, 0), MOST_DOUBLINGS);
  return millis(Math.min(first * 2 ** doublings, most));
}
