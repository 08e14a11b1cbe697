import { z } from 'zod';
import { EarningsRange } from './earnings.ts';
import { LaneId } from './gpu.ts';
import type { Answered, QuestionInput } from './question.ts';
import { Said } from './said.ts';
import { CardSettings, GameRule, Settings } from './settings.ts';
import { ExampleId, Notice } from './snapshot.ts';
import { millis } from './units.ts';

/** The settings a window may change; the switch, the pause and a single card have commands of their own. */
export const SettingsPatch = Settings.omit({
  sharing: true,
  pausedUntil: true,
  cards: true,
}).partial();
export type SettingsPatch = Readonly<z.infer<typeof SettingsPatch>>;

/** What may change about one card. `temperatureMax` null: as for every card again. */
export const CardPatch = CardSettings.extend({
  temperatureMax: CardSettings.shape.temperatureMax.nullable(),
});
export type CardPatch = Readonly<z.infer<typeof CardPatch>>;

const path = GameRule.shape.path;
const title = GameRule.shape.title;

/** Everything the window and the tray may ask for. */
export const Command = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('set-sharing'), on: z.boolean() }),
  z.object({
    kind: z.literal('pause'),
    for: z.union([
      z
        .int()
        .min(1000)
        .max(7 * 86_400_000)
        .transform(millis),
      z.literal('forever'),
    ]),
  }),
  z.object({ kind: z.literal('resume') }),
  /** Run although the owner is here, until they have been away once, paused, or started a game. */
  z.object({ kind: z.literal('start-now') }),
  /** After giving up on a lane. */
  z.object({ kind: z.literal('try-again') }),
  /** Never pause for this program. Without a title it is called by the name of its file. */
  z.object({ kind: z.literal('not-a-game'), path, title: title.optional() }),
  /** Pause whenever this program runs. */
  z.object({ kind: z.literal('always-pause'), path, title }),
  z.object({ kind: z.literal('change-settings'), patch: SettingsPatch }),
  /** Changes what it names and nothing else, on this card and no other. */
  z.object({ kind: z.literal('change-card'), lane: LaneId, patch: CardPatch }),
  z.object({ kind: z.literal('run-example'), example: ExampleId }),
  /** Measure what this card can do, now. Switches sharing on; `lend`: only until it is over. */
  z.object({ kind: z.literal('run-speed-test'), lane: LaneId, lend: z.boolean().optional() }),
  /** Leave the speed test unfinished; what it has measured is forgotten. */
  z.object({ kind: z.literal('stop-speed-test') }),
  /** Open the folder with an example's results in the system's file manager. */
  z.object({ kind: z.literal('show-results'), example: ExampleId }),
  z.object({ kind: z.literal('watch-earnings'), range: EarningsRange }),
  z.object({ kind: z.literal('dismiss-notice'), notice: Notice.shape.id }),
  /** Give this lane's job back and do not take it again. */
  z.object({ kind: z.literal('skip-job'), lane: LaneId }),
  /** Look for game libraries again. */
  z.object({ kind: z.literal('scan-games') }),
  z.object({ kind: z.literal('start-at-login'), on: z.boolean() }),
]);
export type Command = Readonly<z.infer<typeof Command>>;
/** A command as it is written, before parsing. */
export type CommandInput = z.input<typeof Command>;

/** Said back for every command: it was obeyed, or why not. */
export const Reply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ok') }),
  z.object({ kind: z.literal('refused'), detail: Said }),
]);
export type Reply = Readonly<z.infer<typeof Reply>>;

/**
 * How snapshots come down, to Electron's preload and over the WebSocket: the lines of the parts that changed after snapshot `from`
 * and up to snapshot `to`. Snapshots are counted from 1: `from` 0 is a whole snapshot, `to` 0 none yet.
 */
export const SnapshotDelta = z.object({
  from: z.int().min(0),
  to: z.int().min(0),
  words: z.string(),
});
export type SnapshotDelta = Readonly<z.infer<typeof SnapshotDelta>>;

/** The whole bridge: snapshots come down, commands go up. In Electron the preload provides it, headless a WebSocket. */
export type AgentBridge = {
  /**
   * Shows the snapshot there is, then every new one: a `Snapshot` as text, which nobody has read yet. Each part is a line, its name
   * and its JSON; a part without a line is as it was.
   */
  readonly onSnapshot: (show: (words: string) => void) => () => void;
  readonly send: (command: CommandInput) => Promise<Reply>;
  readonly ask: (question: QuestionInput) => Promise<Answered>;
  /** Hides the popover, for the whole window or for nothing; missing where there is no popover. */
  readonly leavePopover?: (to: 'window' | 'nothing') => Promise<void>;
};
