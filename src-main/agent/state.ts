import type { LaneId } from '../../src-shared/gpu.ts';
import type { JobId } from '../../src-shared/job.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { MicroUsd, Millis, Watts } from '../../src-shared/units.ts';
import type { InFront, RunningGame } from './game-cards.ts';
import type { Lane } from './lane.ts';

/** All the agent knows. Never edited, only replaced. */
export type Agent = {
  readonly now: Millis;
  readonly settings: Settings;
  readonly lanes: readonly Lane[];
  /** That a library or a rule of the owner's knows. Which games run, `runningGames` says: it looks at the screen as well. */
  readonly games: readonly RunningGame[];
  /** What has a screen to itself, film or game; null where nothing has. */
  readonly inFront: InFront | null;
  readonly idleFor: Millis | null;
  /** The screen is locked; `idleFor` is long then. */
  readonly locked: boolean;
  readonly onBattery: boolean;
  readonly metered: boolean;
  readonly earnsPerHour: MicroUsd | null;
  /** The system is going to sleep or shutting down. */
  readonly leaving: boolean;
  readonly startNow: boolean;
  /** The owner vouches for whoever publishes PTX and models on this network. */
  readonly trusted: boolean;
  /** Language models run on this machine, as far as anybody knows. */
  readonly models: boolean;
  /** The network we work for pays test credits, not money. */
  readonly paysTest: boolean;
  /** Jobs that the owner does not want, the latest last. */
  readonly skipped: readonly JobId[];
  /** A power limit that a speed test tries on a card; null where none does. */
  readonly trialLimit: { readonly lane: LaneId; readonly limit: Watts } | null;
};
