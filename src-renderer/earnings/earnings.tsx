import { Button, EmptyState, SegmentedControl, Stack } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconChartBar, IconDownload } from '@tabler/icons-react';
import { Fragment, useEffect, useMemo, useState } from 'react';
import { EarningsRange, type EarningsView } from '../../src-shared/earnings.ts';
import { useSaveCsv } from '../agent-link/answers.ts';
import { keepPlace, keptPlace } from '../agent-link/kept-place.ts';
import { situationOf } from '../agent-link/memo.ts';
import { useSnapshot, useStore } from '../agent-link/store.ts';
import { Alerts } from '../parts/alerts.tsx';
import { Card } from '../parts/card.tsx';
import { deferred } from '../parts/deferred.tsx';
import { actionsFor } from '../parts/hero-actions.ts';
import { type Text, t } from '../words/texts.ts';
import { chartsOf } from './chart-data.ts';
import { Figures } from './figures.tsx';
import { isEmpty } from './rows.ts';
import { EarningsTable } from './table.tsx';

const room = <Card className="chart-place">{null}</Card>;

/** The chart code is half of the window; a window that is opened on another page does without. */
const EarningsChart = deferred(async () => (await import('./chart.tsx')).EarningsChart, room);

const rangeName: Readonly<Record<EarningsRange, Text>> = {
  '24h': 'range24h',
  '7d': 'range7d',
  '30d': 'range30d',
  '1y': 'range1y',
};

/** The period that is shown, and the choice of another; begins with the one kept from the last window. */
function useRange(): readonly [EarningsRange, (range: EarningsRange) => void] {
  const store = useStore();
  const shown = useSnapshot((s) => s.earnings.range);
  const [chosen, setChosen] = useState(() => keptPlace().range);
  const watch = (range: EarningsRange) => {
    setChosen(range);
    // Refused, the control goes back to what the page shows.
    void store.send({ kind: 'watch-earnings', range }).then((done) => !done && setChosen(null));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked for once, when the page opens.
  useEffect(() => {
    if (chosen !== null && chosen !== shown) watch(chosen);
  }, []);
  const choose = (range: EarningsRange) => {
    keepPlace({ range });
    watch(range);
  };
  return [chosen ?? shown, choose];
}

/** What came in, what electricity took, and when. */
export function Earnings() {
  const view = useSnapshot((s) => s.earnings);
  const test = useSnapshot((s) => s.network.test);
  const [range, choose] = useRange();
  const charts = useMemo(() => chartsOf(view), [view]);
  const empty = charts.length === 0 && view.buckets.every(isEmpty);
  const saveCsv = useSaveCsv();
  const save = () => {
    if (!empty) saveCsv({ kind: 'earnings', range: view.range });
  };
  useHotkeys([['mod+E', save]], []);
  return (
    <Stack gap={16}>
      <Alerts />
      <div className="page-tools">
        <SegmentedControl
          aria-label={t('period')}
          value={range}
          onChange={(value) => choose(EarningsRange.parse(value))}
          data={EarningsRange.options.map((option) => ({
            value: option,
            label: t(rangeName[option]),
          }))}
        />
        <Button
          variant="default"
          disabled={empty}
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={save}
        >
          {t('exportCsv')}
        </Button>
      </div>
      <Figures view={view} test={test} />
      {charts.map((chart) => (
        <Fragment key={chart.unit}>
          <EarningsChart chart={chart} />
          <EarningsTable view={view} unit={chart.unit} />
        </Fragment>
      ))}
      {charts.length === 0 && <Nothing view={view} />}
    </Stack>
  );
}

/** Why there is no chart, and what to do about it where something can be done. */
function Nothing({ view }: { view: EarningsView }) {
  const store = useStore();
  const isFirst = !view.ever;
  const startable = useSnapshot((s) =>
    actionsFor(situationOf(s)).some(({ kind }) => kind === 'start-now'),
  );
  return (
    <Card p={24}>
      <EmptyState
        py={64}
        icon={<IconChartBar size={40} stroke={1.5} aria-hidden />}
        title={t(isFirst ? 'noEarnings' : 'noEarningsInRange')}
        description={t(isFirst ? 'noEarningsWhy' : 'noEarningsInRangeWhy')}
      >
        {startable && (
          <EmptyState.Actions>
            <Button variant="default" onClick={() => store.send({ kind: 'start-now' })}>
              {t('startJobNow')}
            </Button>
          </EmptyState.Actions>
        )}
      </EmptyState>
    </Card>
  );
}
