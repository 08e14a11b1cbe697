import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openBook } from '../../src-exchange/receipts/book.ts';
import { openReceipts } from '../../src-exchange/receipts/receipts.ts';
import { JobId } from '../../src-shared/job.ts';
import { AgentId } from '../../src-shared/receipt.ts';
import { microUsd, millis } from '../../src-shared/units.ts';
import { tempFolder } from '../worlds/temp-folder.ts';

const KEY = `0x${'11'.repeat(32)}` as const;
const agents = ['A', 'B'].map((letter) => AgentId.parse(letter.repeat(43)));

test('what an agent is owed is the exact sum of its jobs, each once, money and test credits apart', async () => {
  const payment = fc.record({
    job: fc.nat(12),
    agent: fc.constantFrom(...agents),
    fence: fc.integer({ min: 1, max: 2 }),
    amount: fc.integer({ min: 0, max: 1_000_000_000 }),
    test: fc.boolean(),
  });
  const property = fc.asyncProperty(fc.array(payment, { maxLength: 25 }), async (payments) => {
    const folder = tempFolder();
    const options = { now: () => millis(1000), notice: () => {} };
    const file = openBook(join(folder, 'receipts.db'), options);
    const book = openReceipts(file, KEY, { ...options, since: null });
    const paid = new Map<number, (typeof payments)[number]>();
    const sums = new Map<string, number>();
    for (const payment of payments) {
      const { agent, fence, amount, test } = payment;
      const lease = { job: JobId.parse(`job-${payment.job}`), agent, fence };
      const signed = await book.issue(lease, { amount: microUsd(amount), test });
      const before = paid.get(payment.job);
      if (before && (before.agent !== agent || before.fence !== fence)) {
        expect(signed).toBeNull();
        continue;
      }
      expect(await book.find(lease)).toEqual(signed);
      if (before) {
        expect(signed?.receipt.amount).toBe(before.amount);
        continue;
      }
      paid.set(payment.job, payment);
      const sum = (sums.get(agent + test) ?? 0) + amount;
      sums.set(agent + test, sum);
      expect(signed?.receipt).toMatchObject({ amount, test, cumulative: sum });
    }
    file.db.close();
  });
  await fc.assert(property, { numRuns: 15 });
});
