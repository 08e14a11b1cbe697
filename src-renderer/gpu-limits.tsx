import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { IconCpu2, IconFlameFilled, IconGauge, IconInfoCircle } from '@tabler/icons-react';
import { useState } from 'react';
import { gigabytes, NBSP, temperature } from '../src-shared/amount.ts';
import type { LaneId } from '../src-shared/gpu.ts';
import { cardSettings, TEMPERATURE_LIMITS } from '../src-shared/settings.ts';
import { slowedReason } from '../src-shared/slowdown-sentence.ts';
import type { LaneView, Snapshot } from '../src-shared/snapshot.ts';
import { gibibytes } from '../src-shared/units.ts';
import type { CommandInput } from '../src-shared/window-protocol.ts';
import { Card, CardTitle } from './card.tsx';
import { SwitchRow } from './fields.tsx';
import { LimitCard } from './limit-card.tsx';
import { LockdownLine } from './lockdown-line.tsx';
import { SpeedCard } from './speed-card.tsx';
import { useChangeSettings, useSnapshot, useStore } from './store.ts';
import { t } from './texts.ts';

/** Where a driver does not say how little is possible: cards rarely go below a third of their most. */
const LEAST_SHARE_OF_POWER = 1 / 3;
/** Watts that an owner can tell apart. */
const POWER_STEP = 5;

const round = (n: number | null | undefined) => (n == null ? null : Math.round(n));

/** All that is drawn of the limits of one card. */
function limitsOf({ settings, lanes }: Snapshot, view: LaneView) {
  const { lane, gpu, reading, slowdown } = view;
  const own = settings.cards[lane];
  const { enabled, powerLimit, vramMax } = cardSettings(settings, lane);
  const most = gpu.powerMax === null ? null : Math.floor(gpu.powerMax);
  const least = Math.ceil(gpu.powerMin ?? (most ?? 0) * LEAST_SHARE_OF_POWER);
  const total = Math.ceil(gigabytes(gpu.vramTotal));
  return {
    lane,
    software: gpu.software,
    enabled,
    slowed: slowdown && slowedReason({ ...view, slowdown }, false, settings),
    hot: slowdown?.because === 'heat',
    // The limit of the only card is the one for every card, unless it was given one of its own.
    ownTemperature: own?.temperatureMax ?? null,
    shared: lanes.length === 1,
    everyTemperature: settings.temperatureMax,
    temperature: round(reading?.temperature),
    hotSpot: reading?.hotSpot ?? null,
    power:
      most === null || least >= most
        ? null
        : {
            min: least,
            max: most,
            usual: Math.round(gpu.powerDefault ?? most),
            limit: powerLimit,
            now: round(reading?.power),
            trouble: view.powerLimitTrouble,
          },
    vram:
      total < 2
        ? null
        : {
            total,
            cap: vramMax === null ? null : gigabytes(vramMax),
            now: reading?.memoryUsed == null ? null : gigabytes(reading.memoryUsed),
          },
  };
}
type Limits = ReturnType<typeof limitsOf>;

/** The choice beside the cards. */
const EVERY = 'every';

/** The limits of one card, or of every card that has none of its own. */
export function GpuLimits() {
  const cards = useSnapshot((s) => s.lanes.map((lane) => limitsOf(s, lane)));
  const names = useSnapshot((s) => s.lanes.map(({ gpu }, index) => `${gpu.name} (${index})`));
  const [chosen, choose] = useState<string | null>(null);
  const several = cards.length > 1;
  const shown = cards.find(({ lane }) => lane === chosen) ?? cards[0];
  const every = shown === undefined || (several && chosen === EVERY);
  return (
    <Stack gap={16}>
      {several && (
        <Select
          aria-label={t('whichGpu')}
          size="xs"
          w={304}
          allowDeselect={false}
          leftSection={<IconCpu2 size={16} aria-hidden />}
          value={every ? EVERY : shown.lane}
          onChange={choose}
          data={[
            ...cards.map(({ lane }, n) => ({ value: lane, label: names[n] ?? lane })),
            { value: EVERY, label: t('everyGpu') },
          ]}
        />
      )}
      {every ? <EveryCard /> : <OneCard key={shown.lane} card={shown} />}
    </Stack>
  );
}

function EveryCard() {
  const limit = useSnapshot((s) => s.settings.temperatureMax);
  const change = useChangeSettings();
  return (
    <div className="halves">
      <LimitCard
        title={t('temperatureLimit')}
        unit="°C"
        value={limit}
        {...TEMPERATURE_LIMITS}
        now={null}
        send={(temperatureMax) => change({ temperatureMax })}
      >
        <Text className="caption">{t('everyTemperature')}</Text>
      </LimitCard>
    </div>
  );
}

