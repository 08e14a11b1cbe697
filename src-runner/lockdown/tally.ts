import type { Lockdown, Protection } from '../../src-shared/lockdown.ts';
import { quote, type Said, said } from '../../src-shared/said.ts';

/** Well below what the protocol allows. Characters. */
const WHY_LENGTH = 400;

/**
 * Names protections, separated by commas, to do without: for an owner whose driver cannot live with one, and for
 * measuring what they cost. What is switched off is reported like anything else that is missing.
 */
export const SKIPS = 'OFFPEAK_RUNNER_SKIPS';

/** A system's own words, which are quoted, or ours. */
export type Why = string | Said;

export const NOTHING: Lockdown = { held: [], missing: [] };

/**
 * Takes one measure after the other and writes down what holds. A measure that throws does not hold; one that the owner
 * has switched off is not taken. `before`: what an earlier stage of this process has found out.
 */
export function openTally(before: Lockdown, env: Readonly<Record<string, string | undefined>>) {
  const skipped = (env[SKIPS] ?? '').split(',');
  const held = [...before.held];
  const missing = [...before.missing];
  const lack = (what: Protection, why: Why) => {
    missing.push({ what, why: typeof why === 'string' ? quote(why.slice(0, WHY_LENGTH)) : why });
  };
  const outcome = (take: () => Why | null): Why | null => {
    try {
      return take();
    } catch (error) {
      return String(error);
    }
  };
  return {
    lack,
    /** `take`: one measure for all of `whats`; returns why it does not hold, or null. */
    measure(whats: Protection | readonly Protection[], take: () => Why | null): void {
      const all = typeof whats === 'string' ? [whats] : whats;
      const off = all.some((what) => skipped.includes(what));
      const why = off ? said('switchedOff', { name: SKIPS }) : outcome(take);
      for (const what of all)
        if (why === null) held.push(what);
        else lack(what, why);
    },
    holds: (what: Protection): boolean => held.includes(what),
    /** What was thought to hold does not, for want of another. */
    withdraw(what: Protection, why: Why): void {
      if (!held.includes(what)) return;
      held.splice(held.indexOf(what), 1);
      lack(what, why);
    },
    result: (): Lockdown => ({ held, missing }),
  };
}
export type Tally = ReturnType<typeof openTally>;
