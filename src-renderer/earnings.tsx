import { EmptyState, Group, SegmentedControl, Stack } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useMemo } from 'react';
import { energy, netOf, testFigure } from '../src-shared/amount.ts';
import { EarningsRange, type Totals } from '../src-shared/earnings.ts';
import { millis, minutes } from '../src-shared/units.ts';
import { Alerts } from './alerts.tsx';
import { Card, TestTag } from './card.tsx';
import { chartsOf } from './chart-data.ts';
import { EarningsChart } from './earnings-chart.tsx';
import { JobsTable } from './jobs-table.tsx';
import { useSnapshot, useStore } from './store.ts';
import { type Text, t } from './texts.ts';

const rangeName: Readonly<Record<EarningsRange, Text>> = {
  '24h': 'range24h',
  '7d': 'range7d',
  '30d': 'range30d',
  '1y': 'range1y',
};

/** What came in, what electricity took, and which jobs it was. */
export function Earnings() {
  const view = useSnapshot((s) => s.earnings);
  const test = useSnapshot((s) => s.network.test);
  const now = useSnapshot((s) => millis(Math.floor(s.takenAt / minutes(1)) * minutes(1)));
  const store = useStore();
  const charts = useMemo(() => chartsOf(view), [view]);
  const empty = charts.length === 0;
  return (
    <Stack gap={16}>
      <Alerts />
      <div>
        <SegmentedControl
          aria-label={t('period')}
          value={view.range}
          onChange={(value) =>
            store.send({ kind: 'watch-earnings', range: EarningsRange.parse(value) })
          }
          data={EarningsRange.options.map((range) => ({
            value: range,
            label: t(rangeName[range]),
          }))}
        />
      </div>
      <Figures totals={view.totals} test={test} />
      {charts.map((chart) => (
        <EarningsChart key={chart.unit} chart={chart} range={view.range} />
      ))}
      {empty && (
        <Card p={24}>
          <EmptyState
            py={48}
            icon={<IconChartBar size={40} stroke={1.5} aria-hidden />}
            title={t('noEarnings')}
            description={t(view.jobs.length > 0 ? 'noEarningsInRange' : 'noEarningsWhy')}
          />
        </Card>
      )}
      {view.jobs.length > 0 && <JobsTable jobs={view.jobs} now={now} />}
    </Stack>
  );
}

/** Test credits and money each on a card of their own; the one that this network pays in comes first. */
function Figures({ totals, test }: { totals: Totals; test: boolean }) {
  const credits = (test || totals.test > 0) && <TestFigures key="test" totals={totals} />;
  const money = <MoneyFigures key="money" totals={totals} />;
  return <div className="figures">{test ? [credits, money] : [money, credits]}</div>;
}

function TestFigures({ totals }: { totals: Totals }) {
  return (
    <Card>
      <Group gap={8}>
        <span className="label">{t('testTotal')}</span>
        <TestTag />
      </Group>
      <div className="figure figure-main figure-test">{testFigure(totals.test)}</div>
      <span className="caption">{t('testMeaning')}</span>
    </Card>
  );
}

function MoneyFigures({ totals }: { totals: Totals }) {
  const { net, earned, electricity } = netOf(totals);
  const jobs = t('countedJobs', { count: totals.jobs });
  const unmeasured = totals.joules === 0 && totals.jobs > 0;
  const caption = () => {
    if (totals.jobs === 0 && totals.joules === 0) return t('figuresAfterFirst');
    if (unmeasured) return t('electricityUnmeasured');
    return t('used', { energy: energy(totals.joules), jobs });
  };
  return (
    <Card>
      <div className="sum">
        <span className="label">{t('net')}</span>
        <span />
        <span className="label">{t('earned')}</span>
        <span />
        <span className="label">{t('electricity')}</span>
        <span className="figure figure-main">{net}</span>
        <span className="operator" role="img" aria-label={t('equals')}>
          =
        </span>
        <span className="figure">{earned}</span>
        <span className="operator" role="img" aria-label={t('minus')}>
          −
        </span>
        <span className="figure">{unmeasured ? '–' : electricity}</span>
      </div>
      <span className="caption num">{caption()}</span>
    </Card>
  );
}
