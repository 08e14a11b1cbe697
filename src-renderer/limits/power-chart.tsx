import { LineChart } from '@mantine/charts';
import { useElementSize } from '@mantine/hooks';
import { memo } from 'react';
import { figure, money, NBSP } from '../../src-shared/amount.ts';
import { microUsd } from '../../src-shared/units.ts';
import { t } from '../words/texts.ts';
import {
  bestOf,
  type CurvePoint,
  type HourlyPay,
  linesBeside,
  payAt,
  pointsAlong,
} from './power-curve.ts';

const HEIGHT = 240;
/** The plot begins and ends where the slider below does; limits.css knows these too. */
const LEFT = 48;
const RIGHT = 12;
const TOP = 20;
const PERCENT = 100;
const SHARES = [0, 25, 50, 75, 100];
/** The scale of pay grows by this, dollars an hour. */
const PAY_STEP = 0.05;
const MOST_STEPS = 5;
const MICROS = 1_000_000;

type PowerChartProps = {
  readonly curve: readonly CurvePoint[];
  readonly min: number;
  readonly max: number;
  readonly yours: number;
  readonly usual: number;
  /** Null where nobody knows what an hour pays: then speed is drawn. */
  readonly pay: HourlyPay | null;
};

const watts = (value: number) => `${figure(value, 0)}${NBSP}W`;
const percent = (value: number) => `${figure(value, 0)}${NBSP}%`;

/** What the lines show: pay, or speed where nobody knows of pay. */
function linesOf({ curve, usual, pay }: Pick<PowerChartProps, 'curve' | 'usual' | 'pay'>) {
  const points = pointsAlong(curve, usual);
  if (pay) {
    const data = points.map((point) => {
      const { gross, net } = payAt(point, pay);
      return { watts: point.watts, upper: gross / MICROS, lower: net / MICROS };
    });
    const most = Math.max(PAY_STEP, ...data.map(({ upper }) => upper));
    const least = Math.min(0, ...data.map(({ lower }) => lower));
    const step = PAY_STEP * Math.ceil((most - least) / PAY_STEP / MOST_STEPS);
    const from = Math.floor(least / step);
    const ticks = Array.from(
      { length: Math.ceil(most / step) - from + 1 },
      (_, n) => (from + n) * step,
    );
    return { data, ticks, write: (value: number) => money(microUsd(value * MICROS), {}, 2) };
  }
  const thriftiest = Math.max(...points.map(({ share, drawn }) => share / drawn));
  const data = points.map(({ watts: at, share, drawn }) => ({
    watts: at,
    upper: (PERCENT * share) / drawn / thriftiest,
    lower: share,
  }));
  return { data, ticks: SHARES, write: percent };
}

/** Pay, or else speed, over the power limit; its horizontal axis is the slider below it. */
export const PowerChart = memo(function PowerChart(props: PowerChartProps) {
  const { curve, min, max, yours, usual, pay } = props;
  const { ref, width } = useElementSize();
  const best = bestOf(curve, usual, pay);
  const { data, ticks, write } = linesOf(props);
  const beside = linesBeside(
    { yours, best: best?.watts ?? null, usual },
    { min, max },
    width - LEFT - RIGHT,
  );
  const label = { position: 'top', fontSize: 12, fill: 'var(--op-ink2)' } as const;
  const lower = t(pay ? 'chartKeep' : 'chartSpeed');
  const told = curve.map((point) => {
    const at = pay ? money(microUsd(payAt(point, pay).net)) : percent(point.share);
    return `${watts(point.watts)}, ${at}`;
  });
  return (
    <>
      <div className="chart-head">
        <span className="caption">{t(pay ? 'chartPay' : 'chartShare')}</span>
        <div className="legend caption" aria-hidden>
          <span>
            <i className="line" />
            {lower}
          </span>
          <span>
            <i className="line" data-dashed />
            {t(pay ? 'chartBefore' : 'chartPerWatt')}
          </span>
        </div>
      </div>
      <div ref={ref} className="power-chart" role="img" aria-label={`${lower}: ${told.join('; ')}`}>
        <LineChart
          h={HEIGHT}
          data={data}
          dataKey="watts"
          series={[
            { name: 'upper', color: 'var(--c-cost)', strokeDasharray: '4 4' },
            { name: 'lower', color: 'var(--c-net)' },
          ]}
          curveType="linear"
          withDots={false}
          withTooltip={false}
          lineProps={{ isAnimationActive: false, strokeWidth: 2 }}
          lineChartProps={{ margin: { top: TOP, right: RIGHT, left: 0, bottom: 0 } }}
          gridAxis="x"
          gridColor="var(--op-line)"
          textColor="var(--op-ink3)"
          strokeDasharray="0"
          tickLine="none"
          referenceLines={[
            ...(best && beside.best
              ? [
                  {
                    x: best.watts,
                    color: 'var(--op-over)',
                    label: { ...label, value: t('lineBest', { watts: watts(best.watts) }) },
                  },
                ]
              : []),
            ...(beside.usual
              ? [
                  {
                    x: usual,
                    color: 'var(--op-over)',
                    label: { ...label, value: t('lineUsual', { watts: watts(usual) }) },
                  },
                ]
              : []),
            {
              x: yours,
              color: 'var(--op-accent)',
              strokeWidth: 2,
              label: {
                ...label,
                value: t('lineYours'),
                fontWeight: 600,
                fill: 'var(--op-accent-text)',
              },
            },
          ]}
          xAxisProps={{
            type: 'number',
            domain: [min, max],
            ticks: [],
            height: 1,
            axisLine: false,
            padding: { left: 0, right: 0 },
          }}
          yAxisProps={{
            width: LEFT,
            axisLine: false,
            domain: [ticks[0] ?? 0, ticks.at(-1) ?? PERCENT],
            ticks,
            interval: 0,
            tickFormatter: write,
          }}
        />
      </div>
    </>
  );
});
