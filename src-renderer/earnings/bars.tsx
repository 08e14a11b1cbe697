import type { SVGProps } from 'react';
import { DefaultZIndexes, useXAxisScale, useYAxisScale, ZIndexLayer } from 'recharts';
import type { JobKind } from '../../src-shared/job-kind.ts';
import { kindLook } from '../parts/kind-look.ts';
import type { ChartData, ChartRow, Unit } from './chart-data.ts';

type BarName = JobKind | 'electricity';

/** What is stacked above zero and, with money, below it, in this order. */
const namesOf = ({ unit, kinds }: ChartData): readonly BarName[] =>
  unit === 'money' ? [...kinds, 'electricity'] : kinds;

type Look = Pick<SVGProps<SVGPathElement>, 'fill' | 'stroke' | 'strokeWidth' | 'strokeDasharray'>;

/** How a bar is filled: money in full colour, test credits as outlines, so that neither is taken for the other. */
function lookOf(name: BarName, unit: Unit): Look {
  if (name === 'electricity')
    return { fill: 'url(#hatching)', stroke: 'var(--c-cost)', strokeWidth: 0.75 };
  const edge = name === 'embed' ? 'var(--c3-line)' : `var(--c${name === 'llm' ? 1 : 2})`;
  if (unit === 'test')
    return {
      fill: `var(--c-test-${name})`,
      stroke: edge,
      strokeWidth: 1,
      strokeDasharray: '3 2',
    };
  const fill = kindLook[name].color;
  return name === 'embed' ? { fill, stroke: edge, strokeWidth: 1 } : { fill };
}

/** Narrow bars get narrow gaps; pixels on either side. */
function gapOf(bars: number): number {
  if (bars > 40) return 2;
  return bars > 25 ? 5 : 6;
}

/** Where a row begins and ends across (null: the chart does not know it yet), and how high a value is; pixels. */
export type Place = {
  readonly across: (row: ChartRow) => readonly [from: number, to: number] | null;
  readonly high: (value: number) => number;
};

/**
 * The outline of every bar of each name, in one path: what came in is stacked, what went out hangs from zero. Recharts' own bars
 * are two elements each, and a year of two charts has hundreds.
 */
export function outlines(
  rows: readonly ChartRow[],
  names: readonly BarName[],
  { across, high }: Place,
): ReadonlyMap<BarName, string> {
  const paths = new Map<BarName, string>(names.map((name) => [name, '']));
  const gap = gapOf(rows.length);
  for (const row of rows) {
    const place = across(row);
    if (!place) continue;
    const [from, to] = place;
    const width = Math.max(Math.round(to - from - 2 * gap), 1);
    let stacked = 0;
    for (const name of names) {
      const value = row[name];
      if (value === 0) continue;
      const base = value > 0 ? stacked : 0;
      if (value > 0) stacked += value;
      const [start, end] = [high(base), high(base + value)];
      const bar = `M${from + gap},${start}V${end}h${width}V${start}z`;
      paths.set(name, `${paths.get(name) ?? ''}${bar}`);
    }
  }
  return paths;
}

/** The bars of a chart of recharts, within it. */
export function EarningsBars({ chart }: { chart: ChartData }) {
  const x = useXAxisScale();
  const y = useYAxisScale();
  if (!x || !y) return null;
  const names = namesOf(chart);
  const paths = outlines(chart.rows, names, {
    across: (row) => {
      const from = x(row.from, { position: 'start' });
      const to = x(row.from, { position: 'end' });
      return from === undefined || to === undefined ? null : [from, to];
    },
    high: (value) => y(value) ?? 0,
  });
  return (
    <ZIndexLayer zIndex={DefaultZIndexes.bar}>
      {names.map((name) => (
        <path key={name} className="chart-bars" d={paths.get(name)} {...lookOf(name, chart.unit)} />
      ))}
    </ZIndexLayer>
  );
}
