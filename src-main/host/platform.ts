import type { Gpu } from '../../src-shared/gpu.ts';
import type { Answered, Question } from '../../src-shared/question.ts';
import type { Said } from '../../src-shared/said.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import type { Command, Reply } from '../../src-shared/window-protocol.ts';
import type { Owner } from '../activity/owner/owner.ts';
import type { Spawn } from '../children/child.ts';
import type { SettingsDisk } from '../settings/file.ts';

/** What the agent needs of the program around it: Electron, or plain Node. */
export type Platform = {
  /** Where everything of this agent lies; exists. */
  readonly folder: string;
  readonly version: string;
  /** The example jobs that are shipped along. */
  readonly examples: string;
  /** The folder of the speed test's programs. */
  readonly speedPrograms: string;
  /** The languages of the system, most wanted first. */
  readonly languages: () => readonly string[];
  readonly settingsDisk: SettingsDisk;
  readonly sealer: Sealer;
  readonly spawnRunner: (gpu: Gpu) => Spawn;
  /** Runs language models; null where their libraries are not installed. */
  readonly spawnModelRunner: Spawn | null;
  readonly spawnProbe: Spawn;
  /** Watches the screen of a Linux desktop; null where there is none, or the system tells by other means. */
  readonly spawnScreen: Spawn | null;
  /** For trials; see trial-options.ts. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly owner: () => Owner;
  /** Whether the computer should be kept from going to sleep by itself; may be said as often as one likes. */
  readonly keepAwake: (on: boolean) => void;
  /** Whether Offpeak starts when the owner logs in (null: it cannot arrange that here), and changing that. */
  readonly startsAtLogin: {
    readonly now: () => boolean | null;
    /** A sentence where it cannot be done. */
    readonly set: (on: boolean) => Said | null;
  };
  /** Opens a folder in the system's file manager. */
  readonly showFolder: (folder: string) => void;
  /** One line on what was done, for whoever asks why later. */
  readonly log: (line: string) => void;
  /** The latest of those lines, oldest first. */
  readonly recentLog: () => readonly string[];
  /** A new picture: at least once a second while work is done or somebody looks, else every few seconds. */
  readonly show: (snapshot: Snapshot) => void;
};

export type Offpeak = {
  readonly obey: (command: Command) => Reply;
  readonly answer: (question: Question) => Answered;
  /** Whether somebody looks at a window now; said when that changes. Before the first word nobody does. */
  readonly watched: (on: boolean) => void;
  /** The system is about to sleep or shut down, or has woken. */
  readonly leaving: (on: boolean) => void;
  /** Gives the card back, saves everything, and resolves when no process of ours is left. */
  readonly close: () => Promise<void>;
};

export type OpenedOffpeak =
  | { readonly kind: 'open'; readonly offpeak: Offpeak }
  | { readonly kind: 'refused'; readonly detail: Said };

/** The system's keyring, such as Electron's safeStorage. `seal` and `open` may throw. */
export type Sealer = {
  readonly available: boolean;
  readonly seal: (text: string) => Uint8Array;
  readonly open: (sealed: Uint8Array) => string;
};
