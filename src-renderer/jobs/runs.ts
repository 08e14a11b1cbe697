import { date } from '../../src-shared/amount.ts';
import type { Reader } from '../../src-shared/language/reader.ts';
import type { Run, RunDay, RunFilter } from '../../src-shared/question.ts';
import type { Millis } from '../../src-shared/units.ts';
import { type Ask, answerOf, type Found, type Refused, useErrand } from '../agent-link/answers.ts';

/** As many runs as were asked for, newest first. */
export type Runs = {
  readonly runs: readonly Run[];
  readonly days: readonly RunDay[];
  /** Whether there are older ones. */
  readonly more: boolean;
};

/** The newest `pages` pages, read one after another, so that no run is missing or twice where one began meanwhile. */
export async function gatherRuns(
  ask: Ask,
  filter: RunFilter,
  pages: number,
): Promise<Runs | Refused> {
  const runs: Run[] = [];
  const days = new Map<number, RunDay>();
  let more = true;
  for (let page = 0; page < pages && more; page += 1) {
    const before = runs.at(-1)?.id ?? null;
    const answer = await answerOf(ask, { kind: 'runs', filter, before }, 'runs');
    if (answer.kind === 'refused') return answer;
    runs.push(...answer.runs);
    for (const day of answer.days) days.set(day.from, day);
    more = answer.more && answer.runs.length > 0;
  }
  return { runs, days: [...days.values()], more };
}

/** The newest runs that pass the filter, kept fresh. */
export const useRuns = (filter: RunFilter, pages: number): Found<Runs> =>
  useErrand(JSON.stringify([filter, pages]), (ask) => gatherRuns(ask, filter, pages));

/** Runs that began on one day, and what that whole day brought. */
export type DayOfRuns = {
  readonly key: string;
  /** Any moment of the day. */
  readonly at: Millis;
  /** Null where nobody summed the day. */
  readonly sums: RunDay | null;
  readonly runs: readonly Run[];
};

const dayKey = (at: Millis, reader: Reader): string =>
  date(at, { year: 'numeric', month: 'numeric', day: 'numeric' }, reader);

/** Runs by the local day they began on, newest first; what runs now stands on top of them all, on the newest day. */
export function daysOf({ runs, days }: Runs, reader: Reader = {}): readonly DayOfRuns[] {
  const sums = new Map(days.map((day) => [dayKey(day.from, reader), day]));
  const running = runs.filter(({ outcome }) => outcome === 'running');
  const ended = runs.filter(({ outcome }) => outcome !== 'running');
  const made: { key: string; at: Millis; sums: RunDay | null; runs: Run[] }[] = [];
  const newest = runs[0];
  for (const run of [...running, ...ended]) {
    const at = run.outcome === 'running' && newest ? newest.startedAt : run.startedAt;
    const key = dayKey(at, reader);
    const last = made.at(-1);
    if (last?.key === key) last.runs.push(run);
    else made.push({ key, at, sums: sums.get(key) ?? null, runs: [run] });
  }
  return made;
}
