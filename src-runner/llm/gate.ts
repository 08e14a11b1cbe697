import type { Clock, DutyCycle } from '../work/duty-cycle.ts';

/**
 * Keeps the pace of jobs that are worked on together: their tokens come from the same batches, so they work together and
 * rest together. When rest is due nobody goes in any more; it begins when the last one has come out.
 */
export function openGate(dutyCycle: DutyCycle, clock: Clock) {
  let inside = 0;
  let since = clock.now();
  /** While rest is due: resolves when it is over. */
  let resting: Promise<void> | null = null;
  let emptied: (() => void) | null = null;
  /** Everybody who waits gets a word now and then, and ends the rest only for themselves. */
  const waiting = new Set<() => void>();
  const never = new AbortController().signal;

  async function rest(): Promise<void> {
    if (inside > 0) await new Promise<void>((empty) => (emptied = empty));
    await dutyCycle.rest(never, () => {
      for (const alive of waiting) alive();
    });
  }

  function leaveEmpty(): void {
    emptied?.();
    emptied = null;
  }

  function count(): void {
    const now = clock.now();
    if (inside > 0) dutyCycle.worked(since, now);
    since = now;
  }

  /** Resolves when work may go on, or at once where `until` is or gets aborted. */
  async function enter(until: AbortSignal, alive: () => void): Promise<void> {
    // While others work, the time that has passed is no rest.
    count();
    while (!until.aborted && (resting || dutyCycle.due())) {
      resting ??= rest().finally(() => {
        resting = null;
      });
      const stop = aborted(until);
      waiting.add(alive);
      await Promise.race([resting, stop.promise]);
      waiting.delete(alive);
      stop.forget();
    }
  }

  return {
    /**
     * Does a piece of work when it is its turn; null where `until` was aborted before. `alive` is called now and then
     * while it waits.
     */
    async run<T>(
      until: AbortSignal,
      alive: () => void,
      work: () => Promise<T>,
    ): Promise<{ readonly value: T } | null> {
      await enter(until, alive);
      if (until.aborted) return null;
      count();
      inside += 1;
      try {
        return { value: await work() };
      } finally {
        count();
        inside -= 1;
        if (inside === 0) leaveEmpty();
      }
    },
  };
}
export type Gate = ReturnType<typeof openGate>;

/** A promise of the abort that can be taken back. */
function aborted(signal: AbortSignal) {
  let end = () => {};
  const promise = new Promise<void>((resolve) => {
    end = resolve;
    signal.addEventListener('abort', end);
  });
  return { promise, forget: () => signal.removeEventListener('abort', end) };
}
