import { EarningsRange } from '../src-shared/earnings.ts';

const KEY = 'offpeak.earnings-range';

/** The period the owner last looked at, from before this window was opened; null where nothing legible is kept. */
export function keptRange(): EarningsRange | null {
  try {
    return EarningsRange.safeParse(localStorage.getItem(KEY)).data ?? null;
  } catch {
    return null; // A browser may forbid a page to keep anything.
  }
}

/** Keeps the period for the next window. */
export function keepRange(range: EarningsRange): void {
  try {
    localStorage.setItem(KEY, range);
  } catch {
    // Then the next window begins as the agent has it.
  }
}
