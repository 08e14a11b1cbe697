import { Group, Radio, Switch } from '@mantine/core';
import {
  type Icon,
  IconDeviceGamepad2,
  IconGauge,
  IconMoonStars,
  IconScale,
  IconVolumeOff,
} from '@tabler/icons-react';
import { useState } from 'react';
import { NBSP, percent, temperature, wattage } from '../../src-shared/amount.ts';
import type { LaneView } from '../../src-shared/snapshot.ts';
import type { CardSpeed } from '../../src-shared/speed.ts';
import { minutes, type Watts } from '../../src-shared/units.ts';
import { useChangeSettings, useSnapshot } from '../agent-link/store.ts';
import { Card } from '../parts/card.tsx';
import { NumberField } from '../parts/fields.tsx';
import { Row } from '../parts/row.tsx';
import { type Text, t } from '../words/texts.ts';
import {
  isLimitable,
  PRESETS,
  type Preset,
  presetShare,
  presetTemperature,
  presetWatts,
} from './limit-presets.ts';
import { StepTitle } from './step-title.tsx';

const presetWords: Readonly<Record<Preset, { name: Text; what: Text; picture: Icon }>> = {
  quiet: { name: 'presetQuiet', what: 'presetQuietWhat', picture: IconVolumeOff },
  balanced: { name: 'presetBalanced', what: 'presetBalancedWhat', picture: IconScale },
  most: { name: 'presetMost', what: 'presetMostWhat', picture: IconGauge },
};

type LimitsStepProps = {
  readonly preset: Preset;
  readonly choose: (preset: Preset) => void;
};

/** How far the GPU may go, and when. */
export function LimitsStep({ preset, choose }: LimitsStepProps) {
  const limitable = useSnapshot((s) => isLimitable(s.lanes.map(({ gpu }) => gpu)));
  return (
    <>
      <StepTitle title={t('setLimits')}>{t('setLimitsWhat')}</StepTitle>
      {limitable ? (
        <Radio.Group
          aria-label={t('presets')}
          value={preset}
          onChange={(next) => choose(PRESETS.find((one) => one === next) ?? preset)}
        >
          <div className="presets">
            {PRESETS.map((name) => (
              <PresetCard key={name} preset={name} />
            ))}
          </div>
        </Radio.Group>
      ) : (
        <Card>
          <span className="label">{t('nothingToLimit')}</span>
        </Card>
      )}
      <Card className="rows" p={0} mt={16}>
        <AwayRow />
        <GamesRow />
      </Card>
    </>
  );
}

/** A limit that was rounded is still the one that was measured. */
const SAME_WATTS = 3;

/** The share of its full speed that was measured at these watts; null where it was not. */
function measuredShare(speed: CardSpeed | null, watts: Watts | null): number | null {
  if (speed === null || watts === null) return null;
  const full = speed.points.find(({ limit }) => limit === null)?.speeds.fp32 ?? null;
  const here =
    speed.points.find(({ limit }) => limit !== null && Math.abs(limit - watts) <= SAME_WATTS)
      ?.speeds.fp32 ?? null;
  return full === null || full === 0 || here === null ? null : Math.min(1, here / full);
}

/** What a preset means on these cards: one that takes a power limit has watts of its own, several have a share. */
function meaningOf(lanes: readonly LaneView[], preset: Preset) {
  const degrees = temperature(presetTemperature(preset));
  const able = lanes.filter(({ gpu }) => presetWatts(gpu, preset) !== null);
  const [only] = able;
  if (!only) return { limits: degrees, speed: null };
  if (able.length > 1)
    return {
      limits: `${t('presetPower', { share: percent(presetShare(preset)) })}, ${degrees}`,
      speed: null,
    };
  const watts = presetWatts(only.gpu, preset);
  const share = measuredShare(only.speed, watts);
  return {
    limits: watts === null ? degrees : `${wattage(watts)}, ${degrees}`,
    speed: share === null ? null : t('presetSpeed', { share: percent(share) }),
  };
}

function PresetCard({ preset }: { preset: Preset }) {
  const { name, what, picture: Picture } = presetWords[preset];
  const { limits, speed } = useSnapshot((s) => meaningOf(s.lanes, preset));
  return (
    <Radio.Card value={preset} className="choice preset" p={16} radius="lg">
      <Group justify="space-between" mb={12} wrap="nowrap">
        <Picture size={24} stroke={1.5} aria-hidden />
        <Radio.Indicator />
      </Group>
      <div className="preset-name">{t(name)}</div>
      <div className="label num">{limits}</div>
      <div className="label">{t(what)}</div>
      {speed !== null && <div className="preset-speed num">{speed}</div>}
    </Radio.Card>
  );
}

/** Where the owner has not said how long they must be away. */
const USUAL_MINUTES = 5;
/** A day away. */
const MOST_MINUTES = 1440;

const LOOK = { size: 20, stroke: 1.75, 'aria-hidden': true } as const;

function AwayRow() {
  const when = useSnapshot((s) => s.settings.when);
  const set = when.kind === 'away' ? Math.max(1, Math.round(when.after / minutes(1))) : null;
  // The other way knows no minutes; they are kept for the way back.
  const [kept, keep] = useState(set ?? USUAL_MINUTES);
  if (set !== null && set !== kept) keep(set);
  const change = useChangeSettings();
  const away = (length: number) => change({ when: { kind: 'away', after: minutes(length) } });
  return (
    <Row icon={<IconMoonStars {...LOOK} />} label={t('onlyAway')} caption={t('onlyAwayWhat')}>
      <NumberField
        label={t('awayAfterMinutes')}
        width={88}
        min={1}
        max={MOST_MINUTES}
        suffix={`${NBSP}min`}
        value={kept}
        disabled={set === null}
        send={away}
      />
      <Switch
        aria-label={t('onlyAway')}
        checked={set !== null}
        onChange={({ currentTarget }) =>
          currentTarget.checked ? away(kept) : change({ when: { kind: 'working' } })
        }
      />
    </Row>
  );
}

function GamesRow() {
  const libraries = useSnapshot((s) => s.libraries);
  const count = libraries.reduce((sum, { games }) => sum + games, 0);
  const where = libraries.map(({ name }) => name).join(', ');
  return (
    <Row
      icon={<IconDeviceGamepad2 {...LOOK} />}
      label={t('stopForGames')}
      caption={libraries.length === 0 ? t('gamesNone') : t('gamesFound', { count, where })}
    />
  );
}
