import type { Gpu, Reading } from '../../src-shared/gpu.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { HoldReason } from '../../src-shared/snapshot.ts';
import type { MicroUsd, Millis } from '../../src-shared/units.ts';

export type Hold = { readonly reason: HoldReason; readonly urgency: Urgency };

/** A program the owner plays. */
export type Game = { readonly pid: number; readonly path: string; readonly title: string };

/** What is told at every look and holds for the whole machine. A fact more is asked for wherever it must be passed on. */
export type Surroundings = {
  /** Null where the system does not say (no display): nobody can be at the machine then. */
  readonly idleFor: Millis | null;
  /** The screen is locked; `idleFor` is long then. */
  readonly locked: boolean;
  readonly onBattery: boolean;
  readonly metered: boolean;
  /** What an hour of work has brought of late, in money; null where nobody knows, or the pay is test credits. */
  readonly earnsPerHour: MicroUsd | null;
};

/** All that policy looks at, for one lane at one moment. */
export type Circumstances = Surroundings & {
  readonly now: Millis;
  readonly settings: Settings;
  readonly gpu: Gpu;
  /** Null until the card has been read once; the software lane has readings full of nulls. */
  readonly reading: Reading | null;
  /** A job is on this lane, so what the card does may be our doing. */
  readonly working: boolean;
  readonly games: readonly Game[];
  /** How many cards the owner shares. */
  readonly sharedCards: number;
  readonly leaving: boolean;
  /** The owner said "start now". */
  readonly startNow: boolean;
};

/** How the lane must give way: `evict` kills at once, `yield` finishes the step and saves a checkpoint first. */
export type Urgency = 'evict' | 'yield';
