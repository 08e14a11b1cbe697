import { receiptDigest } from '../../src-network/receipt-digest.ts';
import { type Language, say, type Words } from '../../src-shared/language/language.ts';
import type { RunFilter, RunOutcome } from '../../src-shared/question.ts';
import type { Millis } from '../../src-shared/units.ts';
import { stopSentence } from '../agent/stop-reason.ts';
import type { KeptRun, RunList } from '../books/run-list.ts';
import { kindWords } from './earnings-sheet.ts';
import { type Cell, csvFile, isoDay, isoMoment, spreadsheet } from './spreadsheet.ts';

/** Some years of jobs, and as much as a window takes in one answer. */
const MOST_ROWS = 200_000;
const MICROS = 1_000_000;
const HOUR = 3_600_000;
const JOULES_PER_KWH = 3_600_000;

const HEADINGS: readonly Words[] = [
  { en: 'Date', de: 'Datum' },
  { en: 'Job ID', de: 'Job-ID' },
  { en: 'Title', de: 'Titel' },
  { en: 'Kind', de: 'Art' },
  { en: 'Network', de: 'Netzwerk' },
  { en: 'GPU', de: 'GPU' },
  { en: 'Start', de: 'Beginn' },
  { en: 'End', de: 'Ende' },
  { en: 'Time (hours)', de: 'Dauer (Stunden)' },
  { en: 'Amount (USD)', de: 'Betrag (USD)' },
  { en: 'Test credits (not money)', de: 'Testpunkte (kein Geld)' },
  { en: 'Currency', de: 'Währung' },
  { en: 'Energy (kWh)', de: 'Energie (kWh)' },
  { en: 'Electricity price (USD per kWh)', de: 'Strompreis (USD je kWh)' },
  { en: 'Electricity cost (USD)', de: 'Stromkosten (USD)' },
  { en: 'Status', de: 'Status' },
  { en: 'Reason', de: 'Grund' },
  { en: 'Receipt', de: 'Beleg' },
];
const TEST_CREDITS: Words = { en: 'test credits', de: 'Testpunkte' };
const OUTCOMES: Readonly<Record<RunOutcome, Words>> = {
  running: { en: 'Running', de: 'Läuft' },
  claimed: { en: 'Claimed, not yet confirmed', de: 'Angemeldet, noch nicht bestätigt' },
  credited: { en: 'Confirmed', de: 'Bestätigt' },
  voided: { en: 'Rejected', de: 'Abgelehnt' },
  stopped: { en: 'Stopped', de: 'Abgebrochen' },
  failed: { en: 'Failed', de: 'Fehlgeschlagen' },
};

const cell = (number: number | null, digits: number): Cell =>
  number === null ? null : { number, digits };

/** For whom it is written. */
type Sheet = { readonly language: Language; readonly locale: string };

/**
 * Every run of the filter, newest first, as a tax return wants it: what was earned when, from whom, what the electricity
 * cost, and the number of the receipt that proves it. The day is the one on which the work was finished.
 */
export function runsSheet(
  books: RunList,
  filter: RunFilter,
  { language, locale }: Sheet,
  now: Millis,
) {
  return csvFile(
    `offpeak-jobs-${isoDay(now)}.csv`,
    spreadsheet(
      HEADINGS.map((words) => say(words, language)),
      rowsOf(books, filter, { language, locale }),
      locale,
    ),
  );
}

function* rowsOf(books: RunList, filter: RunFilter, reader: Sheet): Generator<Cell[]> {
  for (const run of books.everyRun(filter, MOST_ROWS)) yield row(books, run, reader);
}

function row(books: RunList, run: KeptRun, reader: Sheet): Cell[] {
  const { language } = reader;
  const { startedAt, endedAt, joules, electricity, amount, test, outcome, because } = run;
  const earned = amount === null ? null : amount / MICROS;
  const used = joules === null ? null : joules / JOULES_PER_KWH;
  const cost = electricity === null ? null : electricity / MICROS;
  return [
    isoDay(endedAt ?? startedAt),
    run.job,
    run.title,
    kindWords(run.what, language),
    run.network,
    run.gpu,
    isoMoment(startedAt),
    endedAt === null ? null : isoMoment(endedAt),
    cell(endedAt === null ? null : (endedAt - startedAt) / HOUR, 4),
    cell(test ? null : earned, 6),
    cell(test ? earned : null, 6),
    test ? say(TEST_CREDITS, language) : 'USD',
    cell(used, 6),
    cell(used && cost !== null ? cost / used : null, 4),
    cell(cost, 6),
    say(OUTCOMES[outcome], language),
    because ? stopSentence(because, reader) : null,
    outcome === 'credited' ? receiptNumber(books, run) : null,
  ];
}

/** Written down with the credit; worked out for those from before that. */
function receiptNumber(books: RunList, { job, fence, receipt }: KeptRun): string | null {
  if (receipt !== null) return receipt;
  for (const line of books.storyOf(job).lines)
    if (line.kind === 'credited' && line.fence === fence)
      return receiptDigest(line.receipt.receipt);
  return null;
}
