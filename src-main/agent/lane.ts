import { backOff } from '../../src-shared/back-off.ts';
import type { Gpu, Reading } from '../../src-shared/gpu.ts';
import { type Job, type JobId, modelOf, type Pay, stepsOf } from '../../src-shared/job.ts';
import type { Said } from '../../src-shared/said.ts';
import type { HoldReason, LanePhase, RunningJob } from '../../src-shared/snapshot.ts';
import {
  type Bytes,
  type Joules,
  type Millis,
  millis,
  seconds,
  type Watts,
} from '../../src-shared/units.ts';
import type { Hold } from '../policy/circumstances.ts';
import type { Memory } from '../policy/policy.ts';
import { FRESH, type Governor } from './governor.ts';

/** A job that is ours under a lease. */
export type Work = {
  readonly lease: string;
  readonly fence: number;
  readonly job: Job;
  readonly startedAt: Millis;
  /** Where this run of it began, in steps. */
  readonly firstStep: number;
  /** Steps that are behind us. */
  readonly step: number;
};

/** What a lane is at that is at something: it looks for a job, or has one. */
type Busy =
  | { readonly kind: 'seeking'; readonly since: Millis; readonly accepted: Accepted | null }
  /** `fetching`: the share of its model that is here; null while none is fetched. */
  | { readonly kind: 'preparing'; readonly work: Work; readonly fetching: number | null }
  | { readonly kind: 'running'; readonly work: Work }
  | { readonly kind: 'yielding'; readonly work: Work; readonly because: HoldReason };

/** What a lane is at. Why it is at nothing is not kept here: its hold or its trouble says so; see `phaseOf`. */
export type Doing = Busy | { readonly kind: 'nothing' };

/** A lane's doing, and where that is nothing, why. */
export type Phase =
  | Busy
  | { readonly kind: 'held'; readonly because: HoldReason }
  | { readonly kind: 'resting'; readonly until: Millis; readonly detail: Said }
  | { readonly kind: 'given-up'; readonly detail: Said };

/** An offer we said yes to and wait for. */
export type Accepted = {
  readonly offer: string;
  readonly at: Millis;
  /** What we agreed to: another pay, or more memory, is another job. */
  readonly pay: Pay;
  readonly vram: Bytes;
};

/** What crashes left behind; survives holds, so that pausing does not shorten a rest. */
export type Trouble =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'rest';
      readonly crashes: number;
      /** Those it crashed under, each once. */
      readonly jobs: readonly JobId[];
      readonly until: Millis;
      readonly detail: Said;
    }
  | { readonly kind: 'gave-up'; readonly detail: Said };

/** One GPU and what it does. */
export type Lane = {
  readonly gpu: Gpu;
  readonly reading: Reading | null;
  readonly doing: Doing;
  readonly hold: Hold | null;
  readonly memory: Memory;
  readonly trouble: Trouble;
  /** A model of this size found no room on the disk: none as large is fetched for a while. */
  readonly noRoom: { readonly size: Bytes; readonly at: Millis } | null;
  /** How fast the lane works so that it keeps to its limits, and when that was decided. */
  readonly governor: Governor;
  readonly governedAt: Millis;
  /** What the card was told to keep to; null: what it had before us. */
  readonly powerLimit: Watts | null;
  /** Why the card did not take that, so that pauses in the work must do; null where it did, or was never told. */
  readonly powerLimitTrouble: Said | null;
};

/** After a crash the lane rests this long, after further ones in a row longer, up to the last before it may give up. */
const FIRST_REST = seconds(5);
const LONGEST_REST = seconds(40);
/**
 * Crashes in a row under so many jobs are no accident: stop until the owner says try again. One job, however often it
 * comes back, may be to blame itself, and must not stop a card that others could use.
 */
export const GIVE_UP_AFTER = 5;

export const NOTHING: Doing = { kind: 'nothing' };

export const newLane = (gpu: Gpu): Lane => ({
  gpu,
  reading: null,
  doing: NOTHING,
  hold: { reason: { kind: 'starting' }, urgency: 'evict' },
  memory: {},
  trouble: { kind: 'none' },
  noRoom: null,
  governor: FRESH,
  governedAt: millis(0),
  powerLimit: null,
  powerLimitTrouble: null,
});

/** The lane's job, if it has one. */
export const workOf = ({ doing }: Lane): Work | null =>
  doing.kind === 'preparing' || doing.kind === 'running' || doing.kind === 'yielding'
    ? doing.work
    : null;

