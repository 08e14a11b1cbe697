import type { NamedBlob } from '../../src-shared/blob.ts';
import { checkpointFault } from '../../src-shared/checkpoint.ts';
import type { Job } from '../../src-shared/job.ts';
import type { JobStatus } from '../../src-shared/job-status.ts';
import { type FromGateway, LEASE_TTL } from '../../src-shared/network-protocol.ts';
import { outputsFault } from '../../src-shared/outputs.ts';
import type { AgentId } from '../../src-shared/receipt.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { Ticket, TicketOffice } from '../access/tokens.ts';
import type { BlobStore } from '../blobs/blobs.ts';
import type { Lease, NotYours, Queue } from '../queue/queue.ts';
import type { Receipts } from '../receipts/receipts.ts';
import type { AgentWord } from './agent-link.ts';

export type LeaseWord = Extract<AgentWord, { kind: 'heartbeat' | 'result' | 'release' | 'failed' }>;

/** What came of a word about a lease. */
export type Ruling =
  /** The agent still has the job. */
  | { readonly kind: 'held'; readonly ticket: Ticket }
  /** The lease is over; `reply` says how. */
  | { readonly kind: 'over'; readonly ticket: Ticket; readonly reply: FromGateway }
  /** Not obeyed, and nothing was changed. */
  | { readonly kind: 'refused'; readonly detail: string; readonly forged: boolean };

const refused = (detail: string): Ruling => ({ kind: 'refused', detail, forged: false });

/** When this very lease completed the job; null where it did not. */
function doneBy({ state }: JobStatus, { fence, agent }: Lease): Millis | null {
  const done = state.kind === 'done' || state.kind === 'expired';
  return done && state.fence === fence && state.agent === agent ? state.at : null;
}

/**
 * Rules on every word about a lease: checks the token and the fence, writes the outcome down, pays once. Saying a
 * word again after a crash on either side gets the same answer.
 */
export class LeaseDesk {
  readonly #queue: Queue;
  readonly #receipts: Receipts;
  readonly #blobs: BlobStore;
  readonly #tickets: TicketOffice;

  constructor(parts: {
    queue: Queue;
    receipts: Receipts;
    blobs: BlobStore;
    tickets: TicketOffice;
  }) {
    this.#queue = parts.queue;
    this.#receipts = parts.receipts;
    this.#blobs = parts.blobs;
    this.#tickets = parts.tickets;
  }

  async rule(agent: AgentId, word: LeaseWord): Promise<Ruling> {
    const ticket = this.#tickets.read(word.lease);
    if (!ticket || ticket.agent !== agent)
      return {
        kind: 'refused',
        detail: `${word.kind}: this lease was not given to this agent by this exchange`,
        forged: true,
      };
    switch (word.kind) {
      case 'heartbeat': {
        const answer = await this.#queue.extend(ticket, LEASE_TTL, word.step);
        return answer === 'extended'
          ? { kind: 'held', ticket }
          : this.#over(word.lease, ticket, answer);
      }
      case 'result':
        return this.#result(word.lease, ticket, word.outputs);
      case 'release':
      case 'failed':
        return this.#handBack(word, ticket);
    }
  }

  async #result(token: string, ticket: Ticket, outputs: readonly NamedBlob[]): Promise<Ruling> {
    const paid = await this.#receipts.find(ticket);
    if (paid)
      return { kind: 'over', ticket, reply: { kind: 'receipt', lease: token, signed: paid } };
    const found = await this.#queue.find(ticket.job);
    if (!found) return this.#over(token, ticket, 'gone');
    const problem = outputsFault(found.job, outputs) ?? (await this.#absent(outputs));
    // A result already written down is paid from what was written, whatever is said now.
    const before = doneBy(found.status, ticket);
    if (problem && before === null)
      return refused(`the result of ${ticket.job} was not taken: ${problem}`);
    const answer = await this.#queue.complete(ticket, outputs);
    switch (answer) {
      case 'accepted':
      case 'duplicate':
        return this.#pay(token, ticket, found.job, before);
      case 'stale':
      case 'gone':
        return this.#over(token, ticket, answer);
    }
  }

  async #handBack(
    word: Extract<LeaseWord, { kind: 'release' | 'failed' }>,
    ticket: Ticket,
  ): Promise<Ruling> {
    const { lease: token, checkpoint } = word;
    if (checkpoint) {
      const found = await this.#queue.find(ticket.job);
      if (!found) return this.#over(token, ticket, 'gone');
      const problem =
        checkpointFault(found.job, checkpoint) ?? (await this.#absent(checkpoint.buffers));
      if (problem) return refused(`the checkpoint of ${ticket.job} was not taken: ${problem}`);
    }
    const answer =
      word.kind === 'release'
        ? await this.#queue.release(ticket, checkpoint)
        : await this.#queue.fail(ticket, word.because, word.detail, checkpoint);
    if (answer === 'stale' || answer === 'gone') return this.#over(token, ticket, answer);
    return { kind: 'over', ticket, reply: { kind: 'settled', lease: token } };
  }

  async #absent(blobs: readonly NamedBlob[]): Promise<string | null> {
    const [first] = await this.#blobs.missing(blobs);
    if (!first) return null;
    const name = blobs.find(({ sha256 }) => sha256 === first.sha256)?.name;
    return `blob ${first.sha256} of ${first.size} bytes for ${name} was not uploaded`;
  }

  /** `before`: when the job was done, where that is written down already; null where it is done just now. */
  async #pay(token: string, ticket: Ticket, job: Job, before: Millis | null): Promise<Ruling> {
    const revoked = (detail: string): Ruling => ({
      kind: 'over',
      ticket,
      reply: { kind: 'revoked', lease: token, detail },
    });
    // It may well have been paid. To pay on a guess would pay twice whoever says an old result again; not to pay loses
    // at most the jobs that were finished in the moment in which the book was lost.
    if (before !== null && !this.#receipts.covers(before))
      return revoked(
        `${ticket.job} was finished before the book of receipts was lost; a receipt for it from then still holds`,
      );
    const signed = await this.#receipts.issue(ticket, job.pay);
    if (!signed) return revoked(`${ticket.job} was already paid to another delivery`);
    return { kind: 'over', ticket, reply: { kind: 'receipt', lease: token, signed } };
  }

  /** The lease is not this agent's (any more). If that is because it finished the job, it gets its receipt. */
  async #over(token: string, ticket: Ticket, why: NotYours): Promise<Ruling> {
    const found = await this.#queue.find(ticket.job);
    const before = found && doneBy(found.status, ticket);
    if (found && before !== null) return this.#pay(token, ticket, found.job, before);
    const state = found?.status.state;
    const detail =
      state?.kind === 'failed'
        ? `${ticket.job} is over: ${state.because}`
        : state?.kind === 'done' || state?.kind === 'expired'
          ? `${ticket.job} was finished by another machine`
          : why === 'gone'
            ? `nobody wants ${ticket.job} any more`
            : `the lease on ${ticket.job} was handed back or ran out, and is no longer yours`;
    return {
      kind: 'over',
      ticket,
      reply: { kind: 'revoked', lease: token, detail: detail.slice(0, 500) },
    };
  }
}
