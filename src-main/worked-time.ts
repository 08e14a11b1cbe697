import { z } from 'zod';
import { type Millis, millis } from '../src-shared/units.ts';
import type { BooksDatabase } from './books-database.ts';

const Sum = z.object({ worked: z.number() });
const Longest = z.object({ longest: z.number() });

const BEGUN = `select coalesce(sum(max(0, min(coalesce(ended_at, ?3), ?2) - started_at)), 0) as worked
  from runs where started_at >= ?1 and started_at < ?2`;
const UNDER_WAY = `select coalesce(sum(max(0, min(coalesce(ended_at, ?3), ?2) - ?1)), 0) as worked
  from runs where started_at >= ?1 - ?4 and started_at < ?1`;
const LONGEST = `select max(
  coalesce((select max(ended_at - started_at) from runs), 0),
  ?1 - coalesce((select min(started_at) from runs where ended_at is null), ?1)) as longest`;

/**
 * How long cards worked between two moments, summed over the cards: every run, whatever became of it, cut to the span. A run
 * that goes on has worked until `now`.
 */
export function workedTime(db: BooksDatabase) {
  return (from: Millis, to: Millis, now: Millis): Millis => {
    if (from >= to) return millis(0);
    // No run that began earlier than this before the span can reach into it.
    const longest = db.one(Longest, LONGEST, now)?.longest ?? 0;
    const begun = db.one(Sum, BEGUN, from, to, now)?.worked ?? 0;
    const underWay = db.one(Sum, UNDER_WAY, from, to, now, longest)?.worked ?? 0;
    return millis(begun + underWay);
  };
}
