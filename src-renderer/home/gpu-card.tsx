import { Group, Text } from '@mantine/core';
import { figure, gigabytes, NBSP, percent, temperature } from '../../src-shared/amount.ts';
import type { LaneId, Reading } from '../../src-shared/gpu.ts';
import { laneHero } from '../../src-shared/moment/sentence.ts';
import { plain, TITLE_MAX } from '../../src-shared/plain-text.ts';
import { cardSettings } from '../../src-shared/settings.ts';
import type { LaneView, Snapshot } from '../../src-shared/snapshot.ts';
import { memo } from '../agent-link/memo.ts';
import { useSnapshot } from '../agent-link/store.ts';
import { Card, CardTitle } from '../parts/card.tsx';
import { StateTag } from '../parts/state-icon.tsx';
import { t, worded } from '../words/texts.ts';
import { Meter, type MeterProps } from './meter.tsx';

/** The scale of a thermometer for graphics cards. */
const HOTTEST = 100;

/** Digits of gigabytes: a game's worth of memory is told in tenths. */
const MEMORY_DIGITS = 1;

/** More names than this are not read. */
const MOST_PROGRAMS = 4;

const MAKER = /^(NVIDIA|AMD|Intel\(R\)) /;

/** The four meters of a lane. While a game runs no limit of ours applies, so none is drawn. */
function metersOf(
  { lane, gpu, reading, phase, powerLimitTrouble }: LaneView,
  { settings }: Snapshot,
): readonly MeterProps[] {
  const own = cardSettings(settings, lane);
  const game = phase.kind === 'held' && phase.because.kind === 'game-running';
  // Where the card does not hold the owner's limit, pauses in the work do.
  const powerLimit = powerLimitTrouble === null ? (reading?.powerLimit ?? null) : own.powerLimit;
  const limited = powerLimit !== null && powerLimit !== gpu.powerMax;
  const power = reading?.power ?? null;
  const memory = reading?.memoryUsed ?? null;
  const vram = gpu.vramTotal > 0 ? gigabytes(gpu.vramTotal) : null;
  const upTo = (value: number | null, unit: string) =>
    value === null ? {} : { note: t('max', { value: `${figure(value, 0)}${NBSP}${unit}` }) };
  const round = (value: number | null) => (value === null ? null : Math.round(value));
  return [
    {
      label: t('temperature'),
      value: round(reading?.temperature ?? null),
      unit: '°C',
      max: HOTTEST,
      limit: game ? null : own.temperatureMax,
      warns: true,
      more: reading?.hotSpot == null ? '' : t('hotSpot', { value: temperature(reading.hotSpot) }),
    },
    {
      label: t('power'),
      value: round(power),
      unit: 'W',
      max: gpu.powerMax ?? reading?.powerLimit ?? null,
      limit: !game && limited ? powerLimit : null,
      ...upTo(gpu.powerMax, 'W'),
    },
    {
      label: t('load'),
      value: reading?.load == null ? null : Math.round(reading.load * 100),
      unit: '%',
      max: 100,
      ...othersOn(reading),
      more:
        reading?.clock == null
          ? ''
          : t('clock', { value: `${figure(reading.clock, 0)}${NBSP}MHz` }),
    },
    {
      label: t('vram'),
      value: memory === null || vram === null ? null : Math.round(gigabytes(memory) * 10) / 10,
      unit: 'GB',
      max: vram,
      digits: MEMORY_DIGITS,
      more: programsOf(reading),
      ...upTo(vram, 'GB'),
    },
  ];
}

/** What other programs make the card do, as far as the driver tells. */
function othersOn(reading: Reading | null): { note?: string } {
  const loads = (reading?.programs ?? []).flatMap(({ ours, load }) =>
    ours || load === null ? [] : [load],
  );
  if (loads.length === 0) return {};
  return { note: t('otherApps', { percent: percent(loads.reduce((sum, load) => sum + load, 0)) }) };
}

