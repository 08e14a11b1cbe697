import { isAbsolute, normalize } from 'node:path';
import type { EarningsRange } from '../../src-shared/earnings.ts';
import type { LaneId } from '../../src-shared/gpu.ts';
import { type Said, said } from '../../src-shared/said.ts';
import type { CardSettings, GameRule, Settings } from '../../src-shared/settings.ts';
import type { ExampleId, Notice } from '../../src-shared/snapshot.ts';
import { millis } from '../../src-shared/units.ts';
import type { CardPatch, Command, Reply } from '../../src-shared/window-protocol.ts';
import { foldName } from '../activity/programs/program-path.ts';
import { noKernels } from '../agent/offer.ts';

/** What an order may reach. */
export type Controls = {
  readonly now: () => number;
  readonly settings: () => Settings;
  /** Saves and obeys; why where the disk would not take it. */
  readonly change: (settings: Settings) => Said | null;
  readonly startNow: () => void;
  readonly tryAgain: () => void;
  /** Why the speed test cannot be run now; else null. */
  readonly refusesSpeedTest: (lane: LaneId) => Said | null;
  /** Sharing is on until the speed test is over, and then as it was; nothing of that is written down. */
  readonly lendSharing: () => void;
  /** What the owner says now about sharing holds, also after a speed test. */
  readonly keepSharing: () => void;
  readonly runSpeedTest: (lane: LaneId) => void;
  readonly stopSpeedTest: () => void;
  readonly runExample: (example: ExampleId) => void;
  /** Why there is nothing to show; null where there is. */
  readonly showResults: (example: ExampleId) => Said | null;
  readonly watchEarnings: (range: EarningsRange) => void;
  readonly dismiss: (notice: Notice['id']) => void;
  readonly skipJob: (lane: LaneId) => void;
  readonly scanGames: () => void;
  /** Why that cannot be arranged; null where it is. */
  readonly startAtLogin: (on: boolean) => Said | null;
};

const ok: Reply = { kind: 'ok' };
const replyOf = (trouble: Said | null): Reply =>
  trouble === null ? ok : { kind: 'refused', detail: trouble };

/** As many as the settings can hold. */
const MOST_RULES = 1000;

const foldPath = (path: string): string => foldName(normalize(path), process.platform);

/** The owner's verdict on a program, in the place of an older one. */
function judge(rule: GameRule, controls: Controls): Reply {
  const settings = controls.settings();
  if (!isAbsolute(rule.path))
    return {
      kind: 'refused',
      detail: said('noWholePath', { path: rule.path.slice(0, 100) }),
    };
  const known = settings.games.findIndex(({ path }) => foldPath(path) === foldPath(rule.path));
  if (known < 0 && settings.games.length >= MOST_RULES)
    return { kind: 'refused', detail: said('rulesFull') };
  const games =
    known < 0
      ? [...settings.games, rule]
      : settings.games.map((old, place) => (place === known ? rule : old));
  return replyOf(controls.change({ ...settings, games }));
}

/** A card's wishes after a change; nothing is kept of a wish that was taken back. */
function changed(before: CardSettings, patch: CardPatch): CardSettings {
  const merged = { ...before, ...sent(patch) };
  const { temperatureMax, ...rest } = merged;
  return temperatureMax == null ? rest : { ...rest, temperatureMax };
}

/** What was said: a field that was not sent is absent or undefined; neither may erase what is set. */
const sent = <T extends object>(patch: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

/** Carries out what the owner said in the window or the tray. */
export function obey(command: Command, controls: Controls): Reply {
  const settings = controls.settings();
  switch (command.kind) {
    case 'set-sharing':
      controls.keepSharing();
      // Switching on is a wish to share now: an old pause must not stand in its way.
      return replyOf(controls.change({ ...settings, sharing: command.on, pausedUntil: null }));
    case 'pause':
      return replyOf(
        controls.change({
          ...settings,
          pausedUntil: command.for === 'forever' ? 'forever' : millis(controls.now() + command.for),
        }),
      );
    case 'resume':
      return replyOf(controls.change({ ...settings, pausedUntil: null }));
    case 'start-now':
      controls.startNow();
      return ok;
    case 'try-again':
      controls.tryAgain();
      return ok;
    case 'not-a-game': {
      const { path } = command;
      const title = command.title ?? (path.split(/[\\/]/).pop() || path).slice(0, 200);
      return judge({ path, title, verdict: 'ignore' }, controls);
    }
    case 'always-pause':
      return judge({ path: command.path, title: command.title, verdict: 'pause' }, controls);
    case 'change-settings':
      return replyOf(controls.change({ ...settings, ...sent(command.patch) }));
    case 'change-card': {
      const card = changed(settings.cards[command.lane] ?? {}, command.patch);
      return replyOf(
        controls.change({ ...settings, cards: { ...settings.cards, [command.lane]: card } }),
      );
    }
    case 'run-example': {
      // The owner asked for work on this machine, now: that is consent for sharing and for "start now".
      const idle = noKernels(settings);
      if (idle !== null) return replyOf(idle);
      const trouble = controls.change({ ...settings, sharing: true, pausedUntil: null });
      if (trouble !== null) return replyOf(trouble);
      controls.startNow();
      controls.runExample(command.example);
      return ok;
    }
    case 'run-speed-test': {
      // A test that cannot be run is no reason to share.
      const refused = controls.refusesSpeedTest(command.lane);
      if (refused !== null) return replyOf(refused);
      if (command.lend) controls.lendSharing();
      else {
        const trouble = controls.change({ ...settings, sharing: true, pausedUntil: null });
        if (trouble !== null) return replyOf(trouble);
      }
      controls.startNow();
      controls.runSpeedTest(command.lane);
      return ok;
    }
    case 'stop-speed-test':
      controls.stopSpeedTest();
      return ok;
    case 'show-results':
      return replyOf(controls.showResults(command.example));
    case 'watch-earnings':
      controls.watchEarnings(command.range);
      return ok;
    case 'dismiss-notice':
      controls.dismiss(command.notice);
      return ok;
    case 'skip-job':
      controls.skipJob(command.lane);
      return ok;
    case 'scan-games':
      controls.scanGames();
      return ok;
    case 'start-at-login':
      return replyOf(controls.startAtLogin(command.on));
  }
}
