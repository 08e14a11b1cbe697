import type { EarningsRange } from '../src-shared/earnings.ts';
import type { Settings } from '../src-shared/settings.ts';
import type { ExampleId } from '../src-shared/snapshot.ts';
import { millis } from '../src-shared/units.ts';
import type { Command, Reply } from '../src-shared/window-protocol.ts';

/** What an order may reach. */
export type Staff = {
  readonly now: () => number;
  readonly settings: () => Settings;
  /** Saves and obeys; a sentence where the disk would not take it. */
  readonly change: (settings: Settings) => string | null;
  readonly startNow: () => void;
  readonly tryAgain: () => void;
  readonly runExample: (example: ExampleId) => void;
  /** A sentence where there is nothing to show. */
  readonly showResults: (example: ExampleId) => string | null;
  readonly watchEarnings: (range: EarningsRange) => void;
  readonly dismiss: (notice: string) => void;
};

const ok: Reply = { kind: 'ok' };
const replyOf = (trouble: string | null): Reply =>
  trouble === null ? ok : { kind: 'refused', detail: trouble };

/** Carries out what the owner said in the window or the tray. */
export function obey(command: Command, staff: Staff): Reply {
  const settings = staff.settings();
  switch (command.kind) {
    case 'set-sharing':
      // Switching on is a wish to share now: an old pause must not stand in its way.
      return replyOf(staff.change({ ...settings, sharing: command.on, pausedUntil: null }));
    case 'pause':
      return replyOf(
        staff.change({
          ...settings,
          pausedUntil: command.for === 'forever' ? 'forever' : millis(staff.now() + command.for),
        }),
      );
    case 'resume':
      return replyOf(staff.change({ ...settings, pausedUntil: null }));
    case 'start-now':
      staff.startNow();
      return ok;
    case 'try-again':
      staff.tryAgain();
      return ok;
    case 'not-a-game': {
      const others = settings.games.filter(({ path }) => path !== command.path);
      const title = command.path.split(/[\\/]/).pop() ?? command.path;
      return replyOf(
        staff.change({
          ...settings,
          games: [...others, { path: command.path, title: title.slice(0, 200), verdict: 'ignore' }],
        }),
      );
    }
    case 'change-settings': {
      // A field that was not sent is absent or undefined; neither may erase what is set.
      const patch = Object.fromEntries(
        Object.entries(command.patch).filter(([, value]) => value !== undefined),
      );
      return replyOf(staff.change({ ...settings, ...patch }));
    }
    case 'run-example': {
      // The owner asked for work on this machine, now: that is consent for sharing and for "start now".
      const trouble = staff.change({ ...settings, sharing: true, pausedUntil: null });
      if (trouble !== null) return replyOf(trouble);
      staff.startNow();
      staff.runExample(command.example);
      return ok;
    }
    case 'show-results':
      return replyOf(staff.showResults(command.example));
    case 'watch-earnings':
      staff.watchEarnings(command.range);
      return ok;
    case 'dismiss-notice':
      staff.dismiss(command.notice);
      return ok;
  }
}
