import { createHash } from 'node:crypto';
import { submit } from '../../src-buyer/client.ts';
import { errorWords } from '../../src-disk/disk-trouble.ts';
import type { Gpu, LaneId } from '../../src-shared/gpu.ts';
import type { Outcome } from '../../src-shared/job.ts';
import { sayToOwner } from '../../src-shared/language/reader.ts';
import type { FromAgent, FromGateway } from '../../src-shared/network-protocol.ts';
import { cardSettings } from '../../src-shared/settings.ts';
import type { SpeedTestView } from '../../src-shared/snapshot.ts';
import {
  type CardSpeed,
  MOST_POINTS,
  type SpeedKind,
  type SpeedPoint,
  type Speeds,
} from '../../src-shared/speed.ts';
import { type Millis, millis, seconds, type Watts, watts } from '../../src-shared/units.ts';
import type { Event } from '../agent/event.ts';
import { workOf } from '../agent/lane.ts';
import { noKernels } from '../agent/offer.ts';
import type { Agent } from '../agent/state.ts';
import { orderWords } from '../words/order-words.ts';
import { retold } from '../words/retold.ts';
import {
  kindsOf,
  readSpeedPrograms,
  roundedUp,
  SPEED_JOB,
  type SpeedWork,
  speedPlan,
  workIn,
} from './speed-jobs.ts';
import { openSpeedsFile } from './speeds-file.ts';

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
/** Long enough for a game; the jobs of the test are given up then as well. */
const PATIENCE = seconds(3600);

/**
 * How the ids of a test's jobs begin: as no buyer's would, who gives names of their own, and the same after a restart, so
 * that jobs of an earlier test are known for what they are. The token itself is in no id.
 */
export const speedJobPrefix = (buyerToken: string): string =>
  `${SPEED_JOB}${createHash('sha256').update(`speed test ${buyerToken}`).digest('hex').slice(0, 16)}-`;

type Options = {
  readonly agent: () => Agent;
  /** The built-in network; null where the agent works for another one, where it is no buyer. */
  readonly exchange: { readonly url: string; readonly buyerToken: string } | null;
  /** The folder of the test's programs. */
  readonly programs: string;
  /** Where the agent keeps its files. */
  readonly folder: string;
  /** Has the card keep to so many watts while it works, below its owner's limit; null: to that again. */
  readonly tryLimit: (lane: LaneId, limit: Watts | null) => void;
  /** The speed of a card is known anew. */
  readonly measured: () => void;
  readonly notice: (sentence: string) => void;
  readonly changed: () => void;
  readonly signal: AbortSignal;
  readonly now: () => Millis;
};

/** The job that is waited for. */
type Awaited_ = {
  readonly lane: LaneId;
  readonly job: string;
  /** It went on from a checkpoint: its time is not that of the whole. */
  resumed: boolean;
  power: Watts | null;
  /** Null: it is given up. */
  readonly over: (outcome: Outcome | null) => void;
};

/**
 * Measures a card by ordinary jobs of the built-in network: a game evicts them, limits slow them and the owner's switch
 * stops them like any other, because they are like any other. Time is what the runner spent in steps.
 */
