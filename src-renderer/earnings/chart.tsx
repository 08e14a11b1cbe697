import { CompositeChart, type CompositeChartSeries } from '@mantine/charts';
import { Group } from '@mantine/core';
import { memo, type SVGProps } from 'react';
import { digitsFor, figure, money, NBSP } from '../../src-shared/amount.ts';
import type { EarningsRange } from '../../src-shared/earnings.ts';
import type { JobKind } from '../../src-shared/job-kind.ts';
import { microUsd } from '../../src-shared/units.ts';
import { Card, CardTitle, TestTag } from '../parts/card.tsx';
import { kindLook } from '../parts/kind-look.ts';
import { type Text, t } from '../words/texts.ts';
import { EarningsBars } from './bars.tsx';
import { axisOf, type ChartData, type ChartRow, labelled, type Unit } from './chart-data.ts';

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

const written = (value: number, digits: number, unit: Unit): string =>
  unit === 'money' ? money(microUsd(value * MICROS), {}, digits) : figure(value, digits);

const digitsOf = (value: number): number => digitsFor(microUsd(value * MICROS));

type ChartProps = { readonly chart: ChartData };

/** One chart in one unit. Test credits get an axis, a colour and a mark of their own, and never a currency sign. */
export const EarningsChart = memo(function EarningsChart({ chart }: ChartProps) {
  const { unit, range, kinds, rows, total } = chart;
  const title = t(unit === 'money' ? 'moneyChart' : 'testChart', { bucket: t(bucketName[range]) });
  const amount =
    unit === 'money'
      ? written(total, digitsOf(total), unit)
      : `${figure(total, digitsOf(total))}${NBSP}${t('testCredits')}`;
  return (
    <Card data-range={range}>
      <Group justify="space-between" mb={12}>
        <Group gap={8}>
          <CardTitle>{title}</CardTitle>
          {unit === 'test' && <TestTag />}
        </Group>
        <Legend unit={unit} kinds={kinds} />
      </Group>
      <Hatching />
      <div role="img" aria-label={t('chartSummary', { title, count: rows.length, total: amount })}>
        <Bars chart={chart} />
      </div>
    </Card>
  );
});

/** What recharts draws itself. Every chart has the line, for it tells where one points; with test credits it is not seen. */
const seriesOf = ({ unit }: ChartData): CompositeChartSeries[] => [
  { name: 'net', type: 'line', color: unit === 'money' ? 'var(--c-net)' : 'transparent' },
];

function Bars({ chart }: { chart: ChartData }) {
  const { unit, rows } = chart;
  const axis = axisOf(rows);
  const short = new Map<number, string>(rows.map((r) => [r.from, r.label]));
  const labels = axis.ticks.map((tick) => written(tick, axis.digits, unit));
  const longest = Math.max(...labels.map(({ length }) => length));
  return (
    <CompositeChart
      h={CHART_HEIGHT}
      data={rows.map((row) => ({ ...row }))}
      dataKey="from"
      withLegend={false}
      series={seriesOf(chart)}
      curveType="linear"
      composedChartProps={{
        accessibilityLayer: false,
        margin: { top: 8, right: 4, left: 0, bottom: 0 },
      }}
      lineProps={{
        isAnimationActive: false,
        activeDot: false,
        strokeWidth: 2,
        shape: NetLine,
        dot: unit === 'money' && rows.length <= MOST_DOTS ? <NetDot /> : false,
      }}
      gridAxis="x"
      gridColor="var(--op-line)"
      textColor="var(--op-ink3)"
      strokeDasharray="0"
      tickLine="none"
      gridProps={{ syncWithTicks: true }}
      xAxisProps={{
        ticks: [...labelled(rows)],
        tickFormatter: (from: number) => short.get(from) ?? '',
        interval: 0,
        scale: 'band',
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
        content: ({ label }) => <Tip chart={chart} row={rows.find((r) => r.from === label)} />,
        cursor: { fill: 'var(--op-track)', fillOpacity: 0.6 },
      }}
    >
      <EarningsBars chart={chart} />
    </CompositeChart>
  );
}

type LineShape = Pick<SVGProps<SVGPathElement>, 'stroke' | 'strokeWidth'> & {
  points?: readonly { x: number | null; y: number | null }[];
};

/** The net line. Recharts' own has its length measured, a layout in the middle of the drawing, for an animation we do without. */
function NetLine({ points = [], stroke, strokeWidth }: LineShape) {
  let pen = 'M';
  let path = '';
  for (const { x, y } of points) {
    if (x !== null && y !== null) path += `${pen}${x},${y}`;
    pen = x === null || y === null ? 'M' : 'L';
  }
  return <path d={path} fill="none" {...{ stroke, strokeWidth }} />;
}

type DotProps = { cx?: number; cy?: number; payload?: ChartRow };

/** A point of the net line, left out where nothing was earned. */
function NetDot({ cx, cy, payload }: DotProps) {
  if (cx === undefined || cy === undefined || !payload || payload.earned === 0) return null;
  return (
    <circle cx={cx} cy={cy} r={2.5} fill="var(--op-card)" stroke="var(--c-net)" strokeWidth={2} />
  );
}

const swatchOf = (kind: JobKind, unit: Unit): string =>
  unit === 'test' ? `swatch-test-${kind}` : `swatch-${kind}`;

function Tip({ chart: { unit, kinds }, row }: { chart: ChartData; row: ChartRow | undefined }) {
  if (!row) return null;
  const line = (name: string, swatch: string, value: number) => (
    <div key={name}>
      <span className={`swatch ${swatch}`} />
      <span>{name}</span>
      <span>{written(value, digitsOf(value), unit)}</span>
    </div>
  );
  return (
    <div className="tip">
      <b>{row.title}</b>
      {kinds.map((kind) => line(t(kindLook[kind].name), swatchOf(kind, unit), row[kind]))}
      {unit === 'money' && line(t('electricity'), 'swatch-electricity', row.electricity)}
      <div className="tip-sum">
        <span>{t(unit === 'money' ? 'net' : 'testTotal')}</span>
        <span>{written(row.net, digitsOf(row.net), unit)}</span>
      </div>
    </div>
  );
}

function Legend({ unit, kinds }: Pick<ChartData, 'unit' | 'kinds'>) {
  const item = (name: string, swatch: string) => (
    <span key={name}>
      <span className={`swatch ${swatch}`} />
      {name}
    </span>
  );
  return (
    <div className="legend caption" aria-hidden>
      {kinds.map((kind) => item(t(kindLook[kind].name), swatchOf(kind, unit)))}
      {unit === 'money' && item(t('electricity'), 'swatch-electricity')}
      {unit === 'money' && item(t('net'), 'swatch-net')}
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
