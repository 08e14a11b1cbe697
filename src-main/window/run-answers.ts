import { receiptDigest } from '../../src-network/receipt-digest.ts';
import type { Reader } from '../../src-shared/language/reader.ts';
import type { Answered, Run, RunEvent, RunFilter } from '../../src-shared/question.ts';
import type { SignedReceipt } from '../../src-shared/receipt.ts';
import { said } from '../../src-shared/said.ts';
import { stopSentence } from '../agent/stop-reason.ts';
import type { KeptRun, RunList, RunStory } from '../books/run-list.ts';

/** More than this happened to one job only if something is broken; the latest is what matters then. */
const MOST_EVENTS = 200;

/** A run for the window, its reason as a sentence. */
function shown(run: KeptRun, reader: Reader): Run {
  const { id, job, title, what, network, gpu, startedAt, endedAt } = run;
  const { joules, electricity, amount, test, outcome } = run;
  const because = run.because ? stopSentence(run.because, reader) : '';
  return {
    ...{ id, job, title, what, network, gpu, startedAt, endedAt },
    ...{ joules, electricity, amount, test, outcome, because },
  };
}

/** A page of the history, with the sums of its days. */
export function runsAnswer(
  books: RunList,
  filter: RunFilter,
  before: number | null,
  reader: Reader,
): Answered {
  const { runs, more } = books.runs(filter, before);
  return {
    kind: 'runs',
    runs: runs.map((run) => shown(run, reader)),
    days: books.runDays(
      filter,
      runs.map(({ startedAt }) => startedAt),
    ),
    more,
  };
}

/** One run, all that happened to its job on this machine, and the proof of its pay. */
export function runAnswer(books: RunList, id: number, reader: Reader): Answered {
  const run = books.run(id);
  if (!run) return { kind: 'refused', detail: said('noSuchRun') };
  const story = books.storyOf(run.job);
  const signed = receiptOf(run, story);
  return {
    kind: 'run',
    run: shown(run, reader),
    events: eventsOf(story, reader),
    receipt: signed && {
      id: run.receipt ?? receiptDigest(signed.receipt),
      signer: signed.signer,
      cumulative: signed.receipt.cumulative,
    },
  };
}

function receiptOf({ fence }: KeptRun, { lines }: RunStory): SignedReceipt | null {
  for (const line of lines)
    if (line.kind === 'credited' && line.fence === fence) return line.receipt;
  return null;
}

/** From the runs when it came and went, from the ledger what it was worth; oldest first. */
function eventsOf({ runs, lines }: RunStory, reader: Reader): RunEvent[] {
  const events: RunEvent[] = [];
  for (const { startedAt, endedAt, gpu, outcome, because } of runs) {
    events.push({ at: startedAt, what: 'assigned', detail: gpu });
    if (endedAt !== null && (outcome === 'stopped' || outcome === 'failed'))
      events.push({
        at: endedAt,
        what: outcome,
        detail: because ? stopSentence(because, reader) : '',
      });
  }
  for (const line of lines)
    if (line.kind !== 'energy')
      events.push({
        at: line.at,
        what: line.kind,
        detail: line.kind === 'voided' ? stopSentence(saidBy(line), reader) : '',
      });
  return events.sort((a, b) => a.at - b.at).slice(-MOST_EVENTS);
}

const saidBy = ({ because }: { readonly because: string }) =>
  ({ kind: 'said', detail: because }) as const;
