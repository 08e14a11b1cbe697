import type { BlobStore } from '../../src-disk/blob-store.ts';
import type { Written } from '../../src-disk/disk-trouble.ts';
import { checkReceipt } from '../../src-network/receipt-check.ts';
import { receiptDigest } from '../../src-network/receipt-digest.ts';
import type { NamedBlob } from '../../src-shared/blob.ts';
import type { LaneId } from '../../src-shared/gpu.ts';
import { type Checkpoint, isJobFault, type Outcome } from '../../src-shared/job.ts';
import { sayToOwner } from '../../src-shared/language/reader.ts';
import type { FromGateway } from '../../src-shared/network-protocol.ts';
import type { Address, AgentId, SignedReceipt } from '../../src-shared/receipt.ts';
import { type Millis, seconds } from '../../src-shared/units.ts';
import type { StopReason } from '../agent/stop-reason.ts';
import type { Books } from '../books/books.ts';
import type { HeldLease } from '../books/held-lease.ts';
import type { RunEnd, RunStart } from '../books/runs.ts';
import { jobWords } from '../words/job-words.ts';
import type { NetworkLink } from './link.ts';

/** A disk that is full now may have room again this much later. */
const RETRY_EVERY = seconds(5);

type Done = Extract<Outcome, { kind: 'done' }>;

/** Who signs the network's receipts, and whom they must name. */
export type Payer = { readonly signer: Address; readonly agent: AgentId };

type Options = {
  readonly books: Books;
  readonly store: BlobStore;
  readonly line: NetworkLink;
  readonly now: () => Millis;
  /** For whom a job is that runs on this lane, and on which card, as they call themselves. */
  readonly place: (lane: LaneId) => Pick<RunStart, 'network' | 'gpu'>;
  readonly notice: (sentence: string) => void;
  /** The ledger changed. */
  readonly changed: () => void;
  readonly signal: AbortSignal;
};

