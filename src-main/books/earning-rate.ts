import type { Entry } from '../../src-shared/earnings.ts';
import {
  hours,
  type MicroUsd,
  type Millis,
  microUsd,
  millis,
  minutes,
} from '../../src-shared/units.ts';
import type { Books } from './books.ts';

/** Long enough to even out lucky and poor hours, short enough to follow what the market pays. */
const LOOKED_BACK: Millis = hours(7 * 24);
/** A week does not change in ten minutes. */
const LOOKED_AT_EVERY: Millis = minutes(10);
/** Work shorter than this says nothing about an hour. */
const LEAST_WORK: Millis = minutes(5);

/**
 * What an hour of work brings: the money credited, over the time it was worked for. Null where there was too little paid
 * work to tell. Test credits are no money and do not count.
 */
export function earnsPerHour(entries: Iterable<Entry>): MicroUsd | null {
  const worked = new Map<string, number>();
  let money = 0;
  let time = 0;
  for (const entry of entries) {
    if (entry.kind === 'claimed' && !entry.test)
      worked.set(`${entry.job} ${entry.fence}`, entry.activeFor);
    if (entry.kind !== 'credited' || entry.test) continue;
    const key = `${entry.job} ${entry.fence}`;
    const took = worked.get(key);
    // Worked before the time that is looked at: its money without its time would say too much.
    if (took === undefined) continue;
    money += entry.amount;
    time += took;
    worked.delete(key);
  }
  return time < LEAST_WORK ? null : microUsd((money / time) * hours(1));
}

/** The same of the books, looked up now and then. */
export function openEarningRate(books: Books): (now: Millis) => MicroUsd | null {
  let known: { readonly at: Millis; readonly rate: MicroUsd | null } | null = null;
  return (now) => {
    if (!known || now < known.at || now - known.at >= LOOKED_AT_EVERY)
      known = { at: now, rate: earnsPerHour(books.jobEntries(millis(now - LOOKED_BACK), now)) };
    return known.rate;
  };
}
