import { z } from 'zod';
import { type Written, written } from '../../src-disk/disk-trouble.ts';
import { Segment, type StateKind } from '../../src-shared/snapshot.ts';
import { hours, type Millis, millis } from '../../src-shared/units.ts';
import type { BooksDatabase } from './database.ts';
import { HEARTBEAT_GAP, strip } from './day-strip.ts';

/** The strip shows 24 hours; twice that lets a clock be set without losing it. */
const KEPT = hours(48);

const StateRow = z.object({
  id: z.number(),
  from_at: z.number(),
  to_at: z.number(),
  state: z.string(),
  label: z.string(),
});
const First = z.object({ at: z.number().nullable() });
const SegmentRow = StateRow.transform((row): unknown => ({
  ...row,
  from: row.from_at,
  to: row.to_at,
})).pipe(Segment);

/** What the agent was doing when: the source of the 24-hour strip. */
export function stateHistory(db: BooksDatabase) {
  /**
   * Writes down what is true at `at`. Called at every change and once a minute, so that after a kill the time until the
   * next start is an honest gap.
   */
  const recordState = (at: Millis, state: StateKind, label: string): Written =>
    db.write(() => {
      const last = db.one(StateRow, 'select * from states order by id desc limit 1');
      const goesOn = last && at >= last.to_at && at - last.to_at <= HEARTBEAT_GAP;
      if (goesOn) db.run('update states set to_at = ? where id = ?', at, last.id);
      if (goesOn && last.state === state && last.label === label) return written;
      db.run(
        'insert into states (from_at, to_at, state, label) values (?, ?, ?, ?)',
        at,
        at,
        state,
        label,
      );
      // The last two stay whatever their age: they say that the app was here before; and the last that earned: that it did.
      db.run(
        `delete from states where to_at < ? and id not in (select id from states order by id desc limit 2)
        and id is not (select max(id) from states where state = 'earning')`,
        at - KEPT,
      );
      return written;
    });

  return {
    recordState,
    /** Whether any job ever ran here, finished or not. */
    hasRun: (): boolean =>
      db.one(First, `select min(from_at) as at from states where state = 'earning'`)?.at != null,
    /**
     * The strip from `from` to `to`; it begins later where the app was not here before. What was true at the last
     * heartbeat is taken to last until `to`.
     */
    strip(from: Millis, to: Millis): Segment[] {
      const rows = db.all(
        SegmentRow,
        'select * from states where to_at >= ? and from_at < ? order by from_at, id',
        from - HEARTBEAT_GAP,
        to,
      );
      const last = rows.at(-1);
      if (last && last.to < to && to - last.to <= HEARTBEAT_GAP) rows.push({ ...last, to });
      const first = db.one(First, 'select min(from_at) as at from states')?.at ?? to;
      return strip(rows, millis(Math.min(to, Math.max(from, first))), to);
    },
  };
}
