import { CompositeChart, type CompositeChartSeries } from '@mantine/charts';
import { Group } from '@mantine/core';
import { memo } from 'react';
import { digitsFor, figure, money, NBSP } from '../src-shared/amount.ts';
import type { EarningsRange } from '../src-shared/earnings.ts';
import { microUsd } from '../src-shared/units.ts';
import { Card, CardTitle, TestTag } from './card.tsx';
import { axisOf, type ChartData, type ChartRow, labelled } from './chart-data.ts';
import { type Text, t } from './texts.ts';

const bucketName: Readonly<Record<EarningsRange, Text>> = {
  '24h': 'bucket24h',
  '7d': 'bucket7d',
  '30d': 'bucket30d',
  '1y': 'bucket1y',
};

const CHART_HEIGHT = 232;
/** Room for the usual label; longer ones get as much as 12 px figures take. */
const AXIS_WIDTH = 64;
const DIGIT_WIDTH = 8.5;
/** Over this many points dots would hide the line. */
const MOST_DOTS = 31;

const MICROS = 1_000_000;

const written = (value: number, digits: number, unit: ChartData['unit']): string =>
  unit === 'money' ? money(microUsd(value * MICROS), {}, digits) : figure(value, digits);

const digitsOf = (value: number): number => digitsFor(microUsd(value * MICROS));

type ChartProps = { chart: ChartData; range: EarningsRange };

/** One chart in one unit. Test credits get an axis, a colour and a mark of their own, and never a currency sign. */
export const EarningsChart = memo(function EarningsChart({ chart, range }: ChartProps) {
  const { unit, rows, total } = chart;
  const title = t(unit === 'money' ? 'moneyChart' : 'testChart', { bucket: t(bucketName[range]) });
  const amount =
    unit === 'money'
      ? written(total, digitsOf(total), unit)
      : `${figure(total, digitsOf(total))}${NBSP}${t('testCredits')}`;
  return (
    <Card>
      <Group justify="space-between" mb={12}>
        <Group gap={8}>
          <CardTitle>{title}</CardTitle>
          {unit === 'test' && <TestTag />}
        </Group>
        <Legend unit={unit} />
      </Group>
      <Hatching />
      <div role="img" aria-label={t('chartSummary', { title, count: rows.length, total: amount })}>
        <Bars unit={unit} rows={rows} />
      </div>
    </Card>
  );
});

const testSeries: CompositeChartSeries[] = [
  { name: 'earned', type: 'bar', color: 'var(--c-test)' },
];
const moneySeries: CompositeChartSeries[] = [
  { name: 'earned', type: 'bar', color: 'var(--c1)' },
  { name: 'electricity', type: 'bar', color: 'var(--c-cost)' },
  { name: 'net', type: 'line', color: 'var(--c-net)' },
];

const hatched = { fill: 'url(#hatching)', stroke: 'var(--c-cost)', strokeWidth: 0.75 };
const outlined = { stroke: 'var(--c-test-line)', strokeWidth: 1 };

function Bars({ unit, rows }: { unit: ChartData['unit']; rows: readonly ChartRow[] }) {
  const axis = axisOf(rows);
  const short = new Map(rows.map((r) => [r.title, r.label]));
  const labels = axis.ticks.map((tick) => written(tick, axis.digits, unit));
  const longest = Math.max(...labels.map(({ length }) => length));
  const barLook = (name: string) => {
    if (name === 'electricity') return hatched;
    return unit === 'test' ? outlined : {};
  };
  return (
    <CompositeChart
      h={CHART_HEIGHT}
      data={rows.map((row) => ({ ...row }))}
      dataKey="title"
      withLegend={false}
      series={unit === 'money' ? moneySeries : testSeries}
      curveType="linear"
      composedChartProps={{
        stackOffset: 'sign',
        accessibilityLayer: false,
        barCategoryGap: rows.length > 40 ? 2 : 6,
        margin: { top: 8, right: 4, left: 0, bottom: 0 },
      }}
      barProps={({ name }) => ({
        stackId: 'all',
        isAnimationActive: false,
        fillOpacity: 1,
        strokeOpacity: 1,
        radius: 0,
        ...barLook(name),
      })}
      lineProps={{
        isAnimationActive: false,
        activeDot: false,
        strokeWidth: 2,
        dot: rows.length <= MOST_DOTS ? <NetDot /> : false,
      }}
      gridAxis="x"
      gridColor="var(--op-line)"
      textColor="var(--op-ink3)"
      strokeDasharray="0"
      tickLine="none"
      gridProps={{ syncWithTicks: true }}
      xAxisProps={{
        ticks: [...labelled(rows)],
        tickFormatter: (title: string) => short.get(title) ?? '',
        interval: 0,
        tickMargin: 8,
        axisLine: false,
        padding: { left: 4, right: 4 },
      }}
      yAxisProps={{
        width: Math.max(AXIS_WIDTH, longest * DIGIT_WIDTH),
        axisLine: false,
        domain: [axis.low, axis.high],
        ticks: [...axis.ticks],
        interval: 0,
        tickFormatter: (value: number) => written(value, axis.digits, unit),
      }}
      referenceLines={[{ y: 0, color: 'var(--op-ink3)' }]}
      tooltipProps={{
        content: ({ label }) => <Tip unit={unit} row={rows.find((r) => r.title === label)} />,
        cursor: { fill: 'var(--op-track)', fillOpacity: 0.6 },
      }}
    />
  );
}

type DotProps = { cx?: number; cy?: number; payload?: ChartRow };

/** A point of the net line, left out where nothing was earned. */
function NetDot({ cx, cy, payload }: DotProps) {
  if (cx === undefined || cy === undefined || !payload || payload.earned === 0) return null;
  return (
    <circle cx={cx} cy={cy} r={2.5} fill="var(--op-card)" stroke="var(--c-net)" strokeWidth={2} />
  );
}

function Tip({ unit, row }: { unit: ChartData['unit']; row: ChartRow | undefined }) {
  if (!row) return null;
  const line = (name: string, swatch: string, value: number) => (
    <div>
      <span className={`swatch ${swatch}`} />
      <span>{name}</span>
      <span>{written(value, digitsOf(value), unit)}</span>
    </div>
  );
  return (
    <div className="tip">
      <b>{row.title}</b>
      {unit === 'test' ? (
        line(t('testTotal'), 'swatch-test', row.earned)
      ) : (
        <>
          {line(t('earned'), 'swatch-earned', row.earned)}
          {line(t('electricity'), 'swatch-electricity', row.electricity)}
          {line(t('net'), 'swatch-net', row.net)}
        </>
      )}
    </div>
  );
}

function Legend({ unit }: { unit: ChartData['unit'] }) {
  const item = (name: string, swatch: string) => (
    <span>
      <span className={`swatch ${swatch}`} />
      {name}
    </span>
  );
  return (
    <div className="legend caption" aria-hidden>
      {unit === 'test' ? (
        item(t('testTotal'), 'swatch-test')
      ) : (
        <>
          {item(t('earned'), 'swatch-earned')}
          {item(t('electricity'), 'swatch-electricity')}
          {item(t('net'), 'swatch-net')}
        </>
      )}
    </div>
  );
}

/** The pattern of electricity, so that it is told from earnings without colour. */
function Hatching() {
  return (
    <svg width="0" height="0" style={{ position: 'absolute' }} aria-hidden="true">
      <defs>
        <pattern
          id="hatching"
          width="5"
          height="5"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="5" height="5" fill="var(--op-card)" />
          <rect width="2.5" height="5" fill="var(--c-cost)" />
        </pattern>
      </defs>
    </svg>
  );
}
