import { type KeyboardEvent, memo } from 'react';
import { clock, date, duration, energy, money, testCredits } from '../../src-shared/amount.ts';
import type { Run, RunDay } from '../../src-shared/question.ts';
import { type MicroUsd, type Millis, millis } from '../../src-shared/units.ts';
import { Card } from '../parts/card.tsx';
import { kindLook } from '../parts/kind-look.ts';
import { t } from '../words/texts.ts';
import { Result, RunPay } from './run-result.tsx';
import type { DayOfRuns } from './runs.ts';

/** What the snapshot knows about a job that runs now, and the books not yet. */
export type Live = {
  /** Measured so far; null where nothing measures it. */
  readonly joules: number | null;
  readonly pay: MicroUsd;
};

type RunsTableProps = {
  readonly days: readonly DayOfRuns[];
  /** Jobs that run now, by their id. */
  readonly live: Readonly<Record<string, Live>>;
  /** To the minute, so that a running job's time moves on once a minute. */
  readonly now: Millis;
  /** The run whose details are open. */
  readonly open: number | null;
  /** The run that the keyboard enters the table at. */
  readonly entry: number | null;
  readonly show: (run: Run) => void;
  /** The keyboard went to another row. */
  readonly move: (run: Run) => void;
};

/** Runs by day, newest first. */
export function RunsTable({ days, live, now, open, entry, show, move }: RunsTableProps) {
  return (
    <Card p={0} className="table-card">
      <table className="table table-runs" aria-label={t('jobsTable')}>
        <thead>
          <tr>
            <th>{t('columnJob')}</th>
            <th>{t('columnStarted')}</th>
            <th className="right">{t('columnRanFor')}</th>
            <th className="right">{t('columnEnergy')}</th>
            <th className="right">{t('columnPay')}</th>
            <th className="right">{t('columnResult')}</th>
          </tr>
        </thead>
        {days.map(({ key, at, sums, runs }) => (
          <tbody key={key}>
            <DayRow at={at} now={now} sums={sums} />
            {runs.map((run) => (
              <Row
                key={run.id}
                run={run}
                live={run.outcome === 'running' ? live[run.job] : undefined}
                now={run.endedAt === null ? now : run.endedAt}
                isOpen={run.id === open}
                isEntry={run.id === entry}
                show={show}
                move={move}
              />
            ))}
          </tbody>
        ))}
      </table>
    </Card>
  );
}

const sameDay = (a: Millis, b: Millis): boolean => {
  const day = (at: Millis) => date(at, { year: 'numeric', month: 'numeric', day: 'numeric' });
  return day(a) === day(b);
};

/** Days of another year say which. */
function dayName(at: Millis, now: Millis): string {
  if (sameDay(at, now)) return t('dayToday');
  const year = (m: Millis) => date(m, { year: 'numeric' });
  return date(at, {
    weekday: 'long',
    month: 'short',
    day: 'numeric',
    ...(year(at) === year(now) ? {} : { year: 'numeric' as const }),
  });
}

type DayRowProps = { readonly at: Millis; readonly now: Millis; readonly sums: RunDay | null };

function DayRow({ at, now, sums }: DayRowProps) {
  const paid = sums && sums.money > 0 ? money(sums.money) : '–';
  const credits = sums && sums.test > 0 ? testCredits(sums.test) : '';
  return (
    <tr className="day">
      <th colSpan={3} scope="rowgroup">
        {dayName(at, now)}
      </th>
      <td className="right">{sums && sums.joules > 0 ? energy(sums.joules) : '–'}</td>
      <td className="right">{sums?.money === 0 && credits !== '' ? '' : paid}</td>
      <td className="right">{credits}</td>
    </tr>
  );
}

/** Where the arrow keys lead from row `n` of `count`; null where the key is none of theirs. */
export function rowAfter(key: string, n: number, count: number): number | null {
  if (key === 'ArrowDown') return Math.min(n + 1, count - 1);
  if (key === 'ArrowUp') return Math.max(n - 1, 0);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : null;
}

function goOn(event: KeyboardEvent<HTMLButtonElement>): void {
  const table = event.currentTarget.closest('table');
  const rows = [...(table?.querySelectorAll<HTMLElement>('.run-name') ?? [])];
  const next = rowAfter(event.key, rows.indexOf(event.currentTarget), rows.length);
  if (next === null) return;
  event.preventDefault();
  rows[next]?.focus();
}

type RowProps = {
  readonly run: Run;
  readonly live: Live | undefined;
  /** Until when it ran. */
  readonly now: Millis;
  readonly isOpen: boolean;
  readonly isEntry: boolean;
  readonly show: (run: Run) => void;
  readonly move: (run: Run) => void;
};

/** One run. Its name is a button as large as the row. */
const Row = memo(function Row({ run, live, now, isOpen, isEntry, show, move }: RowProps) {
  const { icon: Picture, name } = kindLook[run.what];
  const used = live?.joules ?? run.joules;
  return (
    <tr className="run" data-open={isOpen || undefined}>
      <td>
        <div className="run-first">
          <div className="tile tile-small">
            <Picture size={18} stroke={1.75} aria-hidden />
          </div>
          <button
            type="button"
            className="run-name"
            tabIndex={isEntry ? 0 : -1}
            aria-expanded={isOpen}
            title={run.title}
            onClick={() => show(run)}
            onFocus={() => move(run)}
            onKeyDown={goOn}
          >
            <span>{run.title}</span>
            <span className="caption">
              {t('kindForNetwork', { kind: t(name), network: run.network })}
            </span>
          </button>
        </div>
      </td>
      <td className="quiet">{clock(run.startedAt)}</td>
      <td className="right">{duration(millis(now - run.startedAt))}</td>
      <td className="right">{used === null ? '–' : energy(used)}</td>
      <td className="right">
        <RunPay run={run} promised={live?.pay ?? null} />
      </td>
      <td className="right">
        <Result outcome={run.outcome} />
      </td>
    </tr>
  );
});
