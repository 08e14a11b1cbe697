import { pause } from '../../src-shared/timer.ts';
import type { Millis } from '../../src-shared/units.ts';

/** Leases about which something is on its way this moment: a second try would only send the same bytes again. */
export function openInFlight() {
  const busy = new Map<string, Promise<void>>();
  return {
    /** Does one thing about a lease; nothing where one is under way. Resolves when that is done. */
    once(lease: string, act: () => Promise<void>): Promise<void> {
      const underWay = busy.get(lease);
      if (underWay) return underWay;
      const acting = act().finally(() => busy.delete(lease));
      busy.set(lease, acting);
      return acting;
    },
    /** Resolves when everything that was on its way is away, or after `patience`. */
    async quiet(patience: Millis): Promise<void> {
      const late = new AbortController();
      await Promise.race([Promise.allSettled([...busy.values()]), pause(patience, late.signal)]);
      late.abort();
    },
  };
}
export type InFlight = ReturnType<typeof openInFlight>;
