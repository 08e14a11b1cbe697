import { type Checkpoint, isJobFault, type Outcome } from '../../src-shared/job.ts';
import type { FromAgent } from '../../src-shared/network-protocol.ts';
import { inEnglish } from '../../src-shared/wording.ts';
import type { HeldLease } from '../books/held-lease.ts';
import type { Unsettled } from '../books/work.ts';
import type { Uploaded } from './uploads.ts';

type Failure = Extract<Outcome, { kind: 'failed' }>;

/** What the protocol takes of a failure's words. Characters. */
const MOST_WORDS = 4000;

/** Why a lease goes back: its run ended early, or failed here. */
export type HandBack = { readonly kind: 'release' } | Failure;

/** The last checkpoint of a lease as the network may have it; null: it goes back without one. */
export type SafeCheckpoint =
  | { readonly kind: 'ok'; readonly checkpoint: Checkpoint | null }
  /** It is here, but the line fails: nothing is said yet, so that it is not lost. */
  | { readonly kind: 'later' };

export type ResultWord =
  | { readonly kind: 'say'; readonly word: FromAgent }
  /** One of its blobs is gone from this disk: nobody will ever pay for it. */
  | { readonly kind: 'gone' }
  /** The line fails; it is tried again. */
  | { readonly kind: 'later' };

/** One thing that is done again for a lease or a result that has no answer yet. */
export type Repeat =
  | { readonly kind: 'say'; readonly word: FromAgent }
  | { readonly kind: 'release'; readonly lease: string }
  | { readonly kind: 'deliver'; readonly lease: string };

/** What is said of a finished result, by what became of its upload. */
export function resultWord({ lease, outputs }: Unsettled, uploaded: Uploaded): ResultWord {
  switch (uploaded) {
    case 'ok':
      return { kind: 'say', word: { kind: 'result', lease, outputs: [...outputs] } };
    case 'missing':
      return { kind: 'gone' };
    case 'later':
      return { kind: 'later' };
  }
}

/** With which checkpoint a lease goes back, by what became of its upload. One that is missing here is no use to anybody. */
export function safeCheckpoint(checkpoint: Checkpoint | null, uploaded: Uploaded): SafeCheckpoint {
  switch (uploaded) {
    case 'ok':
      return { kind: 'ok', checkpoint };
    case 'missing':
      return { kind: 'ok', checkpoint: null };
    case 'later':
      return { kind: 'later' };
  }
}

/** Whether the job goes on elsewhere from its last checkpoint: one that is itself at fault begins anew. */
export const takesCheckpoint = (why: HandBack): boolean =>
  why.kind === 'release' || !isJobFault(why.because);

/** What is said when a lease goes back. */
export function handBackWord(
  lease: string,
  why: HandBack,
  checkpoint: Checkpoint | null,
): FromAgent {
  switch (why.kind) {
    case 'release':
      return { kind: 'release', lease, checkpoint };
    case 'failed': {
      const { because } = why;
      const detail = inEnglish(why.detail).slice(0, MOST_WORDS);
      return { kind: 'failed', lease, because, detail, checkpoint };
    }
  }
}

/**
 * What is said again: everything that has no answer yet, on a new connection and with every heartbeat. It may have been lost on
 * the way, or the other end's disk was full. `keep`: leases that are being worked on. `finishing`: done, but the disk has not
 * taken the claim yet; not to be given back.
 */
export function repeats(
  leases: readonly Pick<HeldLease, 'lease' | 'checkpoint'>[],
  results: readonly Pick<Unsettled, 'lease'>[],
  keep: readonly string[],
  finishing: ReadonlySet<string>,
): Repeat[] {
  const idle = leases.filter(({ lease }) => !keep.includes(lease));
  return [
    ...idle.flatMap(({ lease, checkpoint }): Repeat[] => {
      // Until it is back it is ours: an upload may take longer than a lease lasts.
      const step = checkpoint?.step ?? 0;
      const alive: Repeat = { kind: 'say', word: { kind: 'heartbeat', lease, step } };
      return finishing.has(lease) ? [alive] : [alive, { kind: 'release', lease }];
    }),
    ...results.map(({ lease }): Repeat => ({ kind: 'deliver', lease })),
  ];
}