export function openSpeedTest(options: Options) {
  const { agent, exchange, signal, now } = options;
  const file = openSpeedsFile(options.folder);
  const programOf = readSpeedPrograms(options.programs);
  const shop = exchange && { url: exchange.url, token: exchange.buyerToken };
  const prefix = exchange && speedJobPrefix(exchange.buyerToken);
  let view: SpeedTestView = { kind: 'idle' };
  let awaited: Awaited_ | null = null;
  let jobs = 0;
  let stopped = false;
  signal.addEventListener('abort', () => awaited?.over(null), { once: true });

  const say = (next: SpeedTestView) => {
    view = next;
    options.changed();
  };
  const laneOf = (id: LaneId) => agent().lanes.find(({ gpu }) => gpu.lane === id) ?? null;

  function refusal(lane: LaneId): string | null {
    if (view.kind === 'running') return sayToOwner(orderWords.speedRunning);
    if (!laneOf(lane)) return sayToOwner(orderWords.noSuchCard);
    return shop ? noKernels(agent().settings) : sayToOwner(orderWords.speedElsewhere);
  }

  /** Hands a piece of work in, and waits for its end on that very card. */
  async function run(
    lane: LaneId,
    work: SpeedWork,
  ): Promise<Outcome & { power: Watts | null; resumed: boolean }> {
    if (!shop) throw new Trouble(sayToOwner(orderWords.speedElsewhere));
    if (stopped) throw new Trouble(sayToOwner(orderWords.speedStopped));
    jobs += 1;
    const id = `${prefix}${now().toString(36)}-${jobs}`;
    const plan = speedPlan(work, programOf(work), id, now());
    let timer: NodeJS.Timeout | undefined;
    try {
      const ended = new Promise<Outcome | null>((over) => {
        awaited = { lane, job: id, resumed: false, power: null, over };
        timer = setTimeout(() => over(null), PATIENCE);
      });
      const mine = awaited;
      const submitted = await submit(plan, shop, undefined, signal);
      if (submitted.kind === 'trouble') throw new Trouble(submitted.detail);
      const outcome = await ended;
      if (!outcome)
        throw new Trouble(
          sayToOwner(stopped ? orderWords.speedStopped : orderWords.speedInterrupted),
        );
      return { ...outcome, power: mine?.power ?? null, resumed: mine?.resumed ?? false };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Grows the work until it takes long enough. Null where this card cannot do it. */
  async function measure(gpu: Gpu, kind: SpeedKind, from: number): Promise<Measured | null> {
    let amount = roundedUp(kind, from);
    for (;;) {
      const work = { kind, amount, backend: gpu.backend, software: gpu.software };
      const end = await run(gpu.lane, work);
      if (end.kind === 'failed') {
        // Half precision is what older cards lack; the rest every card has.
        if (kind === 'fp16') return null;
        throw new Trouble(sayToOwner(orderWords.speedFailed, { why: retold(end.detail) }));
      }
      if (end.kind === 'stopped' || end.resumed) continue;
      const { activeFor } = end;
      if (activeFor >= ENOUGH)
        return { perSecond: (workIn(work) / activeFor) * 1000, amount, power: end.power };
      const growth = Math.min(MOST_GROWTH, AIM / Math.max(activeFor, 1));
      amount = roundedUp(kind, Math.ceil(amount * Math.max(growth, 2)));
    }
  }

  /** Everything under one power limit; null where the driver does not let that be set. */
  async function point(
    gpu: Gpu,
    limit: Watts | null,
    amounts: Map<SpeedKind, number>,
    began: () => void,
  ): Promise<SpeedPoint | null> {
    options.tryLimit(gpu.lane, limit);
    const speeds: Record<SpeedKind, number | null> = { ...UNMEASURED };
    let power: Watts | null = null;
    for (const kind of kindsOf(gpu.backend)) {
      began();
      const measured = await measure(gpu, kind, amounts.get(kind) ?? 1);
      if (limit !== null && laneOf(gpu.lane)?.powerLimitTrouble != null) return null;
      if (!measured) continue;
      amounts.set(kind, measured.amount);
      speeds[kind] = Math.round(measured.perSecond / 1e8) / 10;
      if (measured.power !== null) power = watts(Math.max(power ?? 0, measured.power));
    }
    return { limit, power, speeds: { ...speeds, tokens: null } };
  }

  async function test(gpu: Gpu): Promise<CardSpeed> {
    const start = now();
    const own = cardSettings(agent().settings, gpu.lane).powerLimit;
    const limits = [null, ...lowerLimits(gpu, own)];
    const of = limits.length * kindsOf(gpu.backend).length;
    const amounts = new Map<SpeedKind, number>();
    const points: SpeedPoint[] = [];
    let done = -1;
    const began = () => {
      done += 1;
      say({ kind: 'running', lane: gpu.lane, done, of });
    };
    for (const limit of limits) {
      if (points.length > 0 && now() - start > BUDGET) break;
      const measured = await point(gpu, limit, amounts, began);
      if (!measured) break;
      points.push(measured);
    }
    return { name: gpu.name, driver: gpu.driver, measuredAt: now(), points };
  }

  return {
    view: (): SpeedTestView => view,
    /** What the card was measured at; null where it was not. */
    of: (gpu: Gpu): CardSpeed | null => file.of(gpu),
    /** For an advert: at the card's own limit. */
    speedsOf: (gpu: Gpu): Speeds | null => file.of(gpu)?.points[0]?.speeds ?? null,
    /** One sentence where a card cannot be measured now; else null. */
    refuses: refusal,
    /** Measures a card, unless it refuses to. `over` is called when that has ended, however it did. */
    run(lane: LaneId, over: () => void): void {
      const gpu = laneOf(lane)?.gpu;
      if (!gpu || refusal(lane) !== null) return;
      stopped = false;
      say({ kind: 'running', lane, done: 0, of: 1 });
      void test(gpu)
        .then(
          (speed): SpeedTestView => {
            const unwritten = file.keep(lane, speed);
            if (unwritten !== null) options.notice(unwritten);
            options.measured();
            return { kind: 'idle' };
          },
          (error: unknown): SpeedTestView => {
            if (!(error instanceof Trouble)) throw error;
            if (stopped) return { kind: 'idle' };
            return { kind: 'failed', lane, detail: errorWords(error) };
          },
        )
        .then((end) => {
          awaited = null;
          if (signal.aborted) return;
          options.tryLimit(lane, null);
          over();
          say(end);
        });
    },
    /** Leaves a running test unfinished. */
    stop(): void {
      if (view.kind !== 'running') return;
      stopped = true;
      awaited?.over(null);
    },
    /** The answer to an offer of ours that is not for this card, or that nobody waits for any more; else null. */
    declines: ({ offer, job, lane }: Extract<FromGateway, { kind: 'offer' }>): FromAgent | null =>
      prefix !== null && job.startsWith(prefix) && (awaited?.job !== job || awaited.lane !== lane)
        ? { kind: 'decline', offer, because: 'it is to measure another card' }
        : null,
    /** Hears everything that happens to the agent, before it does. */
    witness(event: Event): void {
      if (!awaited) return;
      const lane = laneOf(awaited.lane);
      if (event.kind === 'assigned' && event.job.id === awaited.job)
        awaited.resumed = event.checkpoint !== null && event.checkpoint.step > 0;
      else if (event.kind === 'sampled' && lane && workOf(lane)?.job.id === awaited.job) {
        const power = event.readings.find((reading) => reading.lane === awaited?.lane)?.power;
        if (power != null) awaited.power = watts(Math.max(power, awaited.power ?? 0));
      } else if (event.kind === 'ended' && lane) {
        const work = workOf(lane);
        // A job that stopped comes back: it is waited for.
        if (
          work?.lease === event.lease &&
          work.job.id === awaited.job &&
          event.outcome.kind !== 'stopped'
        )
          awaited.over(event.outcome);
      }
    },
  };
}
export type SpeedTest = ReturnType<typeof openSpeedTest>;

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

const UNMEASURED = { memory: null, fp32: null, fp16: null, int32: null } as const;

type Measured = {
  readonly perSecond: number;
  readonly amount: number;
  readonly power: Watts | null;
};

/** Thrown inside this file only; its words are for the owner. */
class Trouble extends Error {}
