import type { EarningsRange } from '../../src-shared/earnings.ts';
import type { Said } from '../../src-shared/said.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { Millis } from '../../src-shared/units.ts';
import type { Event } from '../agent/event.ts';
import { saved } from '../agent/lent-sharing.ts';
import { refusesSpeedTest } from '../agent/speed-test.ts';
import type { Agent } from '../agent/state.ts';
import type { Examples } from '../own-jobs/examples.ts';
import type { Senses } from '../senses/senses.ts';
import type { SettingsStore } from '../settings/store.ts';
import type { Controls } from './commands.ts';
import type { Notices } from './notices.ts';

type Rooms = {
  readonly agent: () => Agent;
  readonly settings: SettingsStore;
  readonly dispatch: (event: Event) => void;
  readonly clock: () => Millis;
  readonly session: { readonly retryNow: () => void };
  readonly examples: Pick<Examples, 'run' | 'show'>;
  readonly notices: Pick<Notices, 'dismiss'>;
  readonly senses: Pick<Senses, 'recheck' | 'rescan'>;
  readonly startAtLogin: (on: boolean) => Said | null;
  /** Draws what has changed without the agent's doing. */
  readonly show: () => void;
  readonly watchEarnings: (range: EarningsRange) => void;
};

/** Everything that an order of the owner may reach, over the rooms of one agent. */
export function openControls(rooms: Rooms): Controls {
  const { agent, settings, dispatch, clock, session, examples, notices, senses } = rooms;
  function change(next: Settings): Said | null {
    const now = agent().settings;
    const rules = next.games !== now.games;
    // What the owner wants holds before the disk has heard of it.
    dispatch({ kind: 'settings-changed', at: clock(), settings: next });
    const written = settings.write(saved(agent()));
    if (rules) senses.recheck();
    return written.kind === 'ok' ? null : written.detail;
  }
  return {
    now: clock,
    settings: () => agent().settings,
    change,
    startNow: () => dispatch({ kind: 'start-now', at: clock() }),
    tryAgain: () => {
      session.retryNow();
      dispatch({ kind: 'try-again', at: clock() });
    },
    runExample: examples.run,
    refusesSpeedTest: (lane) => refusesSpeedTest(agent(), lane),
    lendSharing: () => dispatch({ kind: 'sharing-lent', at: clock() }),
    keepSharing: () => dispatch({ kind: 'sharing-kept', at: clock() }),
    runSpeedTest: (lane) => dispatch({ kind: 'measure', at: clock(), lane }),
    stopSpeedTest: () => dispatch({ kind: 'stop-measuring', at: clock() }),
    showResults: examples.show,
    watchEarnings: rooms.watchEarnings,
    dismiss: notices.dismiss,
    skipJob: (lane) => dispatch({ kind: 'skipped', at: clock(), lane }),
    scanGames: () => {
      senses.rescan();
      rooms.show();
    },
    startAtLogin: rooms.startAtLogin,
  };
}
