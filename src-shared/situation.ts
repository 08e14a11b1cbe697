import type { HoldReason, LanePhase, LaneView, RunningJob, Snapshot } from './snapshot.ts';
import type { Millis } from './units.ts';

/** A reason that is about the machine; the switch and the pause are situations of their own. */
export type Hold = Exclude<HoldReason, { kind: 'switched-off' } | { kind: 'paused' }>;

/** The one thing that explains this moment to the owner, whatever the number of lanes. */
export type Situation =
  | { readonly kind: 'off'; readonly stopping: boolean }
  | { readonly kind: 'paused'; readonly until: Millis | 'forever' }
  | { readonly kind: 'no-gpu'; readonly detail: string }
  | { readonly kind: 'looking' }
  | {
      readonly kind: 'earning';
      readonly jobs: readonly RunningJob[];
      readonly lanes: number;
      /** Every lane that earns is the software renderer. */
      readonly software: boolean;
      readonly offlineSince: Millis | null;
    }
  | { readonly kind: 'preparing'; readonly job: RunningJob }
  | { readonly kind: 'held'; readonly because: Hold }
  | { readonly kind: 'offline'; readonly since: Millis; readonly detail: string }
  | { readonly kind: 'seeking'; readonly since: Millis }
  | { readonly kind: 'resting'; readonly until: Millis; readonly detail: string }
  | { readonly kind: 'given-up'; readonly detail: string };

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
      return { kind: 'preparing', job: phase.job };
    case 'running':
      return { kind: 'earning', jobs: [phase.job], lanes: 1, software: false, offlineSince: null };
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
      return 4;
    case 'game-running':
      return 5;
    case 'too-hot':
      return 6;
    case 'on-battery':
      return 7;
    // Behind offline (8): away or not, nothing could start.
    case 'owner-active':
      return 9;
    case 'starting':
      return 11;
    case 'gpu-lost':
      return 14;
  }
}

/** Whether this lane needs the owner before it can earn again. */
export const isBroken = ({ phase }: LaneView): boolean =>
  phase.kind === 'given-up' || (phase.kind === 'held' && phase.because.kind === 'gpu-lost');

/** What explains this moment. */
export function situation(snapshot: Snapshot): Situation {
  const { settings, lanes, connection, takenAt } = snapshot;
  if (!settings.sharing) return { kind: 'off', stopping: lanes.some((l) => busy(l.phase)) };
  const until = settings.pausedUntil;
  if (until === 'forever' || (until !== null && until > takenAt)) return { kind: 'paused', until };
  if (lanes.length === 0) {
    const detail = snapshot.gpuTrouble;
    return detail === null ? { kind: 'looking' } : { kind: 'no-gpu', detail };
  }

  const earning = lanes.flatMap(({ gpu, phase }) =>
    phase.kind === 'running' ? [{ gpu, job: phase.job }] : [],
  );
  if (earning.length > 0) {
    return {
      kind: 'earning',
      jobs: earning.map((e) => e.job),
      lanes: lanes.length,
      software: earning.every((e) => e.gpu.software),
      offlineSince: connection.kind === 'offline' ? connection.since : null,
    };
  }

  const offline: Situation[] =
    connection.kind === 'offline' && !lanes.every(isBroken)
      ? [{ kind: 'offline', since: connection.since, detail: connection.detail }]
      : [];
  return [...offline, ...lanes.map((l) => ofPhase(l.phase))].reduce((first, next) =>
    rank(next) < rank(first) ? next : first,
  );
}