/** Without the offer it said yes to, if that is one of these. */
export const drop = (lane: Lane, which: (accepted: Accepted) => boolean): Lane =>
  lane.doing.kind === 'seeking' && lane.doing.accepted && which(lane.doing.accepted)
    ? { ...lane, doing: { ...lane.doing, accepted: null } }
    : lane;

/** So much of the job's model is here; nothing of a fetch that is over. */
export const fetching = (lane: Lane, share: number): Lane =>
  lane.doing.kind === 'preparing' ? { ...lane, doing: { ...lane.doing, fetching: share } } : lane;

/** The job's model found no room on the disk. */
export function foundNoRoom(lane: Lane, { job }: Work, now: Millis): Lane {
  const runs = modelOf(job);
  return runs ? { ...lane, noRoom: { size: runs.model.size, at: now } } : lane;
}

/** A card that got another number in the driver is a new lane: its runner would work on somebody else's card. */
export const isSame = (a: Gpu, b: Gpu): boolean =>
  a.lane === b.lane && a.index === b.index && a.backend === b.backend;

/** The job's steps that are behind us. */
export const progressed = (lane: Lane, step: number): Lane =>
  lane.doing.kind === 'running' || lane.doing.kind === 'yielding'
    ? { ...lane, doing: { ...lane.doing, work: { ...lane.doing.work, step } } }
    : lane;

/** A lane without a job looks for one, unless its hold or its trouble is in the way. What it said yes to goes with that. */
export function seek(lane: Lane, now: Millis): Lane {
  const { hold, trouble, doing } = lane;
  if (workOf(lane)) return lane;
  const waits =
    hold !== null || trouble.kind === 'gave-up' || (trouble.kind === 'rest' && now < trouble.until);
  if (doing.kind === (waits ? 'nothing' : 'seeking')) return lane;
  return { ...lane, doing: waits ? NOTHING : { kind: 'seeking', since: now, accepted: null } };
}

/** What a lane is at, and why where it is at nothing: its hold first, then its trouble. */
export function phaseOf({ doing, hold, trouble }: Pick<Lane, 'doing' | 'hold' | 'trouble'>): Phase {
  if (doing.kind !== 'nothing') return doing;
  if (hold) return { kind: 'held', because: hold.reason };
  switch (trouble.kind) {
    case 'gave-up':
      return { kind: 'given-up', detail: trouble.detail };
    case 'rest':
      return { kind: 'resting', until: trouble.until, detail: trouble.detail };
    case 'none':
      // For the rest of one step, until it seeks again: see `seek`.
      return { kind: 'held', because: { kind: 'starting' } };
  }
}

/** One more crash, under this job: a longer rest, or giving up. */
export function afterCrash(trouble: Trouble, now: Millis, job: JobId, detail: Said): Trouble {
  const { crashes, jobs } = trouble.kind === 'rest' ? trouble : { crashes: 0, jobs: [] };
  const all = [...jobs.filter((known) => known !== job), job];
  if (trouble.kind === 'gave-up' || all.length >= GIVE_UP_AFTER) return { kind: 'gave-up', detail };
  const until = millis(now + backOff(crashes + 1, FIRST_REST, LONGEST_REST));
  return { kind: 'rest', crashes: crashes + 1, jobs: all, until, detail };
}

/** The phase as the tray and the window see it. `usedBy`: the electricity of the job under a lease. */
export function phaseView(lane: Lane, usedBy: (lease: string) => Joules | null): LanePhase {
  const phase = phaseOf(lane);
  switch (phase.kind) {
    case 'held':
    case 'resting':
    case 'given-up':
      return phase;
    case 'seeking':
      return { kind: 'seeking', since: phase.since };
    case 'preparing':
      return { kind: 'preparing', job: jobView(phase.work, usedBy), fetching: phase.fetching };
    case 'running':
      return { kind: 'running', job: jobView(phase.work, usedBy) };
    case 'yielding':
      return { kind: 'yielding', job: jobView(phase.work, usedBy), because: phase.because };
  }
}

const jobView = (
  { lease, job, firstStep, step, startedAt }: Work,
  usedBy: (lease: string) => Joules | null,
): RunningJob => ({
  id: job.id,
  title: job.title,
  what: job.kind,
  pay: job.pay,
  joules: usedBy(lease),
  firstStep,
  step,
  steps: stepsOf(job),
  startedAt,
});
