import { cardSettings } from '../../src-shared/settings.ts';
import type { HoldReason } from '../../src-shared/snapshot.ts';
import { hours, type MicroUsd, type Millis, millis, seconds } from '../../src-shared/units.ts';
import type { Circumstances, Hold } from './circumstances.ts';
import { tooHot } from './heat.ts';
import { type BusySince, busiest, memoryWanted } from './other-programs.ts';
import { isShared, nextChange } from './schedule.ts';
import { costOf, drawOf, nextPrice, priceAt } from './tariff.ts';

/** What a rule looks at: the moment, and what only the looks before it could tell. */
export type Look = Circumstances & {
  readonly busySince: BusySince;
  /** When the owner's pause ends, whatever was done to the clock since; null where there is none. */
  readonly pauseEnds: Millis | 'forever' | null;
};

export type Rule = {
  readonly kind: HoldReason['kind'];
  /** Entering is immediate; leaving waits this long, so nothing flaps. */
  readonly leaveAfter: Millis;
  /** `before`: what this rule said a moment ago, if it held the lane then (for limits with two thresholds). */
  readonly applies: (now: Look, before: HoldReason | null) => Hold | null;
};

/** Somebody waits for the card or the machine: kill now. */
const evict = (reason: HoldReason): Hold => ({ reason, urgency: 'evict' });
/** Nobody waits: finish the step and save. */
const yieldTo = (reason: HoldReason): Hold => ({ reason, urgency: 'yield' });

/** The owner's own word, or a fact that does not bounce. */
const AT_ONCE = millis(0);
/** Launchers start a game as several processes in a row; a gap this short between them is the same game. */
const GAME_GAP = seconds(3);
/** A render rests between pictures. A job that starts and dies in every such gap earns nothing and annoys. */
const PROGRAM_GAP = seconds(10);
/** A program that just ran out of memory tries again, or is started again by its owner. */
const MEMORY_SETTLES = seconds(30);
/** A card cools at once when its work stops and its heat sink does not: the next start would be short. */
const HEAT_SETTLES = seconds(10);
/** A plug that is being pushed in bounces. */
const PLUG_SETTLES = seconds(5);
/** A laptop that changes from one network to another has none for a while, and the system says "unmetered" then. */
const NETWORK_SETTLES = seconds(10);
/** What an hour brings is a mean that every receipt moves a little. */
const PAY_SETTLES = seconds(30);
/** Once electricity was too dear, work must bring this much more than it costs: at the same price it would flap. */
const WORTH_IT = 1.05;

/**
 * The house rules, one per promise to the owner. Ordered by how much they would mind: their own word first, then what they
 * want to do with the machine, then what could harm it, then what costs them, then the rest.
 */
