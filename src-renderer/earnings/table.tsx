import { memo } from 'react';
import {
  clock,
  type Digits,
  date,
  digitsFor,
  duration,
  energy,
  figure,
  money,
} from '../../src-shared/amount.ts';
import type { Bucket, EarningsRange, EarningsView } from '../../src-shared/earnings.ts';
import { type MicroUsd, microUsd } from '../../src-shared/units.ts';
import { Card, TestTag } from '../parts/card.tsx';
import { kindLook } from '../parts/kind-look.ts';
import { type Text, t } from '../words/texts.ts';
import { kindsIn, type Unit } from './chart-data.ts';
import { earningsRows } from './rows.ts';

const timeColumn: Readonly<Record<EarningsRange, Text>> = {
  '24h': 'columnHour',
  '7d': 'columnDay',
  '30d': 'columnDay',
  '1y': 'columnWeek',
};

const MICROS = 1_000_000;
const NONE = '–';

/** When a row was, as the first cell says it. */
function rowTime({ from, to }: Bucket, range: EarningsRange): string {
  if (range === '24h') return t('outlookRange', { least: clock(from), most: clock(to) });
  if (range === '1y') return date(from, { year: 'numeric', month: 'short', day: 'numeric' });
  return date(from, { weekday: 'short', month: 'short', day: 'numeric' });
}

type TableProps = { readonly view: EarningsView; readonly unit: Unit };

/** The figures behind a chart, newest first: one row an hour, a day or a week. */
export const EarningsTable = memo(function EarningsTable({ view, unit }: TableProps) {
  const rows = earningsRows(view);
  const kinds = kindsIn(unit, view.buckets);
  const isMoney = unit === 'money';
  const digits = digitsOf(rows, unit);
  return (
    <Card p={0} className="table-card">
      <table className="table table-figures" aria-label={t(isMoney ? 'earnings' : 'testTotal')}>
        <thead>
          <tr>
            <th>{t(timeColumn[view.range])}</th>
            <th className="right extra">{t('columnWorked')}</th>
            <th className="right">{t('columnEnergy')}</th>
            {kinds.map((kind) => (
              <th key={kind} className="right extra">
                {t(kindLook[kind].name)}
              </th>
            ))}
            {isMoney ? (
              <>
                <th className="right">{t('earned')}</th>
                <th className="right">{t('electricity')}</th>
                <th className="right">{t('net')}</th>
              </>
            ) : (
              <th className="right">
                {t('testTotal')} <TestTag />
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.from}>
              <td>{rowTime(row, view.range)}</td>
              <td className="right extra">{row.worked > 0 ? duration(row.worked) : NONE}</td>
              <td className="right">{row.joules > 0 ? energy(row.joules) : NONE}</td>
              {kinds.map((kind) => (
                <td key={kind} className="right quiet extra">
                  {written(row.byKind[kind][unit], unit, digits)}
                </td>
              ))}
              {isMoney ? (
                <Balance row={row} digits={digits} />
              ) : (
                <td className="right">{written(row.test, unit, digits)}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
});

/** Earned, electricity and net, in figures that add up as they stand. */
function Balance({ row, digits }: { row: Bucket; digits: Digits }) {
  const unit = MICROS / 10 ** digits;
  const drawn = (amount: MicroUsd) => Math.round(amount / unit) * unit;
  // Nobody measured: a zero would be a claim.
  const unmeasured = row.joules === 0 && row.jobs > 0;
  const cost = drawn(row.electricity);
  return (
    <>
      <td className="right">{written(row.money, 'money', digits)}</td>
      <td className="right">{unmeasured ? NONE : money(microUsd(-cost || 0), {}, digits)}</td>
      <td className="right" style={{ fontWeight: 600 }}>
        {money(microUsd(drawn(row.money) - cost), {}, digits)}
      </td>
    </>
  );
}

const written = (amount: MicroUsd, unit: Unit, digits: Digits): string =>
  unit === 'money' ? money(amount, {}, digits) : figure(amount / MICROS, digits);

/** Cents, or finer where whole columns would be zeros; one precision for all, so that figures stand below each other. */
function digitsOf(rows: readonly Bucket[], unit: Unit): Digits {
  const most = Math.max(...rows.map((row) => Math.max(row[unit], row.electricity)), 0);
  return digitsFor(microUsd(most));
}
