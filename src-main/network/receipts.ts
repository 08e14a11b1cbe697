import { checkReceipt } from '../../src-network/receipt-check.ts';
import type { FromGateway } from '../../src-shared/network-protocol.ts';
import type { Address, AgentId, SignedReceipt } from '../../src-shared/receipt.ts';
import type { Said } from '../../src-shared/said.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { Books } from '../books/books.ts';
import { creditOf, givenBack, lossOf } from './answers.ts';
import type { SureWrite } from './sure-write.ts';

/** Who signs the network's receipts, and whom they must name. */
export type Payer = { readonly signer: Address; readonly agent: AgentId };

type Parts = {
  readonly books: Books;
  readonly surely: SureWrite;
  readonly now: () => Millis;
  readonly notice: (what: Said) => void;
  readonly changed: () => void;
};

/** The network's answers about leases and results, written into the books. */
export function openReceipts({ books, surely, now, notice, changed }: Parts) {
  async function receive(lease: string, signed: SignedReceipt, payer: Payer): Promise<void> {
    const held = books.result(lease);
    if (!held) return; // Credited before: a receipt said twice.
    const { job, fence, amount, test } = held;
    const previous = books.standing(payer.signer, payer.agent, test);
    const verdict = await checkReceipt(signed, { ...payer, job, fence, amount, test, previous });
    const credit = creditOf(held, signed, verdict, now());
    if (credit.kind === 'refused') return notice(credit.detail);
    if (await surely(() => books.credit(lease, credit.entry, credit.number))) changed();
  }

  return {
    hear(message: Extract<FromGateway, { kind: 'receipt' | 'settled' }>, payer: Payer): void {
      const { lease } = message;
      if (message.kind === 'receipt') void receive(lease, message.signed, payer);
      else {
        const end = givenBack(now());
        void surely(() => books.dropLease(lease, end));
      }
    },

    /** The lease is gone for good: forget it, and take back what was claimed for it. */
    async forget(lease: string, detail: string): Promise<void> {
      const loss = lossOf(books.result(lease), detail, now());
      await surely(() =>
        loss.kind === 'void'
          ? books.voidClaim(lease, loss.entry)
          : books.dropLease(lease, loss.end),
      );
      changed();
    },
  };
}
