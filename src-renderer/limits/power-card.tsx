import { Button, Divider, Group, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { figure, money, NBSP } from '../../src-shared/amount.ts';
import type { LaneId } from '../../src-shared/gpu.ts';
import { cardSettings } from '../../src-shared/settings.ts';
import type { LaneView, Snapshot } from '../../src-shared/snapshot.ts';
import { microUsd, watts } from '../../src-shared/units.ts';
import { useSnapshot } from '../agent-link/store.ts';
import { Card, CardTitle } from '../parts/card.tsx';
import { nowAt, useChange } from '../parts/changes.tsx';
import { useDraft } from '../parts/draft.ts';
import { LimitSlider } from '../parts/limit-slider.tsx';
import { t, worded } from '../words/texts.ts';
import { LimitFigure } from './limit-figure.tsx';
import { PowerChart } from './power-chart.tsx';
import {
  bestOf,
  type CurvePoint,
  curveOf,
  type HourlyPay,
  lately,
  meanPrice,
  payAt,
  pointAt,
} from './power-curve.ts';
import { MeasureButton, SpeedNews, SpeedTable, useSpeed } from './speed-card.tsx';

/** Where a driver does not say how little is possible: cards rarely go below a third of their most. */
const LEAST_SHARE_OF_POWER = 1 / 3;
/** Watts that an owner can tell apart. */
const POWER_STEP = 5;
const PERCENT = 100;
/** Marks below the slider, as many as have room. */
const MARK_STEPS = [25, 50, 100, 200];
const MOST_MARKS = 5;

/** The power limit of a card; null where it cannot be limited. `usual`: the card's own. Watts. */
export function powerOf({ settings }: Snapshot, { lane, gpu, reading, ...view }: LaneView) {
  const most = gpu.powerMax === null ? null : Math.floor(gpu.powerMax);
  const least = Math.ceil(gpu.powerMin ?? (most ?? 0) * LEAST_SHARE_OF_POWER);
  if (most === null || least >= most) return null;
  return {
    min: least,
    max: most,
    usual: Math.round(gpu.powerDefault ?? most),
    limit: cardSettings(settings, lane).powerLimit,
    now: reading?.power == null ? null : Math.round(reading.power),
    trouble: view.powerLimitTrouble,
  };
}
export type Power = NonNullable<ReturnType<typeof powerOf>>;

/** What an hour pays by what was earned lately, under the limit that is set. */
function payOf(snapshot: Snapshot, lane: LaneId, curve: readonly CurvePoint[], power: Power) {
  const { usual, limit } = power;
  const paid = snapshot.lanes.some((one) => one.lane === lane) ? lately(snapshot) : null;
  const share = pointAt(curve, limit ?? usual, usual)?.share;
  if (paid === null || share === undefined) return null;
  const { settings } = snapshot;
  return {
    atFull: (paid * PERCENT) / share,
    pricePerKwh: meanPrice(settings),
    rest: settings.restOfPc,
  };
}

const watt = (value: number) => `${figure(value, 0)}${NBSP}W`;

/** The ends, and round values between them that stand well apart. */
function marksOf(min: number, max: number): number[] {
  const step = MARK_STEPS.find((one) => (max - min) / one <= MOST_MARKS) ?? max;
  const round = Array.from({ length: Math.floor(max / step) + 1 }, (_, n) => n * step).filter(
    (value) => value - min >= step / 2 && max - value >= step / 2,
  );
  return [min, ...round, max];
}

/** The power limit: what it changes, and what a card of this kind does under every other. */
export function PowerCard({ lane, power }: { lane: LaneId; power: Power }) {
  const { min, max, usual, limit, trouble } = power;
  const change = useChange();
  const of = useSpeed(lane);
  const { speed, when, possible } = of;
  const curve = curveOf(speed?.points ?? []);
  const pay = useSnapshot((s) => payOf(s, lane, curve, power));
  const set = (powerLimit: number | null) =>
    change(
      { kind: 'change-card', lane, patch: { powerLimit: powerLimit && watts(powerLimit) } },
      nowAt(t('powerLimit'), watt(powerLimit ?? usual)),
    );
  const draft = useDraft(Math.min(Math.max(limit ?? usual, min), max), set);
  const range = { title: t('powerLimit'), unit: 'W', min, max, step: POWER_STEP };
  const yours = draft.shown;
  return (
    <Card>
      <Group justify="space-between" align="flex-start" gap={8}>
        <div>
          <CardTitle>{t('powerLimit')}</CardTitle>
          <LimitFigure range={range} draft={draft} />
        </div>
        <Consequences curve={curve} yours={yours} usual={usual} pay={pay} />
      </Group>
      {curve.length > 0 ? (
        <PowerChart curve={curve} min={min} max={max} yours={yours} usual={usual} pay={pay} />
      ) : (
        <div className="chart-empty">
          <Text className="label" ta="center" maw={420}>
            {t(speed ? 'curveNone' : possible ? 'speedWhat' : 'speedElsewhere')}
          </Text>
          <MeasureButton lane={lane} speed={of} />
        </div>
      )}
      <div className="below-chart">
        <LimitSlider range={range} marks={marksOf(min, max)} now={null} draft={draft} />
      </div>
      <SpeedNews {...of} />
      <Divider color="var(--op-line)" my={12} />
      <Best curve={curve} yours={yours} usual={usual} pay={pay} set={set} />
      <Group justify="space-between" gap={8} wrap="nowrap">
        <span className="caption">
          {t(limit === null ? 'powerOwn' : 'powerLimitWhat', { value: watt(usual) })}
        </span>
        {limit !== null && (
          <Button variant="default" className="no-shrink" onClick={() => set(null)}>
            {t('useOwnPower', { value: watt(usual) })}
          </Button>
        )}
      </Group>
      {limit !== null && trouble !== null && (
        <div className="aside" data-state="waiting">
          <IconInfoCircle size={16} aria-hidden />
          <span>{t('powerByPauses', { detail: worded(trouble) })}</span>
        </div>
      )}
      {speed && (
        <details className="measured">
          <summary className="label">{t('speedFigures', { when: when ?? '' })}</summary>
          <SpeedTable points={speed.points} />
          {curve.length > 0 && (
            <Group justify="flex-end" mt={8}>
              <MeasureButton lane={lane} speed={of} />
            </Group>
          )}
        </details>
      )}
    </Card>
  );
}

type CurveProps = {
  readonly curve: readonly CurvePoint[];
  readonly yours: number;
  readonly usual: number;
  readonly pay: HourlyPay | null;
};

/** What the limit changes. What nobody has measured is left out. */
function Consequences({ curve, yours, usual, pay }: CurveProps) {
  const here = pointAt(curve, yours, usual);
  const whole = pointAt(curve, usual, usual);
  const heat = yours - usual;
  return (
    <Group gap="4px 24px" align="flex-start" ml="auto" justify="flex-end">
      {pay && here && (
        <Consequence
          name={t('youKeep')}
          value={money(microUsd(payAt(here, pay).net), {}, 3)}
          unit={t('perHour')}
        />
      )}
      {here && whole && (
        <Consequence
          name={t('speedShort')}
          value={figure((PERCENT * here.share) / whole.share, 0)}
          unit={t('percentOfUsual')}
        />
      )}
      <Consequence
        name={t('heat')}
        value={`${heat > 0 ? '+' : ''}${figure(heat, 0)}`}
        unit={t('wattsFromUsual')}
      />
    </Group>
  );
}

function Consequence({ name, value, unit }: { name: string; value: string; unit: string }) {
  return (
    <div className="right">
      <div className="label">{name}</div>
      <span className="figure limit-now nowrap">
        {value}
        <span className="unit">{unit}</span>
      </span>
    </div>
  );
}

/** The limit that is worth most, in a sentence, and the button that sets it. */
function Best({ curve, yours, usual, pay, set }: CurveProps & { set: (to: number) => unknown }) {
  const network = useSnapshot((s) => s.network.test);
  const best = bestOf(curve, usual, pay);
  const here = pointAt(curve, yours, usual);
  const whole = pointAt(curve, usual, usual);
  if (!best) return null;
  const far = Math.abs(best.watts - yours) > POWER_STEP / 2;
  const watts = watt(best.watts);
  const more = pay && here ? payAt(best, pay).net - payAt(here, pay).net : null;
  const sentence = pay
    ? far && more !== null
      ? t('bestPay', {
          watts,
          more: money(microUsd(more), {}, 3),
          heat: watt(Math.abs(best.watts - yours)),
          way: best.watts > yours ? 'more' : 'less',
        })
      : t('bestPayHere', { watts })
    : t('bestSpeed', {
        watts,
        share: `${figure((PERCENT * best.share) / (whole?.share ?? PERCENT), 0)}${NBSP}%`,
      });
  const source = pay
    ? t('fromPay', { price: money(pay.pricePerKwh, {}) })
    : t(network ? 'noPayTest' : 'noPayYet');
  return (
    <Group justify="space-between" wrap="nowrap" gap={16} mb={12}>
      <span className="label pretty">
        {sentence} {source}
      </span>
      {far && (
        <Button variant="default" className="no-shrink" onClick={() => set(best.watts)}>
          {t('useBest', { watts })}
        </Button>
      )}
    </Group>
  );
}
