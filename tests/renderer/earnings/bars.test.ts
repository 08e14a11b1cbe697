import { describe, expect, test } from 'vitest';
import { outlines, type Place } from '../../../src-renderer/earnings/bars.tsx';
import type { ChartRow } from '../../../src-renderer/earnings/chart-data.ts';
import { millis } from '../../../src-shared/units.ts';

const row = (part: Partial<ChartRow>): ChartRow => ({
  kernel: 0,
  llm: 0,
  embed: 0,
  from: millis(0),
  earned: 0,
  electricity: 0,
  net: 0,
  label: '',
  title: '',
  ...part,
});

/** Twenty pixels a row, one pixel a unit, zero at 100. */
const placeOf = (rows: readonly ChartRow[]): Place => ({
  across: (one) => [rows.indexOf(one) * 20, (rows.indexOf(one) + 1) * 20],
  high: (value) => 100 - value,
});
const drawn = (rows: readonly ChartRow[]) =>
  Object.fromEntries(outlines(rows, ['llm', 'kernel', 'electricity'], placeOf(rows)));

describe('the bars of the chart', () => {
  test('stand on each other above zero, and electricity hangs below it', () => {
    expect(drawn([row({ llm: 10, kernel: 5, electricity: -3 })])).toEqual({
      llm: 'M6,100V90h8V100z',
      kernel: 'M6,90V85h8V90z',
      electricity: 'M6,100V103h8V100z',
    });
  });

  test('are left out where there is nothing', () => {
    expect(drawn([row({}), row({ kernel: 5 })])).toEqual({
      llm: '',
      kernel: 'M26,100V95h8V100z',
      electricity: '',
    });
  });

  test('are not drawn at some other place where the chart has none for them', () => {
    const rows = [row({ llm: 1 })];
    expect(outlines(rows, ['llm'], { ...placeOf(rows), across: () => null }).get('llm')).toBe('');
  });

  test('stay wide enough to be seen when they are many', () => {
    const many = Array.from({ length: 60 }, () => row({ llm: 1 }));
    const thin = { ...placeOf(many), across: (): [number, number] => [0, 4] };
    expect(outlines(many, ['llm'], thin).get('llm')).toContain('h1V');
  });
});
