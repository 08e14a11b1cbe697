import { Divider, Group, Stack } from '@mantine/core';
import { figure, money, NBSP, wattage } from '../../src-shared/amount.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { useChangeSettings, useSnapshot } from '../agent-link/store.ts';
import { Card, CardTitle, Fact } from '../parts/card.tsx';
import { NumberField } from '../parts/fields.tsx';
import { Price } from '../settings/electricity-price.tsx';
import { priceWords } from '../settings/price-chart.tsx';
import { meanPrice, pricesByHour } from '../settings/price-hours.ts';
import { t } from '../words/texts.ts';
import { monthlyElectricity } from './monthly-electricity.ts';
import { StepTitle } from './step-title.tsx';

const DAY_HOURS = 24;

/** What a kilowatt-hour costs while work is done: the one price, or the mean of the hours that are shared. */
function priceOf({ settings }: Snapshot) {
  const { pricePerKwh, tariff, schedule } = settings;
  return tariff.length === 0
    ? pricePerKwh
    : (meanPrice(pricesByHour(settings), schedule) ?? pricePerKwh);
}

type EstimateStepProps = {
  readonly hoursAway: number;
  readonly setHoursAway: (hours: number) => void;
};

/** What is known of a month: its electricity. What it pays is known of no network yet, and so nothing is said of it. */
export function EstimateStep({ hoursAway, setHoursAway }: EstimateStepProps) {
  const monthly = useSnapshot((s) =>
    monthlyElectricity(s.settings, s.lanes, hoursAway, priceOf(s)),
  );
  const test = useSnapshot((s) => s.network.test);
  return (
    <>
      <StepTitle title={t('expect')}>{t('expectWhat')}</StepTitle>
      <div className="estimate">
        <Card p={24}>
          {monthly === null ? (
            <p className="label plain">{t('costUnknown')}</p>
          ) : (
            <>
              <span className="label">
                {t(monthly.measured ? 'monthlyCost' : 'monthlyCostMost')}
              </span>
              <div className="figure figure-today num">{money(monthly.cost, {}, 2)}</div>
            </>
          )}
          <Divider my={16} color="var(--op-line)" />
          <p className="label plain">{t(test ? 'expectTest' : 'expectMoney')}</p>
        </Card>
        <Card p={24}>
          <CardTitle>{t('howWeGetThere')}</CardTitle>
          <Stack gap={8} mt={12}>
            <PriceLine />
            <Group justify="space-between" wrap="nowrap">
              <span className="label">{t('hoursAway')}</span>
              <NumberField
                label={t('hoursAway')}
                width={120}
                min={0}
                max={DAY_HOURS}
                suffix={`${NBSP}h`}
                value={hoursAway}
                send={async (hours) => setHoursAway(hours)}
              />
            </Group>
            {monthly !== null && (
              <>
                <Divider color="var(--op-line)" />
                <dl className="facts">
                  <Fact name={t(monthly.measured ? 'drawMeasured' : 'drawAtMost')}>
                    {wattage(monthly.watts)}
                  </Fact>
                  <Fact
                    name={t('energyPerMonth', { energy: `${figure(monthly.kwh, 0)}${NBSP}kWh` })}
                  >
                    {money(monthly.cost, {}, 2)}
                  </Fact>
                </dl>
              </>
            )}
          </Stack>
        </Card>
      </div>
      <Card p={24} mt={16}>
        <CardTitle>{t('payoutAddress')}</CardTitle>
        <p className="caption plain">{t(test ? 'payoutLater' : 'payoutAddressNot')}</p>
      </Card>
    </>
  );
}

/** The one price, to be changed; where there are several, their mean, as Settings has the rest. */
function PriceLine() {
  const byTime = useSnapshot((s) => s.settings.tariff.length > 0);
  const price = useSnapshot(priceOf);
  const change = useChangeSettings();
  return (
    <Group justify="space-between" wrap="nowrap">
      <span className="label">{t(byTime ? 'meanOfDay' : 'electricityPrice')}</span>
      {byTime ? (
        <span className="num">{priceWords(price)}</span>
      ) : (
        <Price
          label={t('electricityPrice')}
          value={price}
          width={120}
          send={(pricePerKwh) => change({ pricePerKwh })}
        />
      )}
    </Group>
  );
}
