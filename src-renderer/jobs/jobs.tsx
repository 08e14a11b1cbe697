import { Button, EmptyState, Stack } from '@mantine/core';
import { useDebouncedValue, useHotkeys } from '@mantine/hooks';
import { IconListDetails } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import type { Run, RunFilter } from '../../src-shared/question.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { type Millis, millis, minutes } from '../../src-shared/units.ts';
import { useAnswer, useSaveCsv } from '../agent-link/answers.ts';
import { useSnapshot } from '../agent-link/store.ts';
import { Alert, Alerts } from '../parts/alerts.tsx';
import { Card } from '../parts/card.tsx';
import { t, worded } from '../words/texts.ts';
import { JobFilters } from './filters.tsx';
import { RunInspector } from './run-inspector.tsx';
import { daysOf, useRuns } from './runs.ts';
import { type Live, RunsTable } from './runs-table.tsx';

const ALL: RunFilter = { pay: null, what: null, outcome: null, search: '' };

/** How long after the last letter a search is asked. */
const TYPED_AFTER_MS = 250;

/** What runs on the lanes, by job. */
function liveJobs({ lanes }: Snapshot): Readonly<Record<string, Live>> {
  return Object.fromEntries(
    lanes.flatMap(({ phase }) =>
      phase.kind === 'running' || phase.kind === 'yielding'
        ? [[phase.job.id, { joules: phase.job.joules, pay: phase.job.pay.amount }]]
        : [],
    ),
  );
}

/** Every run of a job on this machine, and beside it the details of one. */
export function Jobs() {
  const [filter, setFilter] = useState(ALL);
  const [search] = useDebouncedValue(filter.search, TYPED_AFTER_MS);
  const asked = useMemo(() => ({ ...filter, search: search.trim() }), [filter, search]);
  const [pages, setPages] = useState(1);
  const { found, refusal } = useRuns(asked, pages);
  const now = useSnapshot((s) => millis(Math.floor(s.takenAt / minutes(1)) * minutes(1)));
  const live = useSnapshot(liveJobs);
  const days = useMemo(() => (found ? daysOf(found) : []), [found]);
  const [open, setOpen] = useState<Run | null>(null);
  const [entry, setEntry] = useState<number | null>(null);
  const saveCsv = useSaveCsv();

  const runs = found?.runs ?? [];
  const empty = runs.length === 0;
  const save = () => {
    if (!empty) saveCsv({ kind: 'runs', filter: asked });
  };
  const show = useCallback((run: Run) => setOpen(run), []);
  // With the details open, the keyboard leafs through them.
  const move = useCallback((run: Run) => {
    setEntry(run.id);
    setOpen((old) => (old ? run : null));
  }, []);
  const close = () => {
    // The keyboard does not get lost with what it was in.
    const row = document.querySelector<HTMLElement>('.run[data-open] .run-name');
    if (document.activeElement?.closest('.inspector')) row?.focus();
    setOpen(null);
  };
  useHotkeys([['mod+E', save]], []);
  useHotkeys([['Escape', close, { preventDefault: false }]], []);

  const change = (next: RunFilter) => {
    setFilter(next);
    setPages(1);
  };
  const isEntryShown = runs.some(({ id }) => id === entry);
  return (
    <Stack gap={16}>
      <Alerts />
      <JobFilters filter={filter} change={change} save={empty ? null : save} />
      {refusal !== null && (
        <Alert state="error" title={t('jobsUnread')}>
          {worded(refusal)}
        </Alert>
      )}
      {empty ? (
        found && <NoJobs filtered={isFiltered(asked)} clear={() => change(ALL)} />
      ) : (
        <RunsTable
          days={days}
          live={live}
          now={now}
          open={open?.id ?? null}
          entry={isEntryShown ? entry : (days[0]?.runs[0]?.id ?? null)}
          show={show}
          move={move}
        />
      )}
      {found?.more && (
        <div className="show-more">
          <Button variant="default" onClick={() => setPages(pages + 1)}>
            {t('showMore')}
          </Button>
          <span className="caption num" role="status">
            {t('shownJobs', { count: runs.length })}
          </span>
        </div>
      )}
      {open && (
        <Details row={runs.find(({ id }) => id === open.id) ?? open} now={now} close={close} />
      )}
    </Stack>
  );
}

const isFiltered = ({ pay, what, outcome, search }: RunFilter): boolean =>
  pay !== null || what !== null || outcome !== null || search !== '';

type DetailsProps = { readonly row: Run; readonly now: Millis; readonly close: () => void };

function Details({ row, now, close }: DetailsProps) {
  const { found, refusal } = useAnswer({ kind: 'run', id: row.id }, 'run');
  const details = found?.run.id === row.id ? found : { run: row, events: null, receipt: null };
  return <RunInspector details={details} refusal={refusal} now={now} close={close} />;
}

function NoJobs({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  return (
    <Card p={24}>
      <EmptyState
        py={64}
        icon={<IconListDetails size={40} stroke={1.5} aria-hidden />}
        title={t(filtered ? 'noJobsFound' : 'noJobs')}
        description={t(filtered ? 'noJobsFoundWhy' : 'noJobsWhy')}
      >
        {filtered && (
          <EmptyState.Actions>
            <Button variant="default" onClick={clear}>
              {t('showAllJobs')}
            </Button>
          </EmptyState.Actions>
        )}
      </EmptyState>
    </Card>
  );
}
