import { recoverAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, test } from 'vitest';
import { openAnswers } from '../../../src-main/window/answers.ts';
import {
  Answer,
  Question,
  type QuestionInput,
  RUNS_AT_ONCE,
} from '../../../src-shared/question.ts';
import {
  RECEIPT_DOMAIN,
  RECEIPT_TYPES,
  receiptMessage,
  SignedReceipt,
} from '../../../src-shared/receipt.ts';
import { quote, said } from '../../../src-shared/said.ts';
import { millis } from '../../../src-shared/units.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';
import { lease, openClean, START } from '../books/books-samples.ts';
import { claimed, credited, outputs, receiptFor, voided } from '../books/ledger-samples.ts';

const all = { pay: null, what: null, outcome: null, search: '' } as const;

/** Nothing but the books is asked. */
const alone = {
  launchers: () => [],
  draw: () => {
    throw new Error('nobody asked for a picture');
  },
  recentLog: () => [],
};

function asked() {
  const books = openClean(tempFolder());
  const answer = openAnswers({ ...alone, reader: () => ({}), books, now: () => millis(1_000_000) });
  /** Every answer goes through the border of the window. */
  const ask = (question: QuestionInput) => Answer.parse(answer(Question.parse(question)));
  return { books, ask, answer };
}
const at = (time: number) => ({ ...START, at: millis(time) });

describe('the history of jobs', () => {
  test('is answered page by page, with the sums of the days on it', () => {
    const { books, ask } = asked();
    for (let n = 0; n <= RUNS_AT_ONCE; n++) {
      books.takeLease(lease(`L${n}`, `job-${n}`), at(n));
      books.finish(`L${n}`, outputs, claimed({ job: `job-${n}`, at: n, amount: 3 }));
    }
    const first = ask({ kind: 'runs', filter: all, before: null });
    if (first.kind !== 'runs') throw new Error(first.kind);
    expect(first).toMatchObject({ more: true, days: [{ test: 3 * (RUNS_AT_ONCE + 1), money: 0 }] });
    expect(first.runs).toHaveLength(RUNS_AT_ONCE);
    const before = first.runs.at(-1)?.id ?? null;
    // The rest of a day has the sums of all of it once more.
    expect(ask({ kind: 'runs', filter: all, before })).toMatchObject({
      more: false,
      runs: [{ job: 'job-0' }],
      days: [{ test: 3 * (RUNS_AT_ONCE + 1) }],
    });
  });

  test('says in words why a job stopped', () => {
    const { books, ask } = asked();
    books.takeLease(lease('L', 'a'), at(1));
    const because = { kind: 'game-running', title: 'Half-Life 2', path: '/hl2' } as const;
    books.endRun('L', { at: millis(5), outcome: 'stopped', because });
    books.takeLease(lease('M', 'b'), at(2));
    books.endRun('M', {
      at: millis(6),
      outcome: 'failed',
      because: { kind: 'fault', fault: 'timed-out', detail: quote('no step ended in 60 s') },
    });
    expect(ask({ kind: 'runs', filter: all, before: null })).toMatchObject({
      runs: [
        { because: 'It took too long. no step ended in 60 s.' },
        { because: 'Half-Life 2 was started.' },
      ],
    });
  });

  test('tells all that happened to one job here, over all its runs, oldest first', () => {
    const { books, ask } = asked();
    books.takeLease(lease('L', 'a'), at(10));
    books.endRun('L', {
      at: millis(20),
      outcome: 'stopped',
      because: { kind: 'owner-active', startsAfter: millis(5) },
    });
    books.dropLease('L', { at: millis(21), outcome: 'stopped', because: { kind: 'given-back' } });
    books.takeLease(lease('M', 'a', 2), at(30));
    books.finish('M', outputs, claimed({ fence: 2, at: 40 }));
    books.voidClaim('M', voided({ fence: 2, at: 50 }));
    books.takeLease(lease('N', 'a', 3), at(60));
    books.finish('N', outputs, claimed({ fence: 3, at: 70 }));
    books.credit('N', credited({ fence: 3, at: 80 }));
    const page = ask({ kind: 'runs', filter: all, before: null });
    const id = page.kind === 'runs' ? page.runs[1]?.id : undefined;
    expect(ask({ kind: 'run', id: id ?? 0 })).toMatchObject({
      run: { outcome: 'voided', amount: 0 },
      receipt: null,
      events: [
        { at: 10, what: 'assigned', detail: 'A card' },
        { at: 20, what: 'stopped', detail: 'You came back to this PC.' },
        { at: 30, what: 'assigned' },
        { at: 40, what: 'claimed' },
        { at: 50, what: 'voided', detail: 'finished elsewhere.' },
        { at: 60, what: 'assigned' },
        { at: 70, what: 'claimed' },
        { at: 80, what: 'credited' },
      ],
    });
  });

  test('that does not know a run says so', () => {
    expect(asked().answer(Question.parse({ kind: 'run', id: 7 }))).toEqual({
      kind: 'refused',
      detail: said('noSuchRun'),
    });
  });
});

test('the number of a receipt is what its signer signed: from it and the signature comes the signer', async () => {
  const { books, ask } = asked();
  const account = privateKeyToAccount(`0x${'7'.repeat(64)}`);
  const { receipt } = receiptFor({ amount: 500, cumulative: 900 });
  const signature = await account.signTypedData({
    domain: RECEIPT_DOMAIN,
    types: RECEIPT_TYPES,
    primaryType: 'Receipt',
    message: receiptMessage(receipt),
  });
  const signed = SignedReceipt.parse({ receipt, signer: account.address, signature });
  books.append(claimed());
  books.append({ ...credited(), receipt: signed });
  const answer = ask({ kind: 'run', id: 1 });
  if (answer.kind !== 'run' || !answer.receipt) throw new Error('no receipt');
  const { id, signer, cumulative } = answer.receipt;
  expect({ signer, cumulative }).toEqual({ signer: account.address, cumulative: 900 });
  expect(await recoverAddress({ hash: id as `0x${string}`, signature })).toBe(account.address);
});

test('tables are files with the names and customs that were asked for', () => {
  const { books, ask } = asked();
  books.append(claimed({ at: 900_000 }));
  const table = { kind: 'csv', language: 'de', locale: 'de-DE' } as const;
  const earnings = ask({ ...table, what: { kind: 'earnings', range: '30d' } });
  expect(earnings).toMatchObject({ kind: 'file', type: 'text/csv;charset=utf-8' });
  const jobs = ask({ ...table, what: { kind: 'runs', filter: { ...all, pay: 'money' } } });
  // Its only job pays test credits: the headings alone are left.
  if (jobs.kind !== 'file') throw new Error(jobs.kind);
  expect(jobs.text.split('\r\n')).toHaveLength(2);
});
