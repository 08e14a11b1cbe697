import { z } from 'zod';
import { JobId } from '../src-shared/job.ts';
import { JobKind } from '../src-shared/job-kind.ts';
import { RUNS_AT_ONCE, type RunDay, type RunFilter, RunOutcome } from '../src-shared/question.ts';
import { joules, type Millis, microUsd, millis } from '../src-shared/units.ts';
import type { BooksDatabase } from './books-database.ts';
import { dayOf } from './ledger-buckets.ts';
import { EntryRow, SELECT_ENTRIES } from './ledger-rows.ts';
import { StopReason } from './stop-reason.ts';

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

/** A run as the file holds it. */
export const RunRow = z
  .object({
    id: z.int().min(1),
    job: JobId,
    fence: z.int().min(1),
    title: z.string(),
    what: JobKind,
    network: z.string(),
    gpu: z.string(),
    started_at: z.int(),
    ended_at: z.int().nullable(),
    outcome: RunOutcome,
    because: reason,
    joules: z.number().min(0).transform(joules).nullable(),
    electricity: amount,
    active_for: z.int().min(0).transform(millis).nullable(),
    amount,
    test: z.int().transform((flag) => flag === 1),
    receipt: z.string().nullable(),
  })
  .transform(({ started_at, ended_at, active_for, ...row }) => ({
    ...row,
    startedAt: millis(started_at),
    endedAt: ended_at === null ? null : millis(ended_at),
    activeFor: active_for,
  }));
/** A run with everything the books know of it; `because` is made a sentence by whoever shows it. */
export type KeptRun = Readonly<z.infer<typeof RunRow>>;

const COLUMNS = `id, job, fence, title, what, network, gpu, started_at, ended_at, outcome, because, joules,
  electricity, active_for, amount, test, receipt`;
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
  const find = (id: number): KeptRun | null =>
    db.one(RunRow, `select ${COLUMNS} from runs where id = ?`, id);

  return {
    /** One run; null where there is none of this number. */
    run: find,

    /** Runs that began before run `before` (null: the newest), newest first, and whether there are older ones. */
    runs(filter: RunFilter, before: number | null): { runs: KeptRun[]; more: boolean } {
      const { condition, values } = conditionOf(filter);
      const last = before === null ? null : find(before);
      if (before !== null && last === null) return { runs: [], more: false };
      const older = last ? 'and (started_at, id) < (?, ?)' : '';
      const found = db.all(
        RunRow,
        `select ${COLUMNS} from runs where ${condition} ${older} ${NEWEST_FIRST} limit ?`,
        ...values,
        ...(last ? [last.startedAt, last.id] : []),
        RUNS_AT_ONCE + 1,
      );
      return { runs: found.slice(0, RUNS_AT_ONCE), more: found.length > RUNS_AT_ONCE };
    },

    /** All runs of the filter, newest first, `most` at most. */
    everyRun(filter: RunFilter, most: number): KeptRun[] {
      const { condition, values } = conditionOf(filter);
      return db.all(
        RunRow,
        `select ${COLUMNS} from runs where ${condition} ${NEWEST_FIRST} limit ?`,
        ...values,
        most,
      );
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
      runs: db.all(
        RunRow,
        `select ${COLUMNS} from runs where job = ? order by started_at, id`,
        job,
      ),
      lines: db.all(EntryRow, `${SELECT_ENTRIES} where job = ? order by id`, job),
    }),
  };
}
export type RunList = ReturnType<typeof runList>;
export type RunStory = ReturnType<RunList['storyOf']>;
