import { privateKeyToAccount } from 'viem/accounts';
import { z } from 'zod';
import { inTransaction, statement } from '../../src-disk/database.ts';
import type { Pay } from '../../src-shared/job.ts';
import {
  type Address,
  RECEIPT_DOMAIN,
  RECEIPT_TYPES,
  Receipt,
  receiptMessage,
  SignedReceipt,
} from '../../src-shared/receipt.ts';
import { type Millis, microUsd } from '../../src-shared/units.ts';
import type { Lease } from '../queue/queue.ts';
import type { Book } from './book.ts';

const Row = z
  .object({
    job: z.string(),
    fence: z.int(),
    agent: z.string(),
    amount: z.int(),
    cumulative: z.int(),
    test: z.int(),
    issued_at: z.int(),
  })
  .transform((row) => Receipt.parse({ ...row, test: row.test === 1, issuedAt: row.issued_at }));

export type Receipts = Readonly<{
  signer: Address;
  /** The receipt of this very delivery, if it was paid. */
  find(lease: Lease): Promise<SignedReceipt | null>;
  /**
   * Adds `pay` to what the agent is owed and signs the new sum. Saying it again for the same lease gives the same
   * receipt. Null where the job was paid to another delivery: nothing is ever paid twice.
   */
  issue(lease: Lease, pay: Pay): Promise<SignedReceipt | null>;
  /** Whether a job that was done at `at` would be in this book, had it been paid. */
  covers(at: Millis): boolean;
}>;

/**
 * What is owed: one row per paid job, one running sum per agent for money and one for test credits. `since`: when
 * the book began, where it follows one that was lost.
 */
export function openReceipts(
  { db }: Book,
  signerKey: `0x${string}`,
  options: Readonly<{ now: () => Millis; since: Millis | null }>,
): Receipts {
  const account = privateKeyToAccount(signerKey);
  const byJob = statement(db, 'SELECT * FROM receipts WHERE job = ?', Row);
  const owed = statement(
    db,
    'SELECT coalesce(max(cumulative), 0) AS sum FROM receipts WHERE agent = ? AND test = ?',
    z.object({ sum: z.int() }),
  );
  const insert = statement(
    db,
    'INSERT INTO receipts (job, fence, agent, amount, cumulative, test, issued_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    z.object({}),
  );

  // Not stored: ECDSA with RFC 6979 gives the same signature for the same receipt and key.
  const sign = async (receipt: Receipt): Promise<SignedReceipt> => {
    const signature = await account.signTypedData({
      domain: RECEIPT_DOMAIN,
      types: RECEIPT_TYPES,
      primaryType: 'Receipt',
      message: receiptMessage(receipt),
    });
    return SignedReceipt.parse({ receipt, signer: account.address, signature });
  };
  const forLease = (receipt: Receipt | null, { agent, fence }: Lease) =>
    receipt && receipt.agent === agent && receipt.fence === fence ? receipt : null;

  return {
    signer: account.address,
    async find(lease) {
      const receipt = forLease(byJob.get(lease.job), lease);
      return receipt && sign(receipt);
    },
    async issue(lease, pay) {
      const receipt = inTransaction(db, () => {
        const known = byJob.get(lease.job);
        if (known) return forLease(known, lease);
        const test = pay.test ? 1 : 0;
        const sum = microUsd((owed.get(lease.agent, test)?.sum ?? 0) + pay.amount);
        insert.run(lease.job, lease.fence, lease.agent, pay.amount, sum, test, options.now());
        return byJob.get(lease.job);
      });
      return receipt && sign(receipt);
    },
    covers: (at) => options.since === null || at >= options.since,
  };
}