/** Who holds memory of the card, most of all first, as far as the driver tells. */
function programsOf(reading: Reading | null): string {
  const named = (reading?.programs ?? []).flatMap(({ name, ours, memory }) =>
    memory === null
      ? []
      : [{ name: ours ? t('app') : plain(name ?? '', TITLE_MAX) || t('aProgram'), memory }],
  );
  return named
    .sort((a, b) => b.memory - a.memory)
    .slice(0, MOST_PROGRAMS)
    .map(({ name, memory }) => `${name} ${figure(gigabytes(memory), MEMORY_DIGITS)}${NBSP}GB`)
    .join(', ');
}

/** Everything drawn of one lane, as values that change only when the drawing does. */
export function cardLook(snapshot: Snapshot, lane: LaneView, index: number) {
  const { gpu, reading, phase } = lane;
  const { state, icon, tag } = laneHero(snapshot, lane);
  return {
    name: gpu.software ? t('softwareName') : gpu.name.replace(MAKER, ''),
    // A driver counts its own cards only.
    index,
    software: gpu.software,
    lane: gpu.lane,
    mark: { state, icon, tag },
    game: phase.kind === 'held' && phase.because.kind === 'game-running',
    fan: reading?.fan == null ? null : percent(reading.fan),
    // Without a card there is nothing to measure, and empty meters would only look broken.
    meters: metersOf(lane, snapshot).filter((m) => !gpu.software || m.value !== null),
  };
}

const cardLooks = memo((s) => s.lanes.map((lane, index) => cardLook(s, lane, index)));

/** What stays as it is while only readings change: every meter looks after itself. */
const still = (snapshot: Snapshot) =>
  cardLooks(snapshot).map(({ meters, ...lane }) => ({
    ...lane,
    meters: meters.map(({ label }) => label),
  }));
type Still = ReturnType<typeof still>[number];

/** The graphics cards: one card per window where there is one, a row each where there are more. */
export function GpuCard() {
  const lanes = useSnapshot(still);
  const trouble = useSnapshot((s) => s.gpuTrouble && worded(s.gpuTrouble));
  const several = lanes.length > 1;
  return (
    <Card className="column">
      {lanes.map((lane) => (
        <Lane key={lane.lane} lane={lane} several={several} trouble={trouble} />
      ))}
      {trouble !== null && lanes.some(({ software }) => !software) && (
        <Text mt={8} c="var(--op-ink2)">
          {trouble}
        </Text>
      )}
      {lanes.length === 0 && (
        <>
          <CardTitle>{trouble === null ? t('lookingForGpu') : t('noGpu')}</CardTitle>
          <Text mt={8} c="var(--op-ink2)">
            {trouble}
          </Text>
        </>
      )}
    </Card>
  );
}

type LaneProps = { lane: Still; several: boolean; trouble: string | null };

function Lane({ lane, several, trouble }: LaneProps) {
  const aside = lane.game
    ? t('noLimits')
    : lane.fan === null
      ? ''
      : t('fan', { percent: lane.fan });
  return (
    <div className="lane column" style={{ flex: 1 }}>
      <Group justify="space-between" mb={8} wrap="nowrap">
        <Group gap={8} wrap="nowrap" miw={0}>
          <CardTitle>{lane.name}</CardTitle>
          <span className="caption nowrap">
            {lane.software ? t('softwareTag') : t('gpuNumber', { index: lane.index })}
          </span>
        </Group>
        {several || lane.mark.state === 'error' ? (
          <StateTag state={lane.mark.state} icon={lane.mark.icon}>
            {lane.mark.tag}
          </StateTag>
        ) : (
          <span className="caption nowrap">{aside}</span>
        )}
      </Group>
      {lane.software && (
        <Text fz={13} lh="20px" c="var(--op-ink2)" mb={12}>
          {trouble === null ? t('softwareNote') : `${trouble} ${t('softwareNote')}`}
        </Text>
      )}
      <div className={several ? 'meters wide' : 'meters'}>
        {lane.meters.map((label) => (
          <LiveMeter key={label} lane={lane.lane} label={label} />
        ))}
      </div>
    </div>
  );
}

/** One meter of a lane, drawn again with its own figures only. */
function LiveMeter({ lane, label }: { lane: LaneId; label: string }) {
  const meter = useSnapshot((s) =>
    cardLooks(s)
      .find((one) => one.lane === lane)
      ?.meters.find((one) => one.label === label),
  );
  return meter && <Meter {...meter} />;
}
