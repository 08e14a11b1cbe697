import { type Millis, millis, seconds } from '../../src-shared/units.ts';

/**
 * Short steps are given to the card several at a time: it never waits for us between two of them, and we look at it about
 * as seldom as this, at no cost to the processor. Whoever wants the card back waits for no more of them than this either.
 */
const BATCH_FOR = millis(20);
/** Steps at a time, however short: should the next ones be much longer, they are still few. */
const MOST_STEPS = 64;

/** Steps that took longer together were given too many at a time: whoever waits for the card was kept waiting. */
const LONG_BATCH = millis(250);
/** After one of those a job gets this share of as many at a time at most; after so many batches without, twice as many again. */
const CUT = 1 / 4;
const CALM_AFTER = 256;

/** Longer than this, a step keeps its owner waiting: two seconds after they are back, a runner is killed. */
const SLOW_STEP = seconds(1);
/** One slow step may be the machine's fault; so many in a row are the job's. */
const SLOW_IN_A_ROW = 3;

/** How many steps to give to the card at once, by what the last ones took; and whether they are slow for good. */
export function openBatches() {
  let most = 1;
  let ceiling = MOST_STEPS;
  let calm = 0;
  let slow = 0;
  let told = false;
  return {
    /** `left`: steps left in the stage. */
    next: (left: number): number => Math.min(most, left),
    /** After a batch of `count` steps that took so long. Returns what one takes, once, when they are found to be slow. */
    took(count: number, length: Millis): Millis | null {
      const each = length / count;
      // Doubled at most: a measurement of few short steps says little about many.
      const fitting = each > 0 ? Math.floor(BATCH_FOR / each) : MOST_STEPS;
      // Steps that are short and now and then much longer: the last ones say little about the next.
      const long = count > 1 && length > LONG_BATCH;
      calm = long ? 0 : calm + 1;
      if (long) ceiling = Math.max(1, ceiling * CUT);
      else if (calm % CALM_AFTER === 0) ceiling = Math.min(ceiling * 2, MOST_STEPS);
      most = Math.max(1, Math.min(fitting, most * 2, ceiling));
      slow = each > SLOW_STEP ? slow + 1 : 0;
      if (told || slow < SLOW_IN_A_ROW) return null;
      told = true;
      return millis(Math.round(each));
    },
    /** Another stage has other steps. */
    reset(): void {
      most = 1;
    },
  };
}
