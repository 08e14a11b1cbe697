import type { Gpu, LaneId } from '../../src-shared/gpu.ts';
import type { Outcome } from '../../src-shared/job.ts';
import type { Said } from '../../src-shared/said.ts';
import {
  type CardSpeed,
  MOST_POINTS,
  type SpeedKind,
  type SpeedPoint,
} from '../../src-shared/speed.ts';
import { type Millis, millis, seconds, type Watts, watts } from '../../src-shared/units.ts';
import { kindsOf, roundedUp, type SpeedWork, workIn } from './speed-work.ts';

/** Work that takes as long as this is measured: a driver's own costs, and our clock's millisecond, are lost in it. */
const ENOUGH = millis(200);
/** What is aimed at: longer than enough, so that one more try is seldom needed. */
const AIM = millis(400);
/** A first try says little: more than this many times as much is not asked for at once. */
const MOST_GROWTH = 64;
/** No other power limit is begun after this; the one before is finished. */
const BUDGET = seconds(22);
/** Shares of the card's most, after its own limit. */
const LIMITS = [0.85, 0.7, 0.55];

/** The speed test of an agent: none, one that went wrong, or one that runs. */
export type SpeedTest =
  | { readonly kind: 'idle' }
  | { readonly kind: 'failed'; readonly lane: LaneId; readonly detail: Said }
  | { readonly kind: 'running'; readonly test: Measuring };

/** A speed test that runs: which piece of work is awaited, under which limit, and what is known so far. */
export type Measuring = {
  /** As it was when the test began. */
  readonly gpu: Gpu;
  readonly startedAt: Millis;
  /** To be tried one after the other; null is the card's own. */
  readonly limits: readonly (Watts | null)[];
  /** What came of the first of them; the next limit is the one that is tried now. */
  readonly points: readonly SpeedPoint[];
  /** What is known under that one. */
  readonly speeds: Readonly<Record<SpeedKind, number | null>>;
  /** The most the card was seen to take under it; null where nobody saw. */
  readonly power: Watts | null;
  /** How much took long enough under the limit before: where to begin under the next. */
  readonly amounts: Readonly<Partial<Record<SpeedKind, number>>>;
  /** Jobs that were handed in for this test. */
  readonly jobs: number;
  readonly awaited: Awaited;
};

/** The job that is waited for. */
export type Awaited = {
  readonly job: string;
  readonly work: SpeedWork;
  readonly since: Millis;
  /** It went on from a checkpoint: its time is not that of the whole. */
  readonly resumed: boolean;
  readonly power: Watts | null;
};

/** What the end of a job leads to: another one, the end of the test, or a fault in the words of the runner. */
export type NextMove =
  | { readonly kind: 'submit'; readonly test: Measuring }
  | { readonly kind: 'measured'; readonly lane: LaneId; readonly speed: CardSpeed }
  | { readonly kind: 'failed'; readonly lane: LaneId; readonly detail: Said };

/** How the ids of its jobs begin, and what time it is. */
type Now = { readonly prefix: string; readonly now: Millis };

/** What the card is to keep to now, below its owner's limit; null: to that. */
export const limitOf = ({ limits, points }: Measuring): Watts | null =>
  limits[points.length] ?? null;

/**
 * Whether a job of ours is not wanted on this card: what an earlier test left in the network, or what is to measure another
 * card. `speedJobs`: how the ids of our own tests' jobs begin; null where the agent is no buyer of its network.
 */
export function isNotToMeasure(
  { speedJobs, speedTest }: { readonly speedJobs: string | null; readonly speedTest: SpeedTest },
  { job, lane }: { readonly job: string; readonly lane: LaneId },
): boolean {
  if (speedJobs === null || !job.startsWith(speedJobs)) return false;
  if (speedTest.kind !== 'running') return true;
  const { gpu, awaited } = speedTest.test;
  return awaited.job !== job || gpu.lane !== lane;
}

/** Pieces of work that are behind, and all there may be: few cards have the time for every limit. */
export function progressOf({ gpu, limits, points, awaited }: Measuring): {
  readonly done: number;
  readonly of: number;
} {
  const kinds = kindsOf(gpu.backend);
  return {
    done: points.length * kinds.length + kinds.indexOf(awaited.work.kind),
    of: limits.length * kinds.length,
  };
}

/** The first piece of work for a card whose owner allows so many watts. */
export function beginMeasuring(gpu: Gpu, own: Watts | null, now: Now): Measuring {
  const test = {
    gpu,
    startedAt: now.now,
    limits: [null, ...lowerLimits(gpu, own)],
    points: [],
    speeds: UNMEASURED,
    power: null,
    amounts: {},
    jobs: 0,
  };
  return handIn(test, firstKind(gpu), 1, now);
}

