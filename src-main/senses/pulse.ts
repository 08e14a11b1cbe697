import { type Millis, millis, seconds } from '../../src-shared/units.ts';

/** While a limit must be held or somebody looks: what a person calls "live", and what heat needs. */
export const QUICK = seconds(1);
/** Else. What must not wait (a game, the owner's word, an offer) comes as an event and waits for no beat. */
export const SLOW = seconds(4);
/** After something happened more is to come: a hold-off ends, an offer follows, a second program starts. */
const RESTLESS_FOR = seconds(15);

/**
 * A reading may be this late before the pulse beats without it. Drivers have hiccups; and a timer of Node's that is put off
 * wakes the process all the same when it would have been due, so it had better be seldom.
 */
export const GRACE = seconds(2);

type Options = {
  readonly beat: () => void;
  /** Told how long it is from one beat to the next, whenever that changes. */
  readonly changed: (every: Millis) => void;
  /** Milliseconds of a clock that does not jump. */
  readonly now: () => number;
  readonly signal: AbortSignal;
};

/**
 * How often the agent looks at its machine, until `signal`. A tray app is there all day, and a look a second costs more than
 * all it finds while nothing works, nobody looks and nothing happens.
 *
 * One clock: whoever reads the cards is told how often, and each reading is the beat, so that it is decided upon while it is
 * fresh. Where no reading comes (there is no card, its probe is dead or silent) the pulse beats by itself.
 */
export function openPulse({ beat, changed, now, signal }: Options) {
  let restlessUntil = now() + RESTLESS_FOR;
  let wanted = false;
  let every = QUICK;
  /** Whether the latest beat was a reading: then the next one is awaited, too. */
  let read = false;
  let timer = setTimeout(strike, every, false);
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });

  /** Beats by itself after so long, unless a reading comes first. */
  function wait(after: Millis): void {
    clearTimeout(timer);
    timer = setTimeout(strike, after + (read ? GRACE : 0), false);
  }

  function strike(byReading: boolean): void {
    read = byReading;
    beat();
    if (signal.aborted) return;
    const next = wanted || now() < restlessUntil ? QUICK : SLOW;
    const other = next !== every;
    every = next;
    wait(every);
    if (other) changed(every);
  }

  /** The next beat of a slow pulse does not wait its turn, but never comes while something else is being done. */
  function hasten(): void {
    if (every === QUICK || signal.aborted) return;
    every = QUICK;
    wait(millis(0));
    changed(every);
  }

  return {
    /** The cards have been read: this is the beat. */
    reading(): void {
      if (!signal.aborted) strike(true);
    },
    /** Something happened. */
    stir(): void {
      restlessUntil = now() + RESTLESS_FOR;
      hasten();
    },
    /** Whether something works, or somebody looks, from now on. */
    keep(quick: boolean): void {
      wanted = quick;
      if (quick) hasten();
    },
  };
}
export type Pulse = ReturnType<typeof openPulse>;
