import { recoverTypedDataAddress } from 'viem';
import type { JobId } from '../src-shared/job.ts';
import {
  type Address,
  type AgentId,
  RECEIPT_DOMAIN,
  RECEIPT_TYPES,
  receiptMessage,
  type SignedReceipt,
} from '../src-shared/receipt.ts';
import { type Said, said } from '../src-shared/said.ts';
import type { MicroUsd } from '../src-shared/units.ts';

/** What we know that the receipt must say. */
export type Expected = {
  readonly agent: AgentId;
  readonly job: JobId;
  readonly fence: number;
  /** What the job was to pay. */
  readonly amount: MicroUsd;
  readonly test: boolean;
  /** Who signs for this network, as it said when the session began. */
  readonly signer: Address;
  /**
   * The highest sum this signer ever promised this agent (money or test credits, like the job), and the sum of what its
   * receipts credited so far.
   */
  readonly previous: { readonly cumulative: MicroUsd; readonly credited: MicroUsd };
};

export type ReceiptVerdict =
  | { readonly kind: 'ok' }
  | { readonly kind: 'refused'; readonly detail: Said };

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** What is wrong with the words of a receipt, before anybody asks who signed it; null if nothing. */
function misstated({ receipt, signer }: SignedReceipt, expected: Expected): string | null {
  const { previous } = expected;
  if (!same(signer, expected.signer))
    return `it names ${signer} as its signer, not ${expected.signer}`;
  if (receipt.agent !== expected.agent) return `it is for another agent, ${receipt.agent}`;
  if (receipt.job !== expected.job) return `it is for job ${receipt.job}, not ${expected.job}`;
  if (receipt.fence !== expected.fence)
    return `it is for attempt ${receipt.fence} of the job, not ${expected.fence}`;
  if (receipt.test !== expected.test)
    return receipt.test ? 'it pays test credits instead of money' : 'it pays money for a test job';
  if (receipt.amount !== expected.amount)
    return `it pays ${receipt.amount} millionths, but the job was to pay ${expected.amount}`;
  // Receipts may arrive in another order than they were signed in (an old one is said again after a reconnect), so it is
  // not this one's sum alone that must have grown: the highest sum must cover everything credited.
  const promised = Math.max(receipt.cumulative, previous.cumulative);
  const owed = previous.credited + receipt.amount;
  if (receipt.cumulative < receipt.amount || promised < owed)
    return `its sum of ${receipt.cumulative} millionths leaves out earlier pay: ${owed} are owed`;
  return null;
}

/**
 * Whether a receipt is worth what it says: the right words, signed (EIP-712) by the signer this network named. Never
 * throws on a receipt that parsed.
 */
export async function checkReceipt(
  signed: SignedReceipt,
  expected: Expected,
): Promise<ReceiptVerdict> {
  const fault = misstated(signed, expected) ?? (await missigned(signed));
  return fault === null
    ? { kind: 'ok' }
    : { kind: 'refused', detail: said('receiptRefused', { job: expected.job, why: fault }) };
}

/** Whether somebody else than the named signer signed; null if it was them. */
async function missigned({ receipt, signer, signature }: SignedReceipt): Promise<string | null> {
  try {
    const found = await recoverTypedDataAddress({
      domain: RECEIPT_DOMAIN,
      types: RECEIPT_TYPES,
      primaryType: 'Receipt',
      message: receiptMessage(receipt),
      signature,
    });
    return same(found, signer) ? null : 'its signature is not by its signer';
  } catch {
    // The curve's arithmetic throws on numbers that are no signature at all.
    return 'its signature cannot be read';
  }
}
