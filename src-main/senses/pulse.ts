import { type Millis, millis, seconds } from '../../src-shared/units.ts';

/** While a limit must be held or somebody looks: what a person calls "live", and what heat needs. */
export const QUICK = seconds(1);
/** Else. What must not wait (a game, the owner's word, an offer) comes as an event and waits for no beat. */
export const SLOW = seconds(4);
/** After something happened more is to come: a hold-off ends, an offer follows, a second program starts. */
const RESTLESS_FOR = seconds(15);

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
 */
export function openPulse({ beat, changed, now, signal }: Options) {
  let restlessUntil = now() + RESTLESS_FOR;
  let wanted = false;
  let every = QUICK;
  let timer = setTimeout(strike, every);
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });

  function strike(): void {
    beat();
    if (signal.aborted) return;
    const next = wanted || now() < restlessUntil ? QUICK : SLOW;
    if (next !== every) changed(next);
    every = next;
    clearTimeout(timer);
    timer = setTimeout(strike, every);
  }

  /** The next beat of a slow pulse does not wait its turn, but never comes while something else is being done. */
  function hasten(): void {
    if (every === QUICK || signal.aborted) return;
    every = QUICK;
    changed(every);
    clearTimeout(timer);
    timer = setTimeout(strike, millis(0));
  }

  return {
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
