import { expect, test } from 'vitest';
import { claimOf, creditOf, givenBack, lossOf } from '../../../src-main/network/answers.ts';
import { receiptDigest } from '../../../src-network/receipt-digest.ts';
import { JobId } from '../../../src-shared/job.ts';
import { quote } from '../../../src-shared/said.ts';
import { microUsd, minutes } from '../../../src-shared/units.ts';
import { T0 } from '../../worlds/machine.ts';
import { lease } from '../books/books-samples.ts';
import { lane, outputs, receiptFor } from '../books/ledger-samples.ts';

const result = {
  lease: 'L',
  job: JobId.parse('a'),
  fence: 3,
  outputs,
  amount: microUsd(700),
  test: false,
};

test('a finished job is claimed for what its offer promised, and for the time it ran', () => {
  const done = { kind: 'done', outputs, activeFor: minutes(7) } as const;
  expect(claimOf(lane, lease('L', 'a', 3), done, T0)).toEqual({
    kind: 'claimed',
    at: T0,
    job: 'a',
    fence: 3,
    lane,
    title: 'Job a',
    what: 'kernel',
    amount: 500,
    test: true,
    activeFor: minutes(7),
  });
});

test('a receipt that holds is pay: what the job was to pay, under the receipt’s own number', () => {
  const signed = receiptFor({ fence: 3, amount: 700, test: false });
  expect(creditOf(result, signed, { kind: 'ok' }, T0)).toEqual({
    kind: 'credit',
    entry: {
      kind: 'credited',
      at: T0,
      job: 'a',
      fence: 3,
      amount: 700,
      test: false,
      receipt: signed,
    },
    number: receiptDigest(signed.receipt),
  });
});

test('a receipt that does not hold is no pay, and the owner hears why', () => {
  const refused = { kind: 'refused', detail: quote('it is for another agent') } as const;
  expect(creditOf(result, receiptFor(), refused, T0)).toEqual(refused);
});

test('a lease that is called back takes its claim with it; one that nothing was claimed for just ends', () => {
  expect(lossOf(result, 'finished elsewhere', T0)).toEqual({
    kind: 'void',
    entry: { kind: 'voided', at: T0, job: 'a', fence: 3, because: 'finished elsewhere' },
  });
  expect(lossOf(null, 'its deadline has passed', T0)).toEqual({
    kind: 'drop',
    end: {
      at: T0,
      outcome: 'stopped',
      because: { kind: 'said', detail: 'its deadline has passed' },
    },
  });
});

test('however long the network speaks, the books keep a paragraph of it', () => {
  const long = 'x'.repeat(9999);
  const claimed = lossOf(result, long, T0);
  const dropped = lossOf(null, long, T0);
  expect(claimed.kind === 'void' && claimed.entry.because).toHaveLength(500);
  expect(dropped).toMatchObject({ end: { because: { detail: 'x'.repeat(500) } } });
});

test('a job that the network has back ended here for that', () => {
  expect(givenBack(T0)).toEqual({ at: T0, outcome: 'stopped', because: { kind: 'given-back' } });
});
