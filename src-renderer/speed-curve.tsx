import { LineChart } from '@mantine/charts';
import { Text } from '@mantine/core';
import { memo } from 'react';
import { figure, NBSP } from '../src-shared/amount.ts';
import type { SpeedPoint } from '../src-shared/speed.ts';
import { t } from './texts.ts';

const CHART_HEIGHT = 160;
const AXIS_WIDTH = 56;
const PERCENT = 100;
/** A share is read off in fifths. */
const SHARES = [0, 20, 40, 60, 80, 100];

/** Watts, and the share of the full speed that is left at so many, in percent. */
export type CurvePoint = { readonly watts: number; readonly share: number };

/**
 * Speed over watts, from the fewest watts to the most: what a job is paid for grows with the speed, what it costs with the
 * watts. Empty where fewer than two points say both. Speed is that of floats, which most jobs wait for.
 */
export function curveOf(points: readonly SpeedPoint[]): CurvePoint[] {
  const known = points.flatMap(({ limit, power, speeds: { fp32 } }) => {
    const watts = power ?? limit;
    return watts === null || fp32 === null || fp32 === 0 ? [] : [{ watts, fp32 }];
  });
  const full = Math.max(...known.map(({ fp32 }) => fp32));
  const curve = known
    .map(({ watts, fp32 }) => ({
      watts: Math.round(watts),
      share: Math.round((PERCENT * fp32) / full),
    }))
    .sort((a, b) => a.watts - b.watts);
  return new Set(curve.map(({ watts }) => watts)).size < 2 ? [] : curve;
}

/** The point that does the most for each watt. */
export const thriftiest = (curve: readonly CurvePoint[]): CurvePoint | null =>
  curve.reduce<CurvePoint | null>(
    (best, one) => (best && best.share / best.watts >= one.share / one.watts ? best : one),
    null,
  );

/** What fewer watts cost in speed, as a line and as a sentence. */
export const SpeedCurve = memo(function SpeedCurve({ points }: { points: readonly SpeedPoint[] }) {
  const curve = curveOf(points);
  const best = thriftiest(curve);
  const [first] = curve;
  const last = curve.at(-1);
  if (!best || !first || !last) return null;
  const watts = (value: number) => `${figure(value, 0)}${NBSP}W`;
  const percent = (value: number) => `${figure(value, 0)}${NBSP}%`;
  const sentence = t('speedAtWatts', { watts: watts(best.watts), share: percent(best.share) });
  return (
    <>
      <Text className="caption" mt={12} mb={8}>
        {best.share === PERCENT ? t('speedBestAsItIs') : sentence}
      </Text>
      <div
        role="img"
        aria-label={`${t('speedCurve')}: ${curve.map(({ watts: at, share }) => `${watts(at)}, ${percent(share)}`).join('; ')}`}
      >
        <LineChart
          h={CHART_HEIGHT}
          data={curve.map((point) => ({ ...point }))}
          dataKey="watts"
          series={[{ name: 'share', color: 'var(--c2)', label: t('speedTitle') }]}
          curveType="linear"
          strokeWidth={2}
          lineProps={{ isAnimationActive: false, activeDot: false }}
          withTooltip={false}
          gridAxis="x"
          gridColor="var(--op-line)"
          textColor="var(--op-ink3)"
          strokeDasharray="0"
          tickLine="none"
          xAxisProps={{
            type: 'number',
            domain: [first.watts, last.watts],
            ticks: curve.map(({ watts: at }) => at),
            tickFormatter: watts,
            tickMargin: 8,
            axisLine: false,
            interval: 'preserveStartEnd',
            padding: { left: 8, right: 16 },
          }}
          yAxisProps={{
            width: AXIS_WIDTH,
            axisLine: false,
            domain: [0, PERCENT],
            ticks: SHARES,
            interval: 0,
            tickFormatter: percent,
          }}
        />
      </div>
    </>
  );
});
