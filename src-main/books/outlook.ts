import { z } from 'zod';
import type { EarningsView } from '../../src-shared/earnings.ts';
import { type Millis, microUsd, millis } from '../../src-shared/units.ts';
import { buckets, dayOf } from './buckets.ts';
import type { BooksDatabase } from './database.ts';
import type { EnergySums } from './energy-sums.ts';

/**
 * The days that are looked back on, and of a week. A month holds four whole weeks, so a weekend counts as it should; further
 * back the card, the prices and the owner's habits may have been others.
 */
const MONTH = 30;
const WEEK = 7;

const Money = z.object({ money: z.number() });
const SUM_MONEY = `select coalesce(sum(amount), 0) as money from worth
  where at >= ? and at < ? and test = 0 and status <> 'voided'`;
const First = z.object({ at: z.number().nullable() });
const FIRST_MONEY = "select min(at) as at from worth where test = 0 and status <> 'voided'";

/**
 * The worst and the best 7 days of `days` (each a day's net, oldest first) that follow on each other, times 30/7, and the
 * mean of all; null where there are fewer.
 */
export function outlookOf(days: readonly number[]): EarningsView['outlook'] {
  const weeks = days
    .slice(WEEK - 1)
    .map((_, i) => days.slice(i, i + WEEK).reduce((sum, day) => sum + day, 0));
  if (weeks.length === 0) return null;
  const month = (week: number) => microUsd((week * MONTH) / WEEK);
  const daily = microUsd(days.reduce((sum, day) => sum + day, 0) / days.length);
  return { least: month(Math.min(...weeks)), most: month(Math.max(...weeks)), daily };
}

/**
 * What 30 days may bring, from the last 30 whole days, local time. Days before the first money ever say nothing; null where
 * fewer than 7 are left, or none of them has money in it.
 */
export function moneyOutlook(db: BooksDatabase, energy: EnergySums) {
  return (now: Millis): EarningsView['outlook'] => {
    const first = db.one(First, FIRST_MONEY)?.at ?? null;
    if (first === null) return null;
    const since = dayOf(first).from;
    const days = buckets('30d', millis(dayOf(now).from - 1)).filter(({ from }) => from >= since);
    const money = days.map(({ from, to }) => db.one(Money, SUM_MONEY, from, to)?.money ?? 0);
    if (!money.some((sum) => sum > 0)) return null;
    return outlookOf(days.map(({ from, to }, i) => (money[i] ?? 0) - energy(from, to).electricity));
  };
}
