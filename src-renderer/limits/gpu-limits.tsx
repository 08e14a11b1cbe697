import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { IconCpu2, IconFlameFilled, IconGauge } from '@tabler/icons-react';
import { figure, gigabytes, NBSP, temperature } from '../../src-shared/amount.ts';
import type { LaneId } from '../../src-shared/gpu.ts';
import { slowedReason } from '../../src-shared/moment/slowdown-sentence.ts';
import { cardSettings, STOPS_ABOVE, TEMPERATURE_LIMITS } from '../../src-shared/settings.ts';
import type { LaneView, Snapshot } from '../../src-shared/snapshot.ts';
import { celsius, gibibytes } from '../../src-shared/units.ts';
import { useSnapshot } from '../agent-link/store.ts';
import { Card, CardTitle } from '../parts/card.tsx';
import { nowAt, nowSwitched, useChange } from '../parts/changes.tsx';
import { SwitchRow } from '../parts/fields.tsx';
import { t } from '../words/texts.ts';
import { FanCard } from './fan-card.tsx';
import { LimitCard } from './limit-card.tsx';
import { LockdownLine } from './lockdown-line.tsx';
import { ModelsCard } from './models-card.tsx';
import { PowerCard, powerOf } from './power-card.tsx';
import { SpeedCard } from './speed-card.tsx';

/** What the temperature slider shows: from a cool room to where cards slow themselves. °C. */
const SHOWN_TEMPERATURES = [30, 95] as const;

const round = (n: number | null | undefined) => (n == null ? null : Math.round(n));