const rules = [
  {
    kind: 'switched-off',
    leaveAfter: AT_ONCE,
    applies: ({ settings }) => (settings.sharing ? null : evict({ kind: 'switched-off' })),
  },
  {
    kind: 'paused',
    leaveAfter: AT_ONCE,
    applies: ({ pauseEnds: until, now }) =>
      until !== null && (until === 'forever' || now < until)
        ? evict({ kind: 'paused', until })
        : null,
  },
  {
    // As the switch, for one card.
    kind: 'card-off',
    leaveAfter: AT_ONCE,
    applies: ({ settings, gpu }) =>
      cardSettings(settings, gpu.lane).enabled ? null : evict({ kind: 'card-off' }),
  },
  {
    // Nobody waits: what has begun is finished as far as its step.
    kind: 'no-network',
    leaveAfter: AT_ONCE,
    applies: ({ settings }) => (settings.builtInNetwork ? null : yieldTo({ kind: 'no-network' })),
  },
  {
    // The system gives a second or two; what is not dead then is frozen with the card's memory in its hands.
    kind: 'leaving',
    leaveAfter: AT_ONCE,
    applies: ({ leaving }) => (leaving ? evict({ kind: 'leaving' }) : null),
  },
  {
    kind: 'game-running',
    leaveAfter: GAME_GAP,
    applies: ({ games: [game] }) =>
      game ? evict({ kind: 'game-running', title: game.title, path: game.path }) : null,
  },
  {
    // Somebody looks at that program's progress, and our step would stand in its way. Who chose `always` gave us half.
    kind: 'other-program',
    leaveAfter: PROGRAM_GAP,
    applies: (now, before) => {
      if (now.settings.when.kind === 'always') return null;
      const program = busiest(now, now.busySince, before !== null);
      if (!program) return null;
      const { title, load } = program;
      return evict({ kind: 'other-program', title, load });
    },
  },
  {
    // A program that gets no memory crashes: there is no time for a checkpoint.
    kind: 'memory-wanted',
    leaveAfter: MEMORY_SETTLES,
    applies: (now) => {
      const wanted = memoryWanted(now);
      return wanted && evict({ kind: 'memory-wanted', title: wanted.title });
    },
  },
  {
    // There is nobody left to yield: the driver answers nothing.
    kind: 'gpu-lost',
    leaveAfter: AT_ONCE,
    applies: ({ reading }) => (reading?.lost ? evict({ kind: 'gpu-lost' }) : null),
  },
  {
    kind: 'too-hot',
    leaveAfter: HEAT_SETTLES,
    applies: ({ reading, settings, gpu }, before) =>
      tooHot(reading, cardSettings(settings, gpu.lane).temperatureMax, before),
  },
  {
    // Every second on battery is a second less of the owner's evening.
    kind: 'on-battery',
    leaveAfter: PLUG_SETTLES,
    applies: ({ onBattery, settings }) =>
      onBattery && settings.pauseOnBattery ? evict({ kind: 'on-battery' }) : null,
  },
  {
    kind: 'schedule',
    leaveAfter: AT_ONCE,
    applies: ({ settings: { schedule }, now }) =>
      schedule === null || isShared(schedule, now)
        ? null
        : yieldTo({ kind: 'schedule', until: nextChange(schedule, now) }),
  },
  {
    kind: 'metered',
    leaveAfter: NETWORK_SETTLES,
    applies: ({ metered, settings }) =>
      metered && settings.pauseOnMetered ? yieldTo({ kind: 'metered' }) : null,
  },
  {
    kind: 'power-dear',
    leaveAfter: PAY_SETTLES,
    applies: ({ settings, gpu, reading, now, earnsPerHour, sharedCards }, before) => {
      if (earnsPerHour === null || !settings.pauseWhenDear) return null;
      const draw = drawOf(settings, gpu, reading, sharedCards);
      const pays = (price: MicroUsd, times: number) =>
        costOf(price, draw, hours(1)) * times <= earnsPerHour;
      if (pays(priceAt(settings, now), before ? WORTH_IT : 1)) return null;
      const until = nextPrice(settings, now, (price) => pays(price, WORTH_IT));
      return yieldTo({ kind: 'power-dear', until });
    },
  },
  {
    // The idle time itself is the hold-off.
    kind: 'owner-active',
    leaveAfter: AT_ONCE,
    applies: ({ settings: { when }, idleFor, startNow }) =>
      when.kind === 'away' && idleFor !== null && idleFor < when.after && !startNow
        ? yieldTo({ kind: 'owner-active', startsAfter: when.after })
        : null,
  },
  {
    kind: 'starting',
    leaveAfter: AT_ONCE,
    applies: ({ reading }) => (reading ? null : yieldTo({ kind: 'starting' })),
  },
] as const satisfies readonly Rule[];

/** `skipped` is no rule's: the agent holds a lane so while it gives a job back. */
type Forgotten = Exclude<HoldReason['kind'], 'skipped' | (typeof rules)[number]['kind']>;
/** In that order. A reason without a rule would never be said: the compiler misses it here. */
export const houseRules: readonly Rule[] & Record<Forgotten, Rule> = rules;
