import type { Reading } from '../src-shared/gpu.ts';
import type { Settings } from '../src-shared/settings.ts';
import type { HoldReason } from '../src-shared/snapshot.ts';
import { celsius, type Millis, millis, seconds } from '../src-shared/units.ts';

/** A program the owner plays. */
export type Game = { readonly pid: number; readonly path: string; readonly title: string };

/** All that policy looks at, for one lane at one moment. */
export type Circumstances = {
  readonly now: Millis;
  readonly settings: Settings;
  /** Null until the card has been read once; the software lane has readings full of nulls. */
  readonly reading: Reading | null;
  readonly games: readonly Game[];
  /** Null where the system does not say (no display): nobody can be at the machine then. */
  readonly idleFor: Millis | null;
  readonly onBattery: boolean;
  readonly leaving: boolean;
  /** The owner said "start now". */
  readonly startNow: boolean;
};

/** How the lane must give way: `evict` kills at once, `yield` finishes the step and saves a checkpoint first. */
export type Urgency = 'evict' | 'yield';

export type Hold = { readonly reason: HoldReason; readonly urgency: Urgency };

/** When each rule last applied to a lane, and what it said: what the hold-off is measured from. */
export type Memory = Partial<
  Record<HoldReason['kind'], { readonly at: Millis; readonly reason: HoldReason }>
>;

type Rule = {
  readonly kind: HoldReason['kind'];
  readonly urgency: Urgency;
  /** Entering is immediate; leaving waits this long, so nothing flaps. */
  readonly leaveAfter: Millis;
  /** `held`: this rule held the lane a moment ago (for limits with two thresholds). */
  readonly applies: (now: Circumstances, held: boolean) => HoldReason | null;
};

/** A card must cool this far below the limit before it works again: about half a minute on an air cooler. */
const COOL_DOWN = 8;
/** Launchers start a game as several processes in a row; a gap this short between them is the same game. */
const GAME_GAP = seconds(3);
/** A plug that is being pushed in bounces. */
const PLUG_SETTLES = seconds(5);
const AT_ONCE = millis(0);

/**
 * The house rules, one line per promise to the owner. Ordered by how much they would mind; the first line that applies
 * is the one we show, and the most urgent of all that apply is how we obey.
 */
const rules: readonly Rule[] = [
  {
    kind: 'switched-off',
    urgency: 'evict',
    leaveAfter: AT_ONCE,
    applies: ({ settings }) => (settings.sharing ? null : { kind: 'switched-off' }),
  },
  {
    kind: 'paused',
    urgency: 'evict',
    leaveAfter: AT_ONCE,
    applies: ({ settings: { pausedUntil }, now }) =>
      pausedUntil !== null && (pausedUntil === 'forever' || now < pausedUntil)
        ? { kind: 'paused', until: pausedUntil }
        : null,
  },
  {
    kind: 'leaving',
    urgency: 'evict',
    leaveAfter: AT_ONCE,
    applies: ({ leaving }) => (leaving ? { kind: 'leaving' } : null),
  },
  {
    kind: 'game-running',
    urgency: 'evict',
    leaveAfter: GAME_GAP,
    applies: ({ games: [game] }) =>
      game ? { kind: 'game-running', title: game.title, path: game.path } : null,
  },
  {
    kind: 'gpu-lost',
    urgency: 'evict',
    leaveAfter: AT_ONCE,
    applies: ({ reading }) => (reading?.lost ? { kind: 'gpu-lost' } : null),
  },
  {
    kind: 'too-hot',
    urgency: 'yield',
    leaveAfter: AT_ONCE,
    applies: ({ reading, settings: { temperatureMax: limit } }, held) => {
      const temperature = reading?.temperature ?? null;
      const resumesBelow = celsius(limit - COOL_DOWN);
      return temperature !== null && temperature >= (held ? resumesBelow : limit)
        ? { kind: 'too-hot', temperature, limit, resumesBelow }
        : null;
    },
  },
  {
    kind: 'on-battery',
    urgency: 'evict',
    leaveAfter: PLUG_SETTLES,
    applies: ({ onBattery, settings }) =>
      onBattery && settings.pauseOnBattery ? { kind: 'on-battery' } : null,
  },
  {
    kind: 'owner-active',
    urgency: 'yield',
    leaveAfter: AT_ONCE,
    applies: ({ settings: { when }, idleFor, startNow }) =>
      when.kind === 'away' && idleFor !== null && idleFor < when.after && !startNow
        ? { kind: 'owner-active', startsAfter: when.after }
        : null,
  },
  {
    kind: 'starting',
    urgency: 'yield',
    leaveAfter: AT_ONCE,
    applies: ({ reading }) => (reading ? null : { kind: 'starting' }),
  },
];

/**
 * Whether a lane must be left alone, why (for a person) and how fast; null when we are welcome. Pure: the memory of
 * hold-offs goes in and comes out.
 */
export function holdOf(
  now: Circumstances,
  memory: Memory,
): { readonly hold: Hold | null; readonly memory: Memory } {
  const next: Memory = {};
  let reason: HoldReason | null = null;
  let urgency: Urgency = 'yield';
  for (const rule of rules) {
    const before = memory[rule.kind];
    const said = rule.applies(now, before !== undefined);
    // A clock set back must not hold a lane for ever, so the time since is never taken as negative.
    const lingers = before && Math.abs(now.now - before.at) < rule.leaveAfter;
    if (!said && !lingers) continue;
    const entry = said ? { at: now.now, reason: said } : before;
    if (!entry) continue;
    next[rule.kind] = entry;
    reason ??= entry.reason;
    if (rule.urgency === 'evict') urgency = 'evict';
  }
  return { hold: reason ? { reason, urgency } : null, memory: next };
}
