import { Button, Group, Tooltip } from '@mantine/core';
import { IconHourglassFilled, IconInfoCircle, IconWallet } from '@tabler/icons-react';
import {
  date,
  duration,
  energy,
  figure,
  money,
  NBSP,
  netOf,
  testFigure,
} from '../../src-shared/amount.ts';
import {
  type EarningsRange,
  type EarningsView,
  pricePaid,
  type Totals,
} from '../../src-shared/earnings.ts';
import { type Millis, microUsd, millis, minutes } from '../../src-shared/units.ts';
import { useSnapshot } from '../agent-link/store.ts';
import { Card, TestTag } from '../parts/card.tsx';
import { t } from '../words/texts.ts';

type FiguresProps = { readonly view: EarningsView; readonly test: boolean };

/** What the range brought, and what could be paid out. Test credits and money each on a card of their own. */
export function Figures({ view, test }: FiguresProps) {
  const { totals } = view;
  // In a test network money is only worth a card where there was some, or a real cost.
  const showsMoney = !test || totals.money > 0 || totals.electricity > 0;
  const now = useSnapshot((s) => millis(Math.floor(s.takenAt / minutes(1)) * minutes(1)));
  const credits = (test || totals.test > 0) && (
    <TestFigures key="test" view={view} caption={test && !showsMoney ? captionOf(view, now) : ''} />
  );
  const inMoney = showsMoney && (
    <MoneyFigures key="money" view={view} caption={captionOf(view, now)} />
  );
  return (
    <div className="figures">
      <div className="figures-sums">{test ? [credits, inMoney] : [inMoney, credits]}</div>
      <PayOut view={view} test={test} />
    </div>
  );
}

type SumProps = { readonly view: EarningsView; readonly caption: string };

function TestFigures({ view, caption }: SumProps) {
  return (
    <Card>
      <Group gap={8}>
        <span className="label">{t('testTotal')}</span>
        <TestTag />
      </Group>
      <div className="figure figure-main figure-test">{testFigure(view.totals.test)}</div>
      <div className="caption">{t('testMeaning')}</div>
      {caption !== '' && <div className="caption num">{caption}</div>}
    </Card>
  );
}

/** How the two ends of a range are written: finer where it is short. */
const ENDS: Readonly<Record<EarningsRange, Intl.DateTimeFormatOptions>> = {
  '24h': { weekday: 'short', hour: '2-digit', minute: '2-digit' },
  '7d': { month: 'short', day: 'numeric' },
  '30d': { month: 'short', day: 'numeric' },
  '1y': { month: 'short', day: 'numeric', year: 'numeric' },
};

const HOUR = 3_600_000;

/** Hours, however many: a month of them is compared with a price per hour and not with days. */
const workedTime = (worked: Millis): string =>
  worked < 48 * HOUR ? duration(worked) : `${figure(worked / HOUR, 0)}${NBSP}h`;

/** From when to when, how long cards worked, and what electricity they took. */
function captionOf({ range, buckets, totals }: EarningsView, now: Millis): string {
  if (isUntouched(totals)) return t('figuresAfterFirst');
  const [first] = buckets;
  const ends = ENDS[range];
  const span = first ? t('spanOf', { from: date(first.from, ends), to: date(now, ends) }) : '';
  const time = workedTime(totals.worked);
  const jobs = t('countedJobs', { count: totals.jobs });
  const price = pricePaid(totals);
  const used =
    price === null
      ? t('electricityUnmeasured')
      : t('usedAt', { energy: energy(totals.joules), price: money(price) });
  return [span, t('workedFor', { time, jobs }), used].join(' ');
}

const isUntouched = ({ jobs, joules }: Totals): boolean => jobs === 0 && joules === 0;

function MoneyFigures({ view, caption }: SumProps) {
  const { totals, outlook } = view;
  const { net, earned, electricity } = netOf(totals);
  const unmeasured = totals.joules === 0 && totals.jobs > 0;
  return (
    <Card>
      <div className="sum-row">
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
        <Outlook outlook={outlook} />
      </div>
      <div className="caption num">{caption}</div>
    </Card>
  );
}

/** Whole dollars: more digits would claim to know more. */
const dollars = (amount: number): string => money(microUsd(amount), {}, 0);

function Outlook({ outlook }: Pick<EarningsView, 'outlook'>) {
  const how = t(outlook ? 'outlookHow' : 'outlookNotYet');
  const written = () => {
    if (!outlook) return '–';
    const [least, most] = [dollars(outlook.least), dollars(outlook.most)];
    return least === most ? most : t('outlookRange', { least, most });
  };
  return (
    <div className="outlook">
      <Tooltip label={how} multiline maw={260}>
        {/* A word about an estimate: reachable by keyboard, since only pointing at it shows it. */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the tooltip opens on focus too. */}
        <span className="label" tabIndex={0} role="note" aria-label={`${t('nextDays')}. ${how}`}>
          {t('nextDays')}
          {NBSP}
          <IconInfoCircle size={14} color="var(--op-ink3)" aria-hidden />
        </span>
      </Tooltip>
      <div className="figure">{written()}</div>
    </div>
  );
}

/** What the network owes. Nothing can be paid out yet, and the card says so. */
function PayOut({ view, test }: FiguresProps) {
  const { credited, claimed } = view.owed;
  return (
    <Card className="payout">
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap={8}>
        <div>
          <span className="label">{t('readyToPayOut')}</span>
          <div className="figure">{money(credited)}</div>
        </div>
        <Button disabled leftSection={<IconWallet size={16} aria-hidden />}>
          {t('payOut')}
        </Button>
      </Group>
      {claimed > 0 && (
        <div className="caption num checking" data-state="waiting">
          <IconHourglassFilled size={14} color="var(--here)" aria-hidden />
          {t('beingChecked', { amount: money(claimed) })}
        </div>
      )}
      <div className="caption">{t(test && credited === 0 ? 'payOutTest' : 'payOutNotYet')}</div>
    </Card>
  );
}
