import { z } from 'zod';
import { type Millis, millis } from '../../src-shared/units.ts';
import type { BooksDatabase } from './database.ts';
import { inSlots } from './run-slots.ts';

const Sum = z.object({ worked: z.number() });
const Longest = z.object({ longest: z.number() });

/** Runs in full that ended in a span; `?5`: no run that began earlier than this before its end. */
const PIECE = (from: string, to: string) =>
  `select coalesce(sum(ended_at - started_at), 0) as worked from runs
    where started_at >= ${from} - ?5 and started_at < ${to} and ended_at >= ${from} and ended_at < ${to}`;
const ENDED = `select sum(worked) as worked from (
  ${PIECE('?1', '?2')}
  union all select coalesce(sum(worked), 0) from run_slots where slot >= ?2 and slot < ?3
  union all ${PIECE('?3', '?4')})`;
/** What runs that go on at a moment have worked until then. A run that has no end yet goes on until `?3`. */
const UNTIL = `select coalesce(sum(min(?1, coalesce(ended_at, max(started_at, ?3))) - started_at), 0) as worked
  from runs where started_at >= ?1 - ?2 and started_at < ?1 and (ended_at is null or ended_at >= ?1)`;
const LONGEST = `select max(
  coalesce((select max(ended_at - started_at) from runs), 0),
  ?1 - coalesce((select min(started_at) from runs where ended_at is null), ?1)) as longest`;

/**
 * How long cards worked between two moments, summed over the cards: every run, whatever became of it, cut to the span. A run
 * that goes on has worked until `now`. Made of the runs that ended in the span, less what they had worked before it, and
 * what others have worked that go on after it.
 */
export function workedTime(db: BooksDatabase) {
  return (from: Millis, to: Millis, now: Millis): Millis => {
    if (from >= to) return millis(0);
    // No run that began earlier than this before a moment can go on at it.
    const longest = db.one(Longest, LONGEST, Math.max(now, to))?.longest ?? 0;
    const until = (at: number) => db.one(Sum, UNTIL, at, longest, now)?.worked ?? 0;
    const ended = db.one(Sum, ENDED, ...inSlots(from, to), longest)?.worked ?? 0;
    return millis(ended + until(to) - until(from));
  };
}
