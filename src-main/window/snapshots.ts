import {
  type EarningsRange,
  type EarningsView,
  noTotals,
  type Totals,
} from '../../src-shared/earnings.ts';
import type { Gpu, LaneId } from '../../src-shared/gpu.ts';
import type { Lockdown } from '../../src-shared/lockdown.ts';
import type { Said } from '../../src-shared/said.ts';
import type {
  Connection,
  ExampleView,
  Library,
  Notice,
  Segment,
  Snapshot,
} from '../../src-shared/snapshot.ts';
import type { CardSpeed } from '../../src-shared/speed.ts';
import { hours, type Joules, type Millis, millis, wholeMinute } from '../../src-shared/units.ts';
import { runningGames } from '../agent/game-cards.ts';
import { phaseView } from '../agent/lane.ts';
import type { Agent } from '../agent/state.ts';
import { priceAt } from '../policy/tariff.ts';

/** What the snapshot needs of the books. */
export type Accounts = {
  readonly totals: (from: Millis, to: Millis) => Totals;
  readonly earnings: (range: EarningsRange, now: Millis) => EarningsView;
  readonly strip: (from: Millis, to: Millis) => readonly Segment[];
  readonly hasRun: () => boolean;
};

/** Everything shown that is not the agent's own state. */
export type Surroundings = {
  readonly version: string;
  readonly books: number;
  readonly startsAtLogin: boolean | null;
  readonly libraries: readonly Library[];
  readonly connection: Connection;
  readonly network: Snapshot['network'];
  readonly gpuTrouble: Said | null;
  readonly examples: readonly ExampleView[];
  readonly notices: readonly Notice[];
  /** What holds around the lane's runner; null where it has had none yet. */
  readonly lockdownOf: (lane: LaneId) => Lockdown | null;
  /** The electricity that the job under a lease has used; null where nothing measures it. */
  readonly usedBy: (lane: LaneId, lease: string) => Joules | null;
  readonly speedOf: (gpu: Gpu) => CardSpeed | null;
  readonly speedTest: Snapshot['speedTest'];
};

/** How old the sums in a snapshot may be when no entry was added: electricity is added up by the minute. */
const SUMS_KEPT = 10_000;

/** Draws the whole snapshot; asks the books only when they changed or the last answer is old. */
export function openSnapshots(accounts: Accounts) {
  let range: EarningsRange = '24h';
  let sums: {
    readonly at: Millis;
    readonly today: Totals;
    readonly strip: readonly Segment[];
    readonly hasRun: boolean;
  } | null = null;
  /** Asked for with them, and alone where another period is looked at. */
  let earnings: EarningsView | null = null;

  return {
    /** After an entry was added. */
    stale(): void {
      sums = null;
    },
    watch(next: EarningsRange): void {
      range = next;
      earnings = null;
    },
    take(agent: Agent, around: Surroundings): Snapshot {
      const { now } = agent;
      // The strip ends with the last whole minute, so that it stays as it is until the next one.
      const minute = wholeMinute(now);
      if (!sums || now < sums.at || now - sums.at > SUMS_KEPT || minute > sums.at) {
        sums = {
          at: now,
          today: now > 0 ? accounts.totals(midnight(now), millis(now + 1)) : noTotals,
          strip: accounts.strip(millis(minute - hours(24)), minute),
          hasRun: accounts.hasRun(),
        };
        earnings = null;
      }
      earnings ??= accounts.earnings(range, now);
      return {
        takenAt: now,
        version: around.version,
        books: around.books,
        startsAtLogin: around.startsAtLogin,
        libraries: [...around.libraries],
        idleFor: agent.idleFor,
        locked: agent.locked,
        settings: agent.settings,
        lanes: agent.lanes.map((lane) => ({
          lane: lane.gpu.lane,
          gpu: lane.gpu,
          reading: lane.reading,
          phase: phaseView(lane, (lease) => around.usedBy(lane.gpu.lane, lease)),
          // A lane that rests is not slowed.
          slowdown: lane.doing.kind === 'running' ? lane.governor.slowdown : null,
          powerLimitTrouble: lane.powerLimitTrouble,
          lockdown: around.lockdownOf(lane.gpu.lane),
          speed: around.speedOf(lane.gpu),
        })),
        playing: runningGames(agent).length > 0,
        hasRun:
          sums.hasRun ||
          earnings.jobs.length > 0 ||
          agent.lanes.some(({ doing }) => doing.kind === 'running'),
        priceNow: priceAt(agent.settings, now),
        gpuTrouble: around.gpuTrouble,
        connection: around.connection,
        network: around.network,
        today: sums.today,
        strip: [...sums.strip],
        earnings,
        examples: [...around.examples],
        speedTest: around.speedTest,
        notices: [...around.notices],
      };
    },
  };
}

/** The start of the owner's day, local time. */
function midnight(now: Millis): Millis {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  return millis(day.getTime());
}