function OneCard({ card }: { card: Limits }) {
  const change = useCardChange(card.lane);
  const Gauge = card.hot ? IconFlameFilled : IconGauge;
  return (
    <>
      <Card>
        <SwitchRow
          label={t('shareThisGpu')}
          caption={t(card.software ? 'softwareLimits' : 'shareThisGpuWhat')}
          checked={card.enabled}
          change={(enabled) => change({ enabled })}
        />
        {card.slowed !== null && (
          <div className="aside" data-state={card.hot ? 'hot' : 'waiting'}>
            <Gauge size={16} aria-hidden />
            {card.slowed}
          </div>
        )}
        <LockdownLine lane={card.lane} />
      </Card>
      {!card.software && (
        <div className="halves">
          <Stack gap={16}>
            <TemperatureLimit card={card} />
            {card.vram && <VramCap lane={card.lane} vram={card.vram} />}
          </Stack>
          <PowerLimit lane={card.lane} power={card.power} />
        </div>
      )}
      <SpeedCard lane={card.lane} />
    </>
  );
}

type CardChange = Extract<CommandInput, { kind: 'change-card' }>['patch'];

function useCardChange(lane: LaneId) {
  const store = useStore();
  return (patch: CardChange) => store.send({ kind: 'change-card', lane, patch });
}

function TemperatureLimit({ card }: { card: Limits }) {
  const change = useCardChange(card.lane);
  const changeEvery = useChangeSettings();
  const { ownTemperature, everyTemperature, hotSpot } = card;
  const forEvery = card.shared && ownTemperature === null;
  return (
    <LimitCard
      title={t('temperatureLimit')}
      unit="°C"
      value={ownTemperature ?? everyTemperature}
      {...TEMPERATURE_LIMITS}
      now={card.temperature}
      send={(temperatureMax) => (forEvery ? changeEvery : change)({ temperatureMax })}
    >
      <Text className="caption">
        {t('temperatureLimitWhat')}
        {hotSpot !== null && ` ${t('hotSpot', { value: temperature(hotSpot) })}`}
      </Text>
      {!forEvery && (
        <Group justify="space-between" gap={8} mt={8} wrap="nowrap">
          <span className="caption">
            {t(ownTemperature === null ? 'asEveryCard' : 'ownLimit', {
              value: temperature(everyTemperature),
            })}
          </span>
          {ownTemperature !== null && (
            <Button
              variant="default"
              className="no-shrink"
              onClick={() => change({ temperatureMax: null })}
            >
              {t('useEvery', { value: temperature(everyTemperature) })}
            </Button>
          )}
        </Group>
      )}
    </LimitCard>
  );
}

function PowerLimit({ lane, power }: { lane: LaneId; power: Limits['power'] }) {
  const change = useCardChange(lane);
  if (power === null)
    return (
      <Card>
        <CardTitle>{t('powerLimit')}</CardTitle>
        <Text className="caption" mt={8}>
          {t('noPowerLimit')}
        </Text>
      </Card>
    );
  const { min, max, usual, limit, now, trouble } = power;
  const usualWords = `${usual}${NBSP}W`;
  return (
    <LimitCard
      title={t('powerLimit')}
      unit="W"
      value={limit ?? usual}
      min={min}
      max={max}
      step={POWER_STEP}
      now={now}
      send={(powerLimit) => change({ powerLimit })}
    >
      <Group justify="space-between" gap={8} wrap="nowrap">
        <span className="caption">
          {t(limit === null ? 'powerOwn' : 'powerLimitWhat', { value: usualWords })}
        </span>
        {limit !== null && (
          <Button
            variant="default"
            className="no-shrink"
            onClick={() => change({ powerLimit: null })}
          >
            {t('useOwnPower', { value: usualWords })}
          </Button>
        )}
      </Group>
      {limit !== null && trouble !== null && (
        <div className="aside" data-state="waiting">
          <IconInfoCircle size={16} aria-hidden />
          <span>{t('powerByPauses', { detail: trouble })}</span>
        </div>
      )}
    </LimitCard>
  );
}

function VramCap({ lane, vram }: { lane: LaneId; vram: NonNullable<Limits['vram']> }) {
  const change = useCardChange(lane);
  const { total, cap, now } = vram;
  return (
    <LimitCard
      title={t('vramCap')}
      unit="GB"
      value={cap ?? total}
      min={1}
      max={total}
      now={now}
      digits={1}
      send={(most) => change({ vramMax: most >= total ? null : gibibytes(most) })}
    >
      <Text className="caption">{t(cap === null ? 'vramAll' : 'vramCapWhat')}</Text>
    </LimitCard>
  );
}