/** All that is drawn of the limits of one card. */
function limitsOf(snapshot: Snapshot, view: LaneView) {
  const { settings, lanes } = snapshot;
  const { lane, gpu, reading, slowdown } = view;
  const { enabled, vramMax } = cardSettings(settings, lane);
  const total = Math.ceil(gigabytes(gpu.vramTotal));
  return {
    lane,
    software: gpu.software,
    enabled,
    slowed: slowdown && slowedReason({ ...view, slowdown }, false, settings),
    hot: slowdown?.because === 'heat',
    // The limit of the only card is the one for every card, unless it was given one of its own.
    ownTemperature: settings.cards[lane]?.temperatureMax ?? null,
    shared: lanes.length === 1,
    everyTemperature: settings.temperatureMax,
    temperature: round(reading?.temperature),
    hotSpot: reading?.hotSpot ?? null,
    fan: reading?.fan ?? null,
    power: powerOf(snapshot, view),
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

type Choice = { readonly chosen: string | null; readonly choose: (card: string | null) => void };

/** Whose limits are shown; nothing where there is only one card. */
export function GpuChoice({ chosen, choose }: Choice) {
  const cards = useSnapshot((s) =>
    s.lanes.map(({ lane, gpu }, n) => ({ value: lane as string, label: `${gpu.name} (${n})` })),
  );
  if (cards.length < 2) return null;
  const known = chosen === EVERY || cards.some(({ value }) => value === chosen);
  return (
    <Select
      aria-label={t('whichGpu')}
      size="xs"
      w={304}
      allowDeselect={false}
      leftSection={<IconCpu2 size={16} aria-hidden />}
      value={known ? chosen : (cards[0]?.value ?? null)}
      onChange={choose}
      data={[...cards, { value: EVERY, label: t('everyGpu') }]}
    />
  );
}

/** The limits of one card, or of every card that has none of its own. */
export function GpuLimits({ chosen = null }: { chosen?: string | null }) {
  const cards = useSnapshot((s) => s.lanes.map((lane) => limitsOf(s, lane)));
  const shown = cards.find(({ lane }) => lane === chosen) ?? cards[0];
  const every = shown === undefined || (cards.length > 1 && chosen === EVERY);
  return every ? <EveryCard /> : <OneCard key={shown.lane} card={shown} />;
}

const temperatures = () => ({
  range: { title: t('temperatureLimit'), unit: '°C', step: 1, ...TEMPERATURE_LIMITS },
  domain: SHOWN_TEMPERATURES,
  marks: [SHOWN_TEMPERATURES[0], TEMPERATURE_LIMITS.min, TEMPERATURE_LIMITS.max],
});
const degrees = (value: number) => temperature(celsius(value));

function EveryCard() {
  const limit = useSnapshot((s) => s.settings.temperatureMax);
  const change = useChange();
  return (
    <div className="limit-grid" data-narrow>
      <LimitCard
        {...temperatures()}
        value={limit}
        now={null}
        send={(temperatureMax) =>
          change(
            { kind: 'change-settings', patch: { temperatureMax } },
            nowAt(t('temperatureLimit'), degrees(temperatureMax)),
          )
        }
      >
        <Text className="caption">{t('everyTemperature')}</Text>
      </LimitCard>
      <ModelsCard />
    </div>
  );
}

function OneCard({ card }: { card: Limits }) {
  const { lane, software, power, vram } = card;
  if (software)
    return (
      <Stack gap={16}>
        <ShareCard card={card} />
        <SpeedCard lane={lane} />
        <ModelsCard />
      </Stack>
    );
  return (
    <Stack gap={16}>
      <Slowed card={card} />
      <div className="limit-grid">
        <Stack gap={16}>
          {power ? <PowerCard lane={lane} power={power} /> : <NoPower lane={lane} />}
          <ShareCard card={card} />
        </Stack>
        <Stack gap={16}>
          <TemperatureLimit card={card} />
          {vram && <VramCap lane={lane} vram={vram} />}
          <ModelsCard />
          <FanCard fan={card.fan} />
        </Stack>
      </div>
    </Stack>
  );
}

function Slowed({ card }: { card: Limits }) {
  const Gauge = card.hot ? IconFlameFilled : IconGauge;
  if (card.slowed === null) return null;
  return (
    <div className="aside flush" data-state={card.hot ? 'hot' : 'waiting'}>
      <Gauge size={16} aria-hidden />
      {card.slowed}
    </div>
  );
}

function ShareCard({ card }: { card: Limits }) {
  const change = useChange();
  return (
    <Card>
      <SwitchRow
        label={t('shareThisGpu')}
        caption={t(card.software ? 'softwareLimits' : 'shareThisGpuWhat')}
        checked={card.enabled}
        change={(enabled) =>
          change(
            { kind: 'change-card', lane: card.lane, patch: { enabled } },
            nowSwitched(t('shareThisGpu'), enabled),
          )
        }
      />
      {card.software && <Slowed card={card} />}
      <LockdownLine lane={card.lane} />
    </Card>
  );
}

function NoPower({ lane }: { lane: LaneId }) {
  return (
    <>
      <Card>
        <CardTitle>{t('powerLimit')}</CardTitle>
        <Text className="caption" mt={8}>
          {t('noPowerLimit')}
        </Text>
      </Card>
      <SpeedCard lane={lane} />
    </>
  );
}

function TemperatureLimit({ card }: { card: Limits }) {
  const change = useChange();
  const { lane, ownTemperature, everyTemperature, hotSpot } = card;
  const forEvery = card.shared && ownTemperature === null;
  const limit = ownTemperature ?? everyTemperature;
  const set = (temperatureMax: number | null) =>
    change(
      forEvery && temperatureMax !== null
        ? { kind: 'change-settings', patch: { temperatureMax } }
        : { kind: 'change-card', lane, patch: { temperatureMax } },
      nowAt(t('temperatureLimit'), degrees(temperatureMax ?? everyTemperature)),
    );
  return (
    <LimitCard {...temperatures()} value={limit} now={card.temperature} send={set}>
      <Text className="caption">
        {t('temperatureLimitWhat', { limit: degrees(limit), stop: degrees(limit + STOPS_ABOVE) })}
        {hotSpot !== null && ` ${t('hotSpot', { value: degrees(hotSpot) })}`}
      </Text>
      {!forEvery && (
        <Group justify="space-between" gap={8} mt={8} wrap="nowrap">
          <span className="caption">
            {t(ownTemperature === null ? 'asEveryCard' : 'ownLimit', {
              value: degrees(everyTemperature),
            })}
          </span>
          {ownTemperature !== null && (
            <Button variant="default" className="no-shrink" onClick={() => set(null)}>
              {t('useEvery', { value: degrees(everyTemperature) })}
            </Button>
          )}
        </Group>
      )}
    </LimitCard>
  );
}

function VramCap({ lane, vram }: { lane: LaneId; vram: NonNullable<Limits['vram']> }) {
  const change = useChange();
  const { total, cap, now } = vram;
  return (
    <LimitCard
      range={{ title: t('vramCap'), unit: 'GB', min: 1, max: total, step: 1 }}
      domain={[0, total]}
      marks={[0, Math.round(total / 2), total]}
      value={cap ?? total}
      now={now}
      digits={1}
      send={(most) =>
        change(
          {
            kind: 'change-card',
            lane,
            patch: { vramMax: most >= total ? null : gibibytes(most) },
          },
          nowAt(t('vramCap'), `${figure(most, 0)}${NBSP}GB`),
        )
      }
    >
      <Text className="caption">{t(cap === null ? 'vramAll' : 'vramCapWhat')}</Text>
    </LimitCard>
  );
}
