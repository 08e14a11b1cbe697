import type { JobId } from '../../src-shared/job.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { Surroundings } from '../policy/circumstances.ts';
import type { InFront, RunningGame } from './game-cards.ts';
import type { Lane } from './lane.ts';
import type { SpeedTest } from './measuring.ts';

/** All the agent knows. Never edited, only replaced. */
export type Agent = Surroundings & {
  readonly now: Millis;
  /** As they hold now; see `lent` for what of them may be written down. */
  readonly settings: Settings;
  /** The owner's own word on sharing while a speed test is lent it; null where nothing is lent. Never on the disk. */
  readonly lent: Pick<Settings, 'sharing' | 'pausedUntil'> | null;
  readonly lanes: readonly Lane[];
  /** This machine has, or had, a card: see `meetCards`. */
  readonly sawCard: boolean;
  /** That a library or a rule of the owner's knows. Which games run, `runningGames` says: it looks at the screen as well. */
  readonly games: readonly RunningGame[];
  /** What has a screen to itself, film or game; null where nothing has. */
  readonly inFront: InFront | null;
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
  readonly speedTest: SpeedTest;
  /** How the ids of our own speed tests' jobs begin; null where we are no buyer of this network. */
  readonly speedJobs: string | null;
};