/** Everything said to the network about jobs, so that each word can be lost and said again. */
export function openDelivery(options: Options) {
  const { books, store, line, now, notice, changed, signal } = options;
  /** Leases whose result or checkpoint is on its way this moment: a second try would only send the same bytes again. */
  const busy = new Map<string, Promise<void>>();
  /** Finished, but the disk has not taken the claim yet: still leases in the books, and not to be given back. */
  const finishing = new Set<string>();

  /** Repeats a write until the disk takes it; false where it makes no sense or we are closing. */
  async function surely(write: () => Written): Promise<boolean> {
    for (let told = false; ; told = true) {
      const written = write();
      if (written.kind === 'ok') return true;
      if (written.kind === 'refused' || !told) notice(written.detail);
      if (written.kind === 'refused' || !(await pause(RETRY_EVERY, signal))) return false;
    }
  }

  /** All blobs at the network; `missing`: one of them is not even here any more; `later`: the line fails. */
  async function upload(blobs: readonly NamedBlob[]): Promise<'ok' | 'missing' | 'later'> {
    for (const { sha256 } of blobs) {
      const got = await store.get(sha256);
      if (got.kind === 'missing') return 'missing';
      const sent = await line.upload(got.bytes, signal);
      if (sent.kind !== 'ok') return 'later';
    }
    return 'ok';
  }

  /** Does one thing about a lease; nothing where one is under way. Resolves when that is done. */
  function once(lease: string, act: () => Promise<void>): Promise<void> {
    const underWay = busy.get(lease);
    if (underWay) return underWay;
    const acting = act().finally(() => busy.delete(lease));
    busy.set(lease, acting);
    return acting;
  }

  const deliver = (lease: string): Promise<void> =>
    once(lease, async () => {
      const result = books.outbox().find((row) => row.lease === lease);
      if (!result) return;
      const uploaded = await upload(result.outputs);
      if (uploaded === 'ok') line.send({ kind: 'result', lease, outputs: [...result.outputs] });
      if (uploaded === 'missing') await giveUp(lease);
    });

  /** The result is gone from this disk: nobody will ever pay for it, so the job goes back and the claim with it. */
  async function giveUp(lease: string): Promise<void> {
    notice(sayToOwner(jobWords.resultDamaged));
    line.send({ kind: 'release', lease, checkpoint: null });
    await forget(lease, 'the result was damaged before it was sent');
  }

  /**
   * Gives a job back with the last checkpoint that is safe, once `saved`; its row goes when the network says so. Where the
   * line fails, the row stays and it is said again. `because`: why its run ends; left out where that has ended before.
   */
  const release = (lease: string, saved: Promise<unknown>, because?: StopReason): Promise<void> => {
    const at = now();
    return once(lease, async () => {
      // A card is given back before anything is written about it.
      await saved;
      if (because) endRun(lease, { at, outcome: 'stopped', because });
      const checkpoint = await safeCheckpoint(lease);
      // A lease that is not even written down (a full disk) goes back all the same.
      if (checkpoint !== 'later') line.send({ kind: 'release', lease, checkpoint });
    });
  };

  /** A disk that does not take this now has the run ended with the lease, or at the next start. */
  function endRun(lease: string, end: RunEnd): void {
    const written = books.endRun(lease, end);
    if (written.kind !== 'ok') notice(written.detail);
  }

  /** The last checkpoint that is on disk, at the network by now; null where there is none. */
  async function safeCheckpoint(lease: string): Promise<Checkpoint | null | 'later'> {
    const held = books.leases().find((row) => row.lease === lease);
    const checkpoint = held?.checkpoint ?? null;
    const uploaded = checkpoint ? await upload(checkpoint.buffers) : 'missing';
    if (uploaded === 'later') return 'later';
    return uploaded === 'ok' ? checkpoint : null;
  }

  /**
   * Says that a job failed here. Where this machine is at fault the job goes on elsewhere from its last checkpoint; where
   * the line fails, the row stays and the job is released later.
   */
  const fail = (
    lease: string,
    { because, detail }: Extract<Outcome, { kind: 'failed' }>,
    saved: Promise<unknown>,
  ): Promise<void> => {
    const why: StopReason = { kind: 'fault', fault: because, detail };
    const at = now();
    return once(lease, async () => {
      await saved;
      endRun(lease, { at, outcome: 'failed', because: why });
      const checkpoint = isJobFault(because) ? null : await safeCheckpoint(lease);
      if (checkpoint !== 'later') line.send({ kind: 'failed', lease, because, detail, checkpoint });
    });
  };

  /** The lease is gone for good: forget it, and take back what was claimed for it. */
  async function forget(lease: string, detail: string): Promise<void> {
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
    else await drop(lease, { kind: 'said', detail: detail.slice(0, 500) });
    changed();
  }

  function drop(lease: string, because: StopReason): Promise<boolean> {
    const end: RunEnd = { at: now(), outcome: 'stopped', because };
    return surely(() => books.dropLease(lease, end));
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
    const number = receiptDigest(signed.receipt);
    if (await surely(() => books.credit(lease, credited, number))) changed();
  }

  return {
    /** Writes a new lease down. False where the disk does not take it: it is not to be worked on. */
    take(held: HeldLease): boolean {
      const start = { at: now(), ...options.place(held.lane) };
      const written = books.takeLease(held, start);
      // Not written down: after a crash the network's own clock gives the job to someone else.
      if (written.kind !== 'ok') notice(written.detail);
      return written.kind === 'ok';
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
        what: job.kind,
        amount: job.pay.amount,
        test: job.pay.test,
        activeFor,
      } as const;
      finishing.add(lease);
      const claimedIt = await surely(() => books.finish(lease, outputs, claimed));
      finishing.delete(lease);
      if (!claimedIt) return;
      changed();
      await deliver(lease);
    },

    release,

    fail,

    forget,

    /** The network's answers about jobs. */
    hear(message: Extract<FromGateway, { kind: 'receipt' | 'settled' }>, payer: Payer): void {
      if (message.kind === 'receipt') void receive(message.lease, message.signed, payer);
      else void drop(message.lease, { kind: 'given-back' });
    },

    /**
     * On a new connection, and with every heartbeat: everything that has no answer yet goes again. It may have been lost
     * on the way, or the other end's disk was full. `keep`: leases that are being worked on.
     */
    catchUp(keep: readonly string[]): void {
      for (const { lease, checkpoint } of books.leases()) {
        if (keep.includes(lease)) continue;
        // Until it is back it is ours: an upload may take longer than a lease lasts.
        line.send({ kind: 'heartbeat', lease, step: checkpoint?.step ?? 0 });
        if (!finishing.has(lease)) void release(lease, Promise.resolve());
      }
      for (const { lease } of books.outbox()) void deliver(lease);
    },

    /** Resolves when everything that was on its way is away, or after `patience`. */
    async quiet(patience: Millis): Promise<void> {
      const late = new AbortController();
      await Promise.race([Promise.allSettled([...busy.values()]), pause(patience, late.signal)]);
      late.abort();
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
