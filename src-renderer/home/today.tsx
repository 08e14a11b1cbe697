import { Group } from '@mantine/core';
import { money, netOf, testCredits, testFigure } from '../../src-shared/amount.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { useSnapshot } from '../agent-link/store.ts';
import { TestTag } from '../parts/card.tsx';
import { t } from '../words/texts.ts';

/** The line under today's figure: money and electricity, both real, or why there is none to show. */
export function balance({ today, lanes, network }: Snapshot): string {
  const nothing = today.money === 0 && today.joules === 0;
  if (nothing && lanes.length > 0 && lanes.every((l) => l.gpu.software))
    return t('electricityUnmeasured');
  if (nothing && today.jobs === 0) return t('nothingYet');
  if (nothing && network.test) return t('noElectricity');
  const { earned, electricity } = netOf(today);
  // Without a measurement there is no sum to show: a zero would be a claim.
  if (today.joules === 0) return t('balanceUnmeasured', { earned });
  return t('balance', { earned, electricity });
}

/** What today brought. Test credits and money stand apart, and only money has a currency sign. */
export function Today() {
  const test = useSnapshot((s) => s.network.test);
  const today = useSnapshot((s) => s.today);
  const line = useSnapshot(balance);
  const daily = useSnapshot((s) => s.earnings.outlook?.daily ?? null);
  if (test) {
    return (
      <div className="today">
        <Group gap={8}>
          <span className="label">{t('today')}</span>
          <TestTag />
        </Group>
        <div className="figure figure-today figure-test">
          {testFigure(today.test)}
          <span className="unit">{t('testCredits')}</span>
        </div>
        <span className="label num">{line}</span>
      </div>
    );
  }
  return (
    <div className="today">
      <span className="label">{t('todayNet')}</span>
      <div className="figure figure-today">{netOf(today).net}</div>
      <span className="label num">{line}</span>
      {daily !== null && (
        <div className="label num daily">{t('dailyAverage', { amount: money(daily) })}</div>
      )}
      {today.test > 0 && (
        <div className="label num">
          {t('also', { amount: testCredits(today.test) })} <TestTag />
        </div>
      )}
    </div>
  );
}