/**
 * The awaited job has ended, done or failed. `limitRefused`: the driver does not let the card's limit be set, so that
 * what was measured under one that is tried says nothing.
 */
export function measureNext(
  test: Measuring,
  outcome: Exclude<Outcome, { kind: 'stopped' }>,
  limitRefused: boolean,
  now: Now,
): NextMove {
  const { work, resumed } = test.awaited;
  if (outcome.kind === 'failed') {
    // Half precision is what older cards lack; the rest every card has.
    if (work.kind === 'fp16') return afterKind(test, null, limitRefused, now);
    return { kind: 'failed', lane: test.gpu.lane, detail: outcome.detail };
  }
  const { activeFor } = outcome;
  if (resumed) return submit(test, work.kind, work.amount, now);
  if (activeFor >= ENOUGH)
    return afterKind(test, (workIn(work) / activeFor) * 1000, limitRefused, now);
  const growth = Math.min(MOST_GROWTH, AIM / Math.max(activeFor, 1));
  return submit(test, work.kind, Math.ceil(work.amount * Math.max(growth, 2)), now);
}

/** `perSecond`: bytes or operations; null where the card cannot do it. */
function afterKind(
  test: Measuring,
  perSecond: number | null,
  limitRefused: boolean,
  now: Now,
): NextMove {
  if (limitRefused && limitOf(test) !== null) return measured(test, now);
  const { gpu, awaited } = test;
  const known = perSecond === null ? test : withSpeed(test, perSecond);
  const kinds = kindsOf(gpu.backend);
  const next = kinds[kinds.indexOf(awaited.work.kind) + 1];
  if (next) return submit(known, next, known.amounts[next] ?? 1, now);
  return afterLimit(known, now);
}

/** Everything is known under one limit. */
function afterLimit(test: Measuring, now: Now): NextMove {
  const { gpu, limits, speeds, power, amounts } = test;
  const point = { limit: limitOf(test), power, speeds: { ...speeds, tokens: null } };
  const points = [...test.points, point];
  const next = { ...test, points, speeds: UNMEASURED, power: null };
  if (points.length === limits.length || now.now - test.startedAt > BUDGET)
    return measured(next, now);
  const kind = firstKind(gpu);
  return submit(next, kind, amounts[kind] ?? 1, now);
}

function withSpeed(test: Measuring, perSecond: number): Measuring {
  const { kind, amount } = test.awaited.work;
  const { power } = test.awaited;
  return {
    ...test,
    amounts: { ...test.amounts, [kind]: amount },
    // In thousands of millions, to one place.
    speeds: { ...test.speeds, [kind]: Math.round(perSecond / 1e8) / 10 },
    power: power === null ? test.power : watts(Math.max(test.power ?? 0, power)),
  };
}

const submit = (test: Measuring, kind: SpeedKind, amount: number, now: Now): NextMove => ({
  kind: 'submit',
  test: handIn(test, kind, amount, now),
});

function handIn(
  test: Omit<Measuring, 'awaited'>,
  kind: SpeedKind,
  amount: number,
  { prefix, now }: Now,
): Measuring {
  const { backend, software } = test.gpu;
  const jobs = test.jobs + 1;
  const work = { kind, amount: roundedUp(kind, amount), backend, software };
  // The time, too: another test, and another start of the app, has other jobs.
  const job = `${prefix}${now.toString(36)}-${jobs}`;
  return { ...test, jobs, awaited: { job, work, since: now, resumed: false, power: null } };
}

const measured = ({ gpu, points }: Measuring, { now }: Now): NextMove => ({
  kind: 'measured',
  lane: gpu.lane,
  speed: { name: gpu.name, driver: gpu.driver, measuredAt: now, points: [...points] },
});

const firstKind = ({ backend }: Gpu): SpeedKind => kindsOf(backend)[0] ?? 'memory';

const UNMEASURED = { memory: null, fp32: null, fp16: null, int32: null } as const;

/** Below what the owner allows, and not below what the card takes; none where the card cannot be limited. */
function lowerLimits(
  { software, powerMin, powerMax, powerDefault }: Gpu,
  own: Watts | null,
): Watts[] {
  const most = powerDefault ?? powerMax;
  if (software || most === null || powerMin === null) return [];
  return LIMITS.map((share) => watts(Math.round(most * share)))
    .filter((limit) => limit >= powerMin && limit < (own ?? most))
    .slice(0, MOST_POINTS - 1);
}
