import { checkReceipt } from '../src-network/receipt-check.ts';
import type { NamedBlob } from '../src-shared/blob.ts';
import type { LaneId } from '../src-shared/gpu.ts';
import type { Outcome } from '../src-shared/job.ts';
import type { FromGateway } from '../src-shared/network-protocol.ts';
import type { Address, AgentId, SignedReceipt } from '../src-shared/receipt.ts';
import { type Millis, seconds } from '../src-shared/units.ts';
import type { BlobStore } from './blob-store.ts';
import type { Books } from './books.ts';
import type { HeldLease } from './books-work.ts';
import type { Written } from './disk-trouble.ts';
import type { Line } from './line.ts';

/** A disk that is full now may have room again this much later. */
const RETRY_EVERY = seconds(5);

type Done = Extract<Outcome, { kind: 'done' }>;

/** Who signs the network's receipts, and whom they must name. */
export type Payer = { readonly signer: Address; readonly agent: AgentId };

type Options = {
  readonly books: Books;
  readonly store: BlobStore;
  readonly line: Line;
  readonly now: () => Millis;
  readonly notice: (sentence: string) => void;
  /** The ledger changed. */
  readonly changed: () => void;
  readonly signal: AbortSignal;
};

/** Everything said to the network about jobs, so that each word can be lost and said again. */
export function openDelivery(options: Options) {
  const { books, store, line, now, notice, changed, signal } = options;
  /** Results on their way this moment: a second try would only send the same bytes again. */
  const sending = new Set<string>();

  /** Repeats a write until the disk takes it; false where it makes no sense or we are closing. */
  async function surely(write: () => Written): Promise<boolean> {
    for (let told = false; ; told = true) {
      const written = write();
      if (written.kind === 'ok') return true;
      if (written.kind === 'refused' || !told) notice(written.detail);
      if (written.kind === 'refused' || !(await pause(RETRY_EVERY, signal))) return false;
    }
  }

  /** All blobs at the network, or false. */
  async function upload(blobs: readonly NamedBlob[]): Promise<boolean> {
    for (const { sha256 } of blobs) {
      const got = await store.get(sha256);
      if (got.kind === 'missing') return false;
      const sent = await line.upload(got.bytes, signal);
      if (sent.kind !== 'ok') return false;
    }
    return true;
  }

  async function deliver(lease: string): Promise<void> {
    if (sending.has(lease)) return;
    sending.add(lease);
    try {
      const result = books.outbox().find((row) => row.lease === lease);
      if (result && (await upload(result.outputs)))
        line.send({ kind: 'result', lease, outputs: [...result.outputs] });
    } finally {
      sending.delete(lease);
    }
  }

  /** Gives a job back with the last checkpoint that is safe; its row goes when the network says so. */
  async function release(lease: string): Promise<void> {
    const held = books.leases().find((row) => row.lease === lease);
    if (!held) return;
    const { checkpoint } = held;
    const whole = checkpoint !== null && (await upload(checkpoint.buffers));
    line.send({ kind: 'release', lease, checkpoint: whole ? checkpoint : null });
  }

  async function receive(lease: string, signed: SignedReceipt, payer: Payer): Promise<void> {
    const held = books.outbox().find((row) => row.lease === lease);
    if (!held) return; // Credited before: a receipt said twice.
    const { job, fence, amount, test } = held;
    const previous = books.standing(payer.signer, payer.agent, test);
    const verdict = await checkReceipt(signed, { ...payer, job, fence, amount, test, previous });
    if (verdict.kind === 'refused') return notice(verdict.detail);
    const credited = {
      kind: 'credited',
      at: now(),
      job,
      fence,
      amount,
      test,
      receipt: signed,
    } as const;
    if (await surely(() => books.credit(lease, credited))) changed();
  }

  return {
    take(held: HeldLease): void {
      const written = books.takeLease(held);
      // Not written down: after a crash the network's own clock gives the job to someone else.
      if (written.kind !== 'ok') notice(written.detail);
    },

    /** The result is ours to be paid for: claim it, then send it until there is an answer. */
    async finish(
      lane: LaneId,
      held: Omit<HeldLease, 'checkpoint' | 'lane'>,
      { outputs, activeFor }: Done,
    ): Promise<void> {
      const { job, fence, lease } = held;
      const claimed = {
        kind: 'claimed',
        at: now(),
        job: job.id,
        fence,
        lane,
        title: job.title,
        amount: job.pay.amount,
        test: job.pay.test,
        activeFor,
      } as const;
      if (!(await surely(() => books.finish(lease, outputs, claimed)))) return;
      changed();
      await deliver(lease);
    },

    release,

    fail(lease: string, { because, detail }: Extract<Outcome, { kind: 'failed' }>): void {
      line.send({ kind: 'failed', lease, because, detail });
    },

    /** The lease is gone for good: forget it, and take back what was claimed for it. */
    async forget(lease: string, detail: string): Promise<void> {
      const claimed = books.outbox().find((row) => row.lease === lease);
      if (claimed)
        await surely(() =>
          books.voidClaim(lease, {
            kind: 'voided',
            at: now(),
            job: claimed.job,
            fence: claimed.fence,
            because: detail.slice(0, 500),
          }),
        );
      else await surely(() => books.dropLease(lease));
      changed();
    },

    /** The network's answers about jobs. */
    hear(message: Extract<FromGateway, { kind: 'receipt' | 'settled' }>, payer: Payer): void {
      if (message.kind === 'receipt') void receive(message.lease, message.signed, payer);
      else void surely(() => books.dropLease(message.lease));
    },

    /** On a new connection: everything that may have been lost on the old one. */
    catchUp(keep: readonly string[]): void {
      for (const { lease } of books.leases()) if (!keep.includes(lease)) void release(lease);
      for (const { lease } of books.outbox()) void deliver(lease);
    },

    /** Every heartbeat: results that still have no answer go again. */
    remind(): void {
      for (const { lease } of books.outbox()) void deliver(lease);
    },
  };
}
export type Delivery = ReturnType<typeof openDelivery>;

/** Waits; false where `signal` ends it early. */
function pause(time: Millis, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', over);
      resolve(true);
    }, time);
    signal.addEventListener('abort', over);
  });
}
