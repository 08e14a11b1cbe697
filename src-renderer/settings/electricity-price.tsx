import { ActionIcon, Button, Group, SegmentedControl, Stack, Tooltip } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { NBSP } from '../../src-shared/amount.ts';
import type { TariffWindow } from '../../src-shared/settings.ts';
import { type MicroUsd, microUsd } from '../../src-shared/units.ts';
import { useChangeSettings, useSnapshot } from '../agent-link/store.ts';
import { Card, CardTitle } from '../parts/card.tsx';
import { NumberField, TimeField } from '../parts/fields.tsx';
import { Row } from '../parts/row.tsx';
import { t } from '../words/texts.ts';
import { PriceChart } from './price-chart.tsx';
import { pricesByHour } from './price-hours.ts';

/** The dearest electricity that the settings can hold, dollars for a kilowatt-hour. */
const DEAREST = 10;
const MICROS = 1_000_000;
/** Bills name tenths of a cent. */
const PRICE_DIGITS = 3;
const MOST_PERIODS = 24;
/** As much as the settings can hold. */
const MOST_WATTS = 2000;

const NIGHT = { from: 22 * 60, to: 6 * 60 };

/** What a kilowatt-hour costs, always the same or by time of day, and what the rest of the computer draws. */
export function ElectricityCard() {
  const { pricePerKwh, tariff, restOfPc } = useSnapshot(({ settings }) => ({
    pricePerKwh: settings.pricePerKwh,
    tariff: settings.tariff,
    restOfPc: settings.restOfPc,
  }));
  const change = useChangeSettings();
  const byTime = tariff.length > 0;
  const setTariff = (next: readonly TariffWindow[]) => change({ tariff: [...next] });
  const addPeriod = () => setTariff([...tariff, { ...NIGHT, pricePerKwh }]);
  const least = Math.min(...pricesByHour({ pricePerKwh, tariff }));
  return (
    <Card className="rows" p={0}>
      <div className="row-block">
        <Group justify="space-between" mb={12}>
          <CardTitle>{t('electricity')}</CardTitle>
          <SegmentedControl
            aria-label={t('priceKind')}
            value={byTime ? 'time' : 'one'}
            onChange={(kind) => (kind === 'one' ? setTariff([]) : addPeriod())}
            data={[
              { value: 'one', label: t('onePrice') },
              { value: 'time', label: t('priceByTime') },
            ]}
          />
        </Group>
        {byTime && <PriceChart />}
        <Stack gap={8}>
          {tariff.map((period, n) => (
            <Period
              // Periods have no name of their own, and only the last one is ever new.
              // biome-ignore lint/suspicious/noArrayIndexKey: as above.
              key={n}
              number={n + 1}
              period={period}
              cheapest={period.pricePerKwh === least}
              set={(next) => setTariff(tariff.map((one, m) => (m === n ? next : one)))}
              remove={() => setTariff(tariff.filter((_, m) => m !== n))}
            />
          ))}
          <Group
            justify="space-between"
            wrap="nowrap"
            {...(byTime ? { className: 'beside-button' } : {})}
          >
            <span className="label price-name">
              {byTime && <Swatch cheapest={pricePerKwh === least} />}
              {t(byTime ? 'priceOtherwise' : 'priceAlways')}
            </span>
            <Price
              label={t(byTime ? 'priceOtherwise' : 'electricityPrice')}
              value={pricePerKwh}
              send={(next) => change({ pricePerKwh: next })}
            />
          </Group>
        </Stack>
        {byTime && (
          <Button
            mt={12}
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden />}
            disabled={tariff.length >= MOST_PERIODS}
            onClick={addPeriod}
          >
            {t('addPeriod')}
          </Button>
        )}
        <p className="caption price-what">
          {t('priceWhat')}
          {tariff.length > 1 && ` ${t('periodsOverlap')}`}
        </p>
      </div>
      <Row label={t('restOfPc')} caption={t('restOfPcWhat')}>
        <NumberField
          label={t('restOfPcWatts')}
          width={96}
          min={0}
          max={MOST_WATTS}
          suffix={`${NBSP}W`}
          value={restOfPc}
          send={(restOfPc) => change({ restOfPc })}
        />
      </Row>
    </Card>
  );
}

/** The colour of a price in the bars. */
const Swatch = ({ cheapest }: { cheapest: boolean }) => (
  <i className="swatch price-swatch" data-cheapest={cheapest || undefined} aria-hidden />
);

type PeriodProps = {
  readonly number: number;
  readonly period: TariffWindow;
  readonly cheapest: boolean;
  readonly set: (next: TariffWindow) => Promise<unknown>;
  readonly remove: () => void;
};

function Period({ number, period, cheapest, set, remove }: PeriodProps) {
  return (
    <Group gap={8} wrap="nowrap">
      <Swatch cheapest={cheapest} />
      <TimeField
        label={t('periodFrom', { number })}
        value={period.from}
        send={(from) => set({ ...period, from })}
      />
      <span className="label">{t('to')}</span>
      <TimeField
        label={t('periodTo', { number })}
        end
        value={period.to}
        send={(to) => set({ ...period, to })}
      />
      <span className="grow" />
      <Price
        label={t('periodPrice', { number })}
        value={period.pricePerKwh}
        send={(pricePerKwh) => set({ ...period, pricePerKwh })}
      />
      <Tooltip label={t('remove')}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('removePeriod', { number })}
          onClick={remove}
        >
          <IconTrash size={16} color="var(--op-ink2)" aria-hidden />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}

type PriceProps = {
  readonly label: string;
  readonly value: MicroUsd;
  readonly width?: number;
  readonly send: (next: MicroUsd) => Promise<unknown>;
};

/** A price that the owner names. */
export function Price({ label, value, width = 104, send }: PriceProps) {
  return (
    <NumberField
      label={label}
      width={width}
      min={0}
      max={DEAREST}
      step={0.01}
      digits={PRICE_DIGITS}
      prefix="$"
      suffix="/kWh"
      value={value / MICROS}
      send={(dollars) => send(microUsd(dollars * MICROS))}
    />
  );
}
