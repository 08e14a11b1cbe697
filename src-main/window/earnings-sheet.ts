import type { EarningsView } from '../../src-shared/earnings.ts';
import { JobKind } from '../../src-shared/job-kind.ts';
import { type Language, say, type Words } from '../../src-shared/language/language.ts';
import { earningsTable, kindsInTables } from '../words/table-words.ts';
import { type Cell, csvFile, isoDay, isoMoment, spreadsheet } from './spreadsheet.ts';

/** Millionths of a dollar in a dollar; six digits are exact. */
const MICROS = 1_000_000;
const HOUR = 3_600_000;
const JOULES_PER_KWH = 3_600_000;

type Bar = EarningsView['buckets'][number];
type Column = readonly [heading: Words, cellOf: (bar: Bar) => Cell, kind?: JobKind];

const millionths = (amount: number): Cell => ({ number: amount / MICROS, digits: 6 });

/** The columns from left to right: each heading with what stands below it. */
const COLUMNS: readonly Column[] = [
  [earningsTable.start, ({ from }) => isoMoment(from)],
  [earningsTable.end, ({ to }) => isoMoment(to)],
  [earningsTable.shared, ({ worked }) => ({ number: worked / HOUR, digits: 4 })],
  [earningsTable.energy, ({ joules }) => ({ number: joules / JOULES_PER_KWH, digits: 6 })],
  ...JobKind.options.map(
    (kind): Column => [earningsTable.money, ({ byKind }) => millionths(byKind[kind].money), kind],
  ),
  [earningsTable.electricity, ({ electricity }) => millionths(electricity)],
  [earningsTable.net, ({ money, electricity }) => millionths(money - electricity)],
  [earningsTable.currency, () => 'USD'],
  ...JobKind.options.map(
    (kind): Column => [earningsTable.test, ({ byKind }) => millionths(byKind[kind].test), kind],
  ),
];

/** One row for each bar of the chart. Money and test credits have columns of their own. */
export function earningsSheet(
  { range, buckets }: EarningsView,
  { language, locale }: { readonly language: Language; readonly locale: string },
) {
  const headings = COLUMNS.map(([heading, , kind]) =>
    say(heading, language, kind ? { kind: say(kindsInTables[kind], language) } : {}),
  );
  const rows = buckets.map((bar) => COLUMNS.map(([, cellOf]) => cellOf(bar)));
  const [first, last] = [buckets[0]?.from ?? 0, (buckets.at(-1)?.to ?? 1) - 1];
  return csvFile(
    `offpeak-earnings-${spanName(range, first, last)}.csv`,
    spreadsheet(headings, rows, locale),
  );
}

/** `2026-11-22` for a day, `2026-10-24-to-2026-11-22` for more, `2025-12-to-2026-11` for a year. */
function spanName(range: EarningsView['range'], first: number, last: number): string {
  if (range === '24h') return isoDay(last);
  const part = range === '1y' ? 'YYYY-MM'.length : 'YYYY-MM-DD'.length;
  return `${isoDay(first).slice(0, part)}-to-${isoDay(last).slice(0, part)}`;
}
