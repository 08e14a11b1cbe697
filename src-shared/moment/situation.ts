import type { Said } from '../said.ts';
import type {
  HoldReason,
  LanePhase,
  LaneView,
  RunningJob,
  Slowdown,
  Snapshot,
} from '../snapshot.ts';
import type { Millis } from '../units.ts';

/** A reason that is about the machine; the switch and the pause are situations of their own. */
export type Hold = Exclude<HoldReason, { kind: 'switched-off' } | { kind: 'paused' }>;

export type SlowedLane = LaneView & { readonly slowdown: Slowdown };

/** The one thing that explains this moment to the owner, whatever the number of lanes. */
export type Situation =
  | { readonly kind: 'off'; readonly stopping: boolean }
  | { readonly kind: 'paused'; readonly until: Millis | 'forever' }
  | { readonly kind: 'no-gpu'; readonly detail: Said }
  | { readonly kind: 'looking' }
  | {
      readonly kind: 'earning';
      readonly jobs: readonly RunningJob[];
      readonly lanes: number;
      /** Every lane that earns is the software renderer. */
      readonly software: boolean;
      readonly offlineSince: Millis | null;
      /** The lane whose work is slowed for the reason that matters most; null where all run at full speed. */
      readonly slowed: SlowedLane | null;
    }
  | { readonly kind: 'preparing'; readonly job: RunningJob; readonly fetching: number | null }
  | { readonly kind: 'held'; readonly because: Hold }
  | { readonly kind: 'offline'; readonly since: Millis; readonly detail: Said }
  | { readonly kind: 'seeking'; readonly since: Millis }
  | { readonly kind: 'resting'; readonly until: Millis; readonly detail: Said }
  | { readonly kind: 'given-up'; readonly detail: Said };

const busy = ({ kind }: LanePhase): boolean =>
  kind === 'running' || kind === 'preparing' || kind === 'yielding';

function ofHold(because: HoldReason): Situation {
  switch (because.kind) {
    // The switch is on, so this lane is about to hear of it.
    case 'switched-off':
      return { kind: 'looking' };
    case 'paused':
      return { kind: 'paused', until: because.until };
    case 'game-running':
    case 'on-battery':
    case 'too-hot':
    case 'owner-active':
    case 'gpu-lost':
    case 'starting':
    case 'leaving':
    case 'other-program':
    case 'memory-wanted':
    case 'schedule':
    case 'metered':
    case 'power-dear':
    case 'card-off':
    case 'no-network':
    case 'skipped':
      return { kind: 'held', because };
  }
}

function ofPhase(phase: LanePhase): Situation {
  switch (phase.kind) {
    case 'held':
    case 'yielding':
      return ofHold(phase.because);
    case 'seeking':
      return { kind: 'seeking', since: phase.since };
    case 'preparing':
      return { kind: 'preparing', job: phase.job, fetching: phase.fetching ?? null };
    case 'running':
      return {
        kind: 'earning',
        jobs: [phase.job],
        lanes: 1,
        software: false,
        offlineSince: null,
        slowed: null,
      };
    case 'resting':
      return { kind: 'resting', until: phase.until, detail: phase.detail };
    case 'given-up':
      return { kind: 'given-up', detail: phase.detail };
  }
}

/**
 * How loudly a situation speaks when lanes disagree; lower speaks first. The owner's own doing comes before the
 * machine's, and a broken card speaks last, for with more cards it gets an alert of its own.
 */
function rank(situation: Situation): number {
  switch (situation.kind) {
    case 'off':
      return 0;
    case 'paused':
      return 1;
    case 'earning':
      return 2;
    case 'preparing':
      return 3;
    case 'held':
      return rankOfHold(situation.because);
    case 'offline':
      return 8;
    case 'seeking':
      return 10;
    case 'looking':
      return 11;
    case 'resting':
      return 12;
    case 'no-gpu':
    case 'given-up':
      return 13;
  }
}

function rankOfHold(because: Hold): number {
  switch (because.kind) {
    case 'leaving':
    case 'no-network':
    case 'skipped':
      return 4;
    case 'game-running':
      return 5;
    case 'too-hot':
      return 6;
    case 'on-battery':
    case 'other-program':
    case 'memory-wanted':
    case 'schedule':
    case 'metered':
    case 'power-dear':
      return 7;
    // Behind offline (8): away or not, nothing could start.
    case 'owner-active':
      return 9;
    case 'starting':
      return 11;
    case 'gpu-lost':
      return 14;
    case 'card-off':
      return 15;
  }
}

/** Whether this lane needs the owner before it can earn again. */
export const isBroken = (lane: LaneView): boolean =>
  lane.phase.kind === 'given-up' || isHeldBy(lane, 'gpu-lost');

const isHeldBy = ({ phase }: LaneView, kind: HoldReason['kind']): boolean =>
  phase.kind === 'held' && phase.because.kind === kind;

/** A share of the time that is drawn as all of it is no slowdown to anybody. */
const FULL_SPEED = 0.995;
/** Heat before power before quiet hours: by how little the owner chose it for this moment. */
const SLOWED: readonly Slowdown['because'][] = ['heat', 'power', 'quiet-hours'];

function slowedLane(lanes: readonly LaneView[]): SlowedLane | null {
  const slowed = lanes.flatMap((lane) =>
    lane.slowdown && lane.slowdown.duty < FULL_SPEED ? [{ ...lane, slowdown: lane.slowdown }] : [],
  );
  const first = SLOWED.flatMap((why) => slowed.filter((l) => l.slowdown.because === why));
  return first[0] ?? null;
}

/**
 * The owner's pause, as the lanes keep it: where a clock was set back they know better than the settings when it ends, and
 * that it has ended.
 */
function pauseOf({ settings, lanes, takenAt }: Snapshot): Situation | null {
  const until = settings.pausedUntil;
  if (until === 'forever') return { kind: 'paused', until };
  if (until === null || until <= takenAt) return null;
  const kept = lanes.map((lane) =>
    lane.phase.kind === 'held' && lane.phase.because.kind === 'paused'
      ? lane.phase.because.until
      : null,
  );
  return kept.every((end) => end !== null) ? { kind: 'paused', until: kept[0] ?? until } : null;
}

/** What explains this moment. */
export function situation(snapshot: Snapshot): Situation {
  const { settings, lanes, connection } = snapshot;
  if (!settings.sharing) return { kind: 'off', stopping: lanes.some((l) => busy(l.phase)) };
  const pause = pauseOf(snapshot);
  if (pause) return pause;
  if (lanes.length === 0) {
    const detail = snapshot.gpuTrouble;
    return detail === null ? { kind: 'looking' } : { kind: 'no-gpu', detail };
  }

  const working = lanes.filter(({ phase }) => phase.kind === 'running');
  if (working.length > 0) {
    return {
      kind: 'earning',
      jobs: working.flatMap(({ phase }) => (phase.kind === 'running' ? [phase.job] : [])),
      // A card that its owner does not share is not missed.
      lanes: lanes.filter((lane) => !isHeldBy(lane, 'card-off')).length,
      software: working.every(({ gpu }) => gpu.software),
      offlineSince: connection.kind === 'offline' ? connection.since : null,
      slowed: slowedLane(working),
    };
  }

  const offline: Situation[] =
    connection.kind === 'offline' && !lanes.every((l) => isBroken(l) || isHeldBy(l, 'card-off'))
      ? [{ kind: 'offline', since: connection.since, detail: connection.detail }]
      : [];
  return [...offline, ...lanes.map((l) => ofPhase(l.phase))].reduce((first, next) =>
    rank(next) < rank(first) ? next : first,
  );
}
