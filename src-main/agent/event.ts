import type { Gpu, LaneId, Reading } from '../../src-shared/gpu.ts';
import type { Checkpoint, Job, JobId, Outcome, Pay } from '../../src-shared/job.ts';
import type { Said } from '../../src-shared/said.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { CardSpeed } from '../../src-shared/speed.ts';
import type { Bytes, Millis, Watts } from '../../src-shared/units.ts';
import { inEnglish } from '../../src-shared/wording.ts';
import type { Game, Surroundings } from '../policy/circumstances.ts';
import type { FullScreenProgram } from '../policy/full-screen-game.ts';
import type { SpeedWork } from './speed-work.ts';
import type { StopReason } from './stop-reason.ts';

/** Everything that can happen to the agent, and when. */
export type Event = {
  readonly at: Millis;
} /** All that the machine has; the software lane, which every machine has, among them. */ & (
  | { readonly kind: 'gpus-found'; readonly gpus: readonly Gpu[] }
  | ({
      readonly kind: 'sampled';
      /** The last of each lane, however old. */
      readonly readings: readonly Reading[];
      /** For how long no card has been heard of. */
      readonly silentFor: Millis;
    } & Surroundings)
  /** A game library, or a rule of the owner's, knows this program that runs. */
  | { readonly kind: 'game-started'; readonly game: Game }
  | { readonly kind: 'game-ended'; readonly pid: number }
  /** Another program, or none any more, has a screen to itself. Told where nobody can see it any more, too: null. */
  | { readonly kind: 'screen-changed'; readonly program: FullScreenProgram | null }
  | { readonly kind: 'settings-changed'; readonly settings: Settings }
  /** Share until the speed test is over, and then as before: the owner has not said yes to more than that. */
  | { readonly kind: 'sharing-lent' }
  /** The owner has said now what is to hold of sharing, even where that changes nothing. */
  | { readonly kind: 'sharing-kept' }
  /** The owner wants this card measured, or what is being measured left unfinished. */
  | { readonly kind: 'measure'; readonly lane: LaneId }
  | { readonly kind: 'stop-measuring' }
  /** The network did not take a job of the speed test. `detail`: why. */
  | { readonly kind: 'not-submitted'; readonly job: string; readonly detail: Said }
  | { readonly kind: 'start-now' }
  | { readonly kind: 'try-again' }
  | { readonly kind: 'leaving'; readonly on: boolean }
  | { readonly kind: 'connected'; readonly test: boolean }
  | { readonly kind: 'disconnected' }
  | {
      readonly kind: 'offered';
      readonly offer: string;
      readonly lane: LaneId;
      readonly job: JobId;
      readonly vram: Bytes;
      /** How long the network thinks the job takes. */
      readonly takes: Millis;
      readonly pay: Pay;
      /** The model it runs; null where it runs none. */
      readonly model: OfferedModel | null;
    }
  | { readonly kind: 'withdrawn'; readonly offer: string }
  | {
      readonly kind: 'assigned';
      readonly offer: string;
      readonly lane: LaneId;
      readonly lease: string;
      readonly fence: number;
      readonly job: Job;
      readonly checkpoint: Checkpoint | null;
    }
  /** `share`: of the job's model, from 0 to 1. */
  | { readonly kind: 'fetching'; readonly lease: string; readonly share: number }
  /** The disk does not take the job's model, or its owner gives it no room. The job ends next. */
  | { readonly kind: 'no-room'; readonly lease: string }
  /** The owner does not want this lane's job. */
  | { readonly kind: 'skipped'; readonly lane: LaneId }
  | { readonly kind: 'prepared'; readonly lease: string }
  | { readonly kind: 'progressed'; readonly lease: string; readonly step: number }
  | { readonly kind: 'ended'; readonly lease: string; readonly outcome: Outcome }
  | { readonly kind: 'revoked'; readonly lease: string; readonly detail: string }
  /** The card was told, or not told, to keep to a power limit. `trouble`: why not; null where it was. */
  | { readonly kind: 'power-limited'; readonly lane: LaneId; readonly trouble: Said | null }
);

/** `memory`: what it takes on a card with the job's context; null where the model is not here and nobody knows. */
export type OfferedModel = { readonly size: Bytes; readonly memory: Bytes | null };

