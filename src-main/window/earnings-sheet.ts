import type { EarningsView } from '../../src-shared/earnings.ts';
import { JobKind } from '../../src-shared/job-kind.ts';
import { type Language, say, type Words } from '../../src-shared/language/language.ts';
import { type Cell, csvFile, isoDay, isoMoment, spreadsheet } from './spreadsheet.ts';

/** Millionths of a dollar in a dollar; six digits are exact. */
const MICROS = 1_000_000;
const HOUR = 3_600_000;
const JOULES_PER_KWH = 3_600_000;

const KINDS: Readonly<Record<JobKind, Words>> = {
  kernel: { en: 'GPU kernels', de: 'GPU-Kernel' },
  llm: { en: 'Language models', de: 'Sprachmodelle' },
  embed: { en: 'Embeddings', de: 'Embeddings' },
};
const HEADINGS = {
  start: { en: 'Start', de: 'Beginn' },
  end: { en: 'End', de: 'Ende' },
  shared: { en: 'Shared (GPU hours)', de: 'Geteilt (GPU-Stunden)' },
  energy: { en: 'Energy (kWh)', de: 'Energie (kWh)' },
  money: { en: '{kind} (USD)', de: '{kind} (USD)' },
  electricity: { en: 'Electricity (USD)', de: 'Strom (USD)' },
  net: { en: 'Net (USD)', de: 'Netto (USD)' },
  currency: { en: 'Currency', de: 'Währung' },
  test: {
    en: '{kind} (test credits, not money)',
    de: '{kind} (Testpunkte, kein Geld)',
  },
} satisfies Record<string, Words>;

/** How a kind of job is called in tables. */
export const kindWords = (kind: JobKind, language: Language): string => say(KINDS[kind], language);

/** One row for each bar of the chart. Money and test credits have columns of their own. */
export function earningsSheet(
  { range, buckets }: EarningsView,
  { language, locale }: { readonly language: Language; readonly locale: string },
) {
  const kinds = JobKind.options;
  const heading = (name: keyof typeof HEADINGS, kind?: JobKind) =>
    say(HEADINGS[name], language, kind ? { kind: kindWords(kind, language) } : {});
  const headings = [
    ...(['start', 'end', 'shared', 'energy'] as const).map((name) => heading(name)),
    ...kinds.map((kind) => heading('money', kind)),
    ...(['electricity', 'net', 'currency'] as const).map((name) => heading(name)),
    ...kinds.map((kind) => heading('test', kind)),
  ];
  const millionths = (amount: number): Cell => ({ number: amount / MICROS, digits: 6 });
  const rows = buckets.map(({ from, to, worked, joules, byKind, electricity, money }): Cell[] => [
    isoMoment(from),
    isoMoment(to),
    { number: worked / HOUR, digits: 4 },
    { number: joules / JOULES_PER_KWH, digits: 6 },
    ...kinds.map((kind) => millionths(byKind[kind].money)),
    millionths(electricity),
    millionths(money - electricity),
    'USD',
    ...kinds.map((kind) => millionths(byKind[kind].test)),
  ]);
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
