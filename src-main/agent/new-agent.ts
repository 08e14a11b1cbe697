import type { Settings } from '../../src-shared/settings.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { Agent } from './state.ts';

/** An agent that has seen nothing yet. */
export const newAgent = (
  now: Millis,
  settings: Settings,
  { trusted, models, speedJobs }: Pick<Agent, 'trusted' | 'models' | 'speedJobs'>,
): Agent => ({
  now,
  settings,
  lent: null,
  trusted,
  models,
  lanes: [],
  sawCard: false,
  games: [],
  inFront: null,
  idleFor: null,
  locked: false,
  onBattery: false,
  metered: false,
  earnsPerHour: null,
  leaving: false,
  startNow: false,
  paysTest: true,
  skipped: [],
  speedTest: { kind: 'idle' },
  speedJobs,
});
