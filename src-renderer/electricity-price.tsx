import { ActionIcon, Button, Group, SegmentedControl, Stack, Tooltip } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { TariffWindow } from '../src-shared/settings.ts';
import { type MicroUsd, microUsd } from '../src-shared/units.ts';
import { Card, CardTitle } from './card.tsx';
import { NumberField, TimeField } from './fields.tsx';
import { useChangeSettings, useSnapshot } from './store.ts';
import { t } from './texts.ts';

/** The dearest electricity that the settings can hold, dollars for a kilowatt-hour. */
const DEAREST = 10;
const MICROS = 1_000_000;
/** Bills name tenths of a cent. */
const PRICE_DIGITS = 3;
const MOST_PERIODS = 24;

const NIGHT = { from: 22 * 60, to: 6 * 60 };

/** What a kilowatt-hour costs: always the same, or by time of day. */
export function ElectricityCard() {
  const { pricePerKwh, tariff } = useSnapshot(({ settings }) => ({
    pricePerKwh: settings.pricePerKwh,
    tariff: settings.tariff,
  }));
  const change = useChangeSettings();
  const byTime = tariff.length > 0;
  const setTariff = (next: readonly TariffWindow[]) => change({ tariff: [...next] });
  const addPeriod = () => setTariff([...tariff, { ...NIGHT, pricePerKwh }]);
  return (
    <Card>
      <Group justify="space-between" mb={12}>
        <CardTitle>{t('electricityPrice')}</CardTitle>
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
      <Stack gap={8}>
        {tariff.map((period, n) => (
          <Period
            // Periods have no name of their own, and only the last one is ever new.
            // biome-ignore lint/suspicious/noArrayIndexKey: as above.
            key={n}
            number={n + 1}
            period={period}
            set={(next) => setTariff(tariff.map((one, m) => (m === n ? next : one)))}
            remove={() => setTariff(tariff.filter((_, m) => m !== n))}
          />
        ))}
        <Group
          justify="space-between"
          wrap="nowrap"
          {...(byTime ? { className: 'beside-button' } : {})}
        >
          <span className="label">{t(byTime ? 'priceOtherwise' : 'priceAlways')}</span>
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
    </Card>
  );
}

type PeriodProps = {
  readonly number: number;
  readonly period: TariffWindow;
  readonly set: (next: TariffWindow) => Promise<unknown>;
  readonly remove: () => void;
};

function Period({ number, period, set, remove }: PeriodProps) {
  return (
    <Group gap={8} wrap="nowrap">
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
  readonly send: (next: MicroUsd) => Promise<unknown>;
};

function Price({ label, value, send }: PriceProps) {
  return (
    <NumberField
      label={label}
      width={104}
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
