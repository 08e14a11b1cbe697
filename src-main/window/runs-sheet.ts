import { receiptDigest } from '../../src-network/receipt-digest.ts';
import { type Language, say, type Words } from '../../src-shared/language/language.ts';
import type { RunFilter } from '../../src-shared/question.ts';
import type { Millis } from '../../src-shared/units.ts';
import { stopSentence } from '../agent/stop-reason.ts';
import type { KeptRun, RunList } from '../books/run-list.ts';
import { jobsTable, kindsInTables, outcomesInTables } from '../words/table-words.ts';
import { type Cell, csvFile, isoDay, isoMoment, spreadsheet } from './spreadsheet.ts';

/** Some years of jobs, and as much as a window takes in one answer. */
const MOST_ROWS = 200_000;
const MICROS = 1_000_000;
const HOUR = 3_600_000;
const JOULES_PER_KWH = 3_600_000;

const cell = (number: number | null, digits: number): Cell =>
  number === null ? null : { number, digits };

/** For whom it is written. */
type Sheet = { readonly language: Language; readonly locale: string };
type Row = { readonly books: RunList; readonly run: KeptRun; readonly reader: Sheet };

const earned = ({ amount }: KeptRun): number | null => (amount === null ? null : amount / MICROS);
const used = (run: KeptRun): number | null =>
  run.joules === null ? null : run.joules / JOULES_PER_KWH;
const cost = (run: KeptRun): number | null =>
  run.electricity === null ? null : run.electricity / MICROS;
const price = (run: KeptRun): number | null => {
  const [all, energy] = [cost(run), used(run)];
  return energy && all !== null ? all / energy : null;
};

/** The columns from left to right: each heading with what stands below it. */
const COLUMNS: readonly (readonly [heading: Words, cellOf: (row: Row) => Cell])[] = [
  [jobsTable.date, ({ run }) => isoDay(run.endedAt ?? run.startedAt)],
  [jobsTable.job, ({ run }) => run.job],
  [jobsTable.title, ({ run }) => run.title],
  [jobsTable.kind, ({ run, reader }) => say(kindsInTables[run.what], reader.language)],
  [jobsTable.network, ({ run }) => run.network],
  [jobsTable.gpu, ({ run }) => run.gpu],
  [jobsTable.start, ({ run }) => isoMoment(run.startedAt)],
  [jobsTable.end, ({ run }) => (run.endedAt === null ? null : isoMoment(run.endedAt))],
  [
    jobsTable.time,
    ({ run }) => cell(run.endedAt === null ? null : (run.endedAt - run.startedAt) / HOUR, 4),
  ],
  [jobsTable.amount, ({ run }) => cell(run.test ? null : earned(run), 6)],
  [jobsTable.test, ({ run }) => cell(run.test ? earned(run) : null, 6)],
  [
    jobsTable.currency,
    ({ run, reader }) => (run.test ? say(jobsTable.testCredits, reader.language) : 'USD'),
  ],
  [jobsTable.energy, ({ run }) => cell(used(run), 6)],
  [jobsTable.price, ({ run }) => cell(price(run), 4)],
  [jobsTable.cost, ({ run }) => cell(cost(run), 6)],
  [jobsTable.status, ({ run, reader }) => say(outcomesInTables[run.outcome], reader.language)],
  [jobsTable.reason, ({ run, reader }) => (run.because ? stopSentence(run.because, reader) : null)],
  [
    jobsTable.receipt,
    ({ books, run }) => (run.outcome === 'credited' ? receiptNumber(books, run) : null),
  ],
];

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
      COLUMNS.map(([heading]) => say(heading, language)),
      rowsOf(books, filter, { language, locale }),
      locale,
    ),
  );
}

function* rowsOf(books: RunList, filter: RunFilter, reader: Sheet): Generator<Cell[]> {
  for (const run of books.everyRun(filter, MOST_ROWS)) {
    const row = { books, run, reader };
    yield COLUMNS.map(([, cellOf]) => cellOf(row));
  }
}

/** Written down with the credit; worked out for those from before that. */
function receiptNumber(books: RunList, { job, fence, receipt }: KeptRun): string | null {
  if (receipt !== null) return receipt;
  for (const line of books.storyOf(job).lines)
    if (line.kind === 'credited' && line.fence === fence)
      return receiptDigest(line.receipt.receipt);
  return null;
}
