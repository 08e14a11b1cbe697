import { z } from 'zod';
import { JobId } from '../../src-shared/job.ts';
import { JobKind } from '../../src-shared/job-kind.ts';
import {
  RUNS_AT_ONCE,
  type RunDay,
  type RunFilter,
  RunOutcome,
} from '../../src-shared/question.ts';
import { joules, type Millis, microUsd, millis } from '../../src-shared/units.ts';
import { StopReason } from '../agent/stop-reason.ts';
import { dayOf } from './buckets.ts';
import type { BooksDatabase } from './database.ts';
import { EntryRow, SELECT_ENTRIES } from './ledger-rows.ts';

const amount = z.int().min(0).transform(microUsd).nullable();
const reason = z
  .string()
  .nullable()
  .transform((text): unknown => {
    try {
      return JSON.parse(text ?? 'null');
    } catch {
      return null;
    }
  })
  // A newer or a damaged reason is none: the run is worth showing all the same.
  .pipe(StopReason.nullable().catch(null));

const at = z.int().transform(millis);

/** A run with everything the books know of it; `because` is made a sentence by whoever shows it. */
const Kept = z.object({
  id: z.int().min(1),
  job: JobId,
  fence: z.int().min(1),
  title: z.string(),
  what: JobKind,
  network: z.string(),
  gpu: z.string(),
  startedAt: at,
  endedAt: at.nullable(),
  outcome: RunOutcome,
  because: reason,
  joules: z.number().min(0).transform(joules).nullable(),
  electricity: amount,
  amount,
  test: z.int().transform((flag) => flag === 1),
  receipt: z.string().nullable(),
});
export type KeptRun = Readonly<z.infer<typeof Kept>>;

/** Whether a row as the file holds it is a run that makes sense. */
export const isRun = (row: Readonly<Record<string, unknown>>): boolean =>
  Kept.safeParse({ ...row, startedAt: row.started_at, endedAt: row.ended_at }).success;

/** Where each of it stands in the table; what is new is asked for here. */
const COLUMN_OF = {
  id: 'id',
  job: 'job',
  fence: 'fence',
  title: 'title',
  what: 'what',
  network: 'network',
  gpu: 'gpu',
  startedAt: 'started_at',
  endedAt: 'ended_at',
  outcome: 'outcome',
  because: 'because',
  joules: 'joules',
  electricity: 'electricity',
  amount: 'amount',
  test: 'test',
  receipt: 'receipt',
} as const satisfies Readonly<Record<keyof KeptRun, string>>;
const COLUMNS = Object.entries(COLUMN_OF)
  .map(([name, column]) => `${column} as ${name}`)
  .join(', ');
/** As many rows as are held at once where all are read. */
const READ_AT_ONCE = 500;
const NEWEST_FIRST = 'order by started_at desc, id desc';
const DaySums = z.object({
  joules: z.number(),
  money: z.number(),
  test: z.number(),
  electricity: z.number(),
});
const SUMS = `coalesce(sum(joules), 0) as joules,
  coalesce(sum(case when test = 0 then amount end), 0) as money,
  coalesce(sum(case when test = 1 then amount end), 0) as test,
  coalesce(sum(electricity), 0) as electricity`;

/** Letters that mean something in a pattern mean themselves in a search. */
const patternOf = (search: string): string => `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;

/** The filter as a condition and the values in it. */
function conditionOf({ pay, what, outcome, search }: RunFilter) {
  const parts = ['true'];
  const values: (string | number)[] = [];
  const add = (part: string, ...of: (string | number)[]) => {
    parts.push(part);
    values.push(...of);
  };
  if (pay !== null) add('test = ?', pay === 'test' ? 1 : 0);
  if (what !== null) add('what = ?', what);
  if (outcome !== null) add('outcome = ?', outcome);
  const letters = search.trim();
  const pattern = patternOf(letters);
  if (letters) add("(title like ? escape '\\' or job like ? escape '\\')", pattern, pattern);
  return { condition: parts.join(' and '), values };
}

/** A reader of the history of runs. */
export function runList(db: BooksDatabase) {
  const older = (filter: RunFilter, last: KeptRun | null, limit: number): KeptRun[] => {
    const { condition, values } = conditionOf(filter);
    return db.all(
      Kept,
      `select ${COLUMNS} from runs
        where ${condition} ${last ? 'and (started_at, id) < (?, ?)' : ''} ${NEWEST_FIRST} limit ?`,
      ...values,
      ...(last ? [last.startedAt, last.id] : []),
      limit,
    );
  };
  const find = (id: number): KeptRun | null =>
    db.one(Kept, `select ${COLUMNS} from runs where id = ?`, id);

  return {
    /** One run; null where there is none of this number. */
    run: find,

    /** Runs that began before run `before` (null: the newest), newest first, and whether there are older ones. */
    runs(filter: RunFilter, before: number | null): { runs: KeptRun[]; more: boolean } {
      const last = before === null ? null : find(before);
      if (before !== null && last === null) return { runs: [], more: false };
      const found = older(filter, last, RUNS_AT_ONCE + 1);
      return { runs: found.slice(0, RUNS_AT_ONCE), more: found.length > RUNS_AT_ONCE };
    },

    /** All runs of the filter, newest first, `most` at most. */
    *everyRun(filter: RunFilter, most: number): Generator<KeptRun> {
      let last: KeptRun | null = null;
      for (let left = most; left > 0; ) {
        const found: KeptRun[] = older(filter, last, Math.min(left, READ_AT_ONCE));
        yield* found;
        last = found.at(-1) ?? null;
        left = last && found.length === READ_AT_ONCE ? left - found.length : 0;
      }
    },

    /** Sums over all runs of the filter that began on the days (local time) of these moments; newest day first. */
    runDays(filter: RunFilter, moments: readonly Millis[]): RunDay[] {
      const { condition, values } = conditionOf(filter);
      const days = new Map(moments.map((at) => [dayOf(at).from, dayOf(at)]));
      return [...days.values()]
        .sort((a, b) => b.from - a.from)
        .map(({ from, to }) => {
          const sums = db.one(
            DaySums,
            `select ${SUMS} from runs where started_at >= ? and started_at < ? and ${condition}`,
            from,
            to,
            ...values,
          );
          return {
            from,
            joules: joules(sums?.joules ?? 0),
            money: microUsd(sums?.money ?? 0),
            test: microUsd(sums?.test ?? 0),
            electricity: microUsd(sums?.electricity ?? 0),
          };
        });
    },

    /** All runs of one job here, and the ledger's lines about it, each oldest first. */
    storyOf: (job: JobId) => ({
      runs: db.all(Kept, `select ${COLUMNS} from runs where job = ? order by started_at, id`, job),
      lines: db.all(EntryRow, `${SELECT_ENTRIES} where job = ? order by id`, job),
    }),
  };
}
export type RunList = ReturnType<typeof runList>;
export type RunStory = ReturnType<RunList['storyOf']>;