/** What should happen. Whoever does it decides nothing. */
export type Effect =
  | { readonly kind: 'advertise' }
  | { readonly kind: 'accept'; readonly offer: string }
  | { readonly kind: 'decline'; readonly offer: string; readonly because: string }
  /** Write the new lease down before anything else, so that a kill cannot lose it. */
  | {
      readonly kind: 'take';
      readonly lane: LaneId;
      readonly lease: string;
      readonly fence: number;
      readonly job: Job;
      readonly checkpoint: Checkpoint | null;
    }
  /** Fetch the inputs of a new job, then say `prepared`, or `ended` where that fails. */
  | {
      readonly kind: 'prepare';
      readonly lane: LaneId;
      readonly lease: string;
      readonly fence: number;
      readonly job: Job;
      readonly checkpoint: Checkpoint | null;
    }
  /** `duty`: the share of the time to work, from the first step on. */
  | {
      readonly kind: 'run';
      readonly lane: LaneId;
      readonly lease: string;
      readonly duty: number;
    }
  | { readonly kind: 'yield'; readonly lane: LaneId; readonly lease: string }
  /** Work this share of the time; said when it changes. */
  | {
      readonly kind: 'slow';
      readonly lane: LaneId;
      readonly lease: string;
      readonly duty: number;
    }
  /** Set the card's own power limit while it works for us; null: put back what was there. */
  | { readonly kind: 'limit-power'; readonly lane: LaneId; readonly limit: Watts | null }
  /** Kill the lane's runner now, warm or working, and forget what it was fetching. */
  | { readonly kind: 'evict'; readonly lane: LaneId }
  /** Give the lease back with the last checkpoint that is safe on disk. */
  | { readonly kind: 'release'; readonly lease: string; readonly because: StopReason }
  | {
      readonly kind: 'finish';
      readonly lane: LaneId;
      readonly lease: string;
      readonly fence: number;
      readonly job: Job;
      readonly outcome: Extract<Outcome, { kind: 'done' }>;
    }
  | {
      readonly kind: 'fail';
      readonly lease: string;
      readonly outcome: Extract<Outcome, { kind: 'failed' }>;
    }
  | { readonly kind: 'forget'; readonly lease: string; readonly detail: string }
  /** Tell the owner. */
  | { readonly kind: 'say'; readonly what: Said }
  /** Hand this piece of a speed test in to the network, or answer `not-submitted`. */
  | { readonly kind: 'submit-speed-job'; readonly job: string; readonly work: SpeedWork }
  /** Write down what a card was measured at: the next advert tells it. */
  | { readonly kind: 'keep-speed'; readonly lane: LaneId; readonly speed: CardSpeed }
  /** After connecting: say again what the network may have missed. `keep`: leases that are being worked on. */
  | { readonly kind: 'catch-up'; readonly keep: readonly string[] };

/** One line for the log: what was done to which lane, job or offer. No payloads. */
export function inWords(effect: Effect): string {
  switch (effect.kind) {
    case 'advertise':
    case 'catch-up':
      return effect.kind;
    case 'accept':
      return `accept offer ${effect.offer}`;
    case 'decline':
      return `decline offer ${effect.offer}: ${effect.because}`;
    case 'take':
      return `take job ${effect.job.id} (fence ${effect.fence}) on ${effect.lane}`;
    case 'finish':
      return `finish job ${effect.job.id} (fence ${effect.fence}) on ${effect.lane}`;
    case 'prepare':
    case 'run':
    case 'yield':
      return `${effect.kind} on ${effect.lane}`;
    case 'slow':
      return `slow ${effect.lane} to ${Math.round(effect.duty * 100)} %`;
    case 'limit-power':
      return effect.limit === null
        ? `put back the power limit of ${effect.lane}`
        : `limit ${effect.lane} to ${effect.limit} W`;
    case 'evict':
      return `evict ${effect.lane}`;
    case 'submit-speed-job':
      return `submit job ${effect.job}`;
    case 'keep-speed':
      return `keep the speed of ${effect.lane}`;
    case 'release':
      return 'release a lease';
    case 'fail':
      return `fail: ${effect.outcome.because}: ${inEnglish(effect.outcome.detail).slice(0, 200)}`;
    case 'say':
      return `say: ${inEnglish(effect.what)}`;
    case 'forget':
      return `forget a lease: ${effect.detail}`;
  }
}
