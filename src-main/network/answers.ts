import type { z } from 'zod';
import type { ReceiptVerdict } from '../../src-network/receipt-check.ts';
import { receiptDigest } from '../../src-network/receipt-digest.ts';
import type { Claimed, Credited, Voided } from '../../src-shared/earnings.ts';
import type { LaneId } from '../../src-shared/gpu.ts';
import type { Outcome } from '../../src-shared/job.ts';
import type { SignedReceipt } from '../../src-shared/receipt.ts';
import type { Said } from '../../src-shared/said.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { HeldLease } from '../books/held-lease.ts';
import type { RunEnd } from '../books/runs.ts';
import type { Unsettled } from '../books/work.ts';

/** What the books keep of the network's own words. */
const LONGEST_DETAIL = 500;

/** What a receipt means: `number` is the receipt's own. */
export type Credit =
  | { readonly kind: 'credit'; readonly entry: z.infer<typeof Credited>; readonly number: string }
  /** It does not hold. The claim stays, and the owner is told. */
  | { readonly kind: 'refused'; readonly detail: Said };

/** What it means that a lease is over: what was claimed for it is void, or its run just ends. */
export type Loss =
  | { readonly kind: 'void'; readonly entry: z.infer<typeof Voided> }
  | { readonly kind: 'drop'; readonly end: RunEnd };

/** What a finished job is claimed for. */
export const claimOf = (
  lane: LaneId,
  { job, fence }: Pick<HeldLease, 'job' | 'fence'>,
  { activeFor }: Extract<Outcome, { kind: 'done' }>,
  at: Millis,
): z.infer<typeof Claimed> => ({
  kind: 'claimed',
  at,
  job: job.id,
  fence,
  lane,
  title: job.title,
  what: job.kind,
  amount: job.pay.amount,
  test: job.pay.test,
  activeFor,
});

/** The network pays for this result, if its receipt was found good. */
export function creditOf(
  { job, fence, amount, test }: Unsettled,
  receipt: SignedReceipt,
  verdict: ReceiptVerdict,
  at: Millis,
): Credit {
  if (verdict.kind === 'refused') return verdict;
  return {
    kind: 'credit',
    entry: { kind: 'credited', at, job, fence, amount, test, receipt },
    number: receiptDigest(receipt.receipt),
  };
}

/** The lease is gone for good; `claimed`: what was claimed for it, if its result was on its way. */
export function lossOf(claimed: Unsettled | null, detail: string, at: Millis): Loss {
  const because = detail.slice(0, LONGEST_DETAIL);
  if (!claimed)
    return {
      kind: 'drop',
      end: { at, outcome: 'stopped', because: { kind: 'said', detail: because } },
    };
  const { job, fence } = claimed;
  return { kind: 'void', entry: { kind: 'voided', at, job, fence, because } };
}

/** The network has the job back. Its run has ended before, with a reason of its own, unless the disk did not take that. */
export const givenBack = (at: Millis): RunEnd => ({
  at,
  outcome: 'stopped',
  because: { kind: 'given-back' },
});
