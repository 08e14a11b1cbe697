import { z } from 'zod';
import { EarningsView, Totals } from './earnings.ts';
import { Gpu, LaneId, Reading } from './gpu.ts';
import { JobId, Pay } from './job.ts';
import { JobKind } from './job-kind.ts';
import { Lockdown } from './lockdown.ts';
import { Said } from './said.ts';
import { Settings } from './settings.ts';
import { CardSpeed } from './speed.ts';
import { celsius, joules, microUsd, millis } from './units.ts';

const at = z.int().transform(millis);

/** Why the GPU is not ours right now: everything a person wants to read about it. */
export const HoldReason = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('switched-off') }),
  z.object({ kind: z.literal('paused'), until: z.union([at, z.literal('forever')]) }),
  z.object({ kind: z.literal('game-running'), title: z.string(), path: z.string() }),
  z.object({ kind: z.literal('on-battery') }),
  z.object({
    kind: z.literal('too-hot'),
    temperature: z.number().transform(celsius),
    limit: z.number().transform(celsius),
    resumesBelow: z.number().transform(celsius),
  }),
  /** Another program keeps the GPU busy. */
  z.object({ kind: z.literal('other-program'), title: z.string(), load: z.number().min(0).max(1) }),
  /** Another program needs the graphics memory that we would take. `title` null: nobody knows which. */
  z.object({ kind: z.literal('memory-wanted'), title: z.string().nullable() }),
  /** Outside the owner's week. `until` null: no hour of it is shared. */
  z.object({ kind: z.literal('schedule'), until: at.nullable() }),
  z.object({ kind: z.literal('metered') }),
  /** Electricity costs more than the work brings. `until` null: at every hour of the tariff. */
  z.object({ kind: z.literal('power-dear'), until: at.nullable() }),
  /** The owner does not share this card. */
  z.object({ kind: z.literal('card-off') }),
  /** The owner switched every network off. */
  z.object({ kind: z.literal('no-network') }),
  z.object({ kind: z.literal('owner-active'), startsAfter: z.int().transform(millis) }),
  z.object({ kind: z.literal('gpu-lost') }),
  /** Nothing has been measured yet. */
  z.object({ kind: z.literal('starting') }),
  /** The owner's machine is going to sleep or shutting down. */
  z.object({ kind: z.literal('leaving') }),
  /** The owner skipped the job, which is being given back. */
  z.object({ kind: z.literal('skipped') }),
]);
export type HoldReason = Readonly<z.infer<typeof HoldReason>>;

/** How far a job is, in steps. */
export const RunningJob = z.object({
  id: JobId,
  title: z.string(),
  what: JobKind,
  pay: Pay,
  /** The electricity it used here so far, measured; null where nothing measures it. */
  joules: z.number().min(0).transform(joules).nullable(),
  /** Where this run of it began, in steps. */
  firstStep: z.int().min(0),
  step: z.int().min(0),
  steps: z.int().min(1),
  startedAt: at,
});
export type RunningJob = Readonly<z.infer<typeof RunningJob>>;

/** What one lane does. */
export const LanePhase = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('held'), because: HoldReason }),
  z.object({ kind: z.literal('seeking'), since: at }),
  /** A job is ours; its inputs are being fetched or the runner starts. */
  z.object({
    kind: z.literal('preparing'),
    job: RunningJob,
    /** The share of its language model that is here; null or absent while none is fetched. */
    fetching: z.number().min(0).max(1).nullable().optional(),
  }),
  z.object({ kind: z.literal('running'), job: RunningJob }),
  z.object({ kind: z.literal('yielding'), job: RunningJob, because: HoldReason }),
  /** After a crash: wait, then try again. */
  z.object({ kind: z.literal('resting'), until: at, detail: Said }),
  /** Crashed too often: nothing runs until the owner says try again. */
  z.object({ kind: z.literal('given-up'), detail: Said }),
]);
export type LanePhase = Readonly<z.infer<typeof LanePhase>>;

/** Work is slowed: to `duty` of the time, because of the first of these that asks for it. */
export const Slowdown = z.object({
  duty: z.number().min(0).max(1),
  because: z.enum(['heat', 'power', 'quiet-hours']),
});
export type Slowdown = Readonly<z.infer<typeof Slowdown>>;

export const LaneView = z.object({
  lane: LaneId,
  gpu: Gpu,
  reading: Reading.nullable(),
  phase: LanePhase,
  /** Null: at full speed. */
  slowdown: Slowdown.nullable(),
  /** Why the power limit the owner chose is held by pauses in the work instead of by the card; null where it is not. */
  powerLimitTrouble: Said.nullable(),
  /** What has been taken from the lane's latest runner, and what could not be; null before it had one. */
  lockdown: Lockdown.nullable(),
  /** What the speed test measured; null where it was not run under the driver of today. */
  speed: CardSpeed.nullable(),
});
export type LaneView = Readonly<z.infer<typeof LaneView>>;

export const Connection = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('online') }),
  z.object({ kind: z.literal('offline'), since: at, detail: Said }),
]);
export type Connection = Readonly<z.infer<typeof Connection>>;

/** The colour, icon and word of a moment; the 24-hour strip is made of these. */
export const StateKind = z.enum(['earning', 'waiting', 'paused', 'hot', 'error', 'offline', 'off']);
export type StateKind = z.infer<typeof StateKind>;

/** The label of a piece of the day in which Offpeak did not run at all. */
export const PC_OFF = 'pc-off';

/** One piece of the last 24 hours. `label`: the game's name and the like, `PC_OFF`, or empty. */
export const Segment = z.object({ from: at, to: at, state: StateKind, label: z.string() });
export type Segment = Readonly<z.infer<typeof Segment>>;

export const ExampleId = z.enum(['options', 'scene']);
export type ExampleId = z.infer<typeof ExampleId>;

/** An example job the window offers to run, and how far it is. */
export const ExampleView = z.object({
  id: ExampleId,
  progress: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('idle') }),
    z.object({ kind: z.literal('running'), done: z.int().min(0), of: z.int().min(1) }),
    /** `verdict`: what the example's own checker found; `folder`: where the results lie. */
    z.object({ kind: z.literal('done'), folder: z.string(), verdict: Said }),
    z.object({ kind: z.literal('failed'), detail: Said }),
  ]),
});
export type ExampleView = Readonly<z.infer<typeof ExampleView>>;

/** The speed test: `done` of `of` measurements. */
export const SpeedTestView = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('idle') }),
  z.object({
    kind: z.literal('running'),
    lane: LaneId,
    done: z.int().min(0),
    of: z.int().min(1),
  }),
  z.object({ kind: z.literal('failed'), lane: LaneId, detail: Said }),
]);
export type SpeedTestView = Readonly<z.infer<typeof SpeedTestView>>;

/** A game library found on this machine, and the games in it. */
export const Library = z.object({ name: z.string(), games: z.int().min(0) });
export type Library = Readonly<z.infer<typeof Library>>;
/** There are not half as many launchers. */
export const MOST_LIBRARIES = 50;

/** Something the owner should know once. Its id is its own for as long as Offpeak runs. */
export const Notice = z.object({ id: z.int().min(1), said: Said });
export type Notice = Readonly<z.infer<typeof Notice>>;

/** All the tray and the window ever see; whole, every time. */
export const Snapshot = z.object({
  takenAt: at,
  /** Offpeak's own, `0.1.0`. */
  version: z.string(),
  /** How long nobody has touched the machine; null where the system does not say. */
  idleFor: z.int().min(0).transform(millis).nullable(),
  /** The screen is locked: nobody is there, whatever `idleFor` says. */
  locked: z.boolean(),
  settings: Settings,
  lanes: z.array(LaneView),
  /** A game runs, whatever the cards do meanwhile. */
  playing: z.boolean(),
  /** Whether any job ever ran on this machine. */
  hasRun: z.boolean(),
  /** What a kilowatt-hour costs at this moment. */
  priceNow: z.int().min(0).transform(microUsd),
  /** Why there is no GPU lane; null when there is one. */
  gpuTrouble: Said.nullable(),
  connection: Connection,
  /** The network we work for. `test`: it pays test credits only. */
  network: z.object({ name: Said, test: z.boolean() }),
  today: Totals,
  strip: z.array(Segment).max(200),
  earnings: EarningsView,
  /** Grows with every line written to the books: what was asked of them before may be old. */
  books: z.int().min(0),
  /** Whether Offpeak starts when the owner logs in; null where it cannot arrange that. */
  startsAtLogin: z.boolean().nullable(),
  /** The game libraries of this machine. */
  libraries: z.array(Library).max(MOST_LIBRARIES),
  examples: z.array(ExampleView),
  speedTest: SpeedTestView,
  /** Things the owner should know once: settings reset, ledger repaired, disk full. Newest last. */
  notices: z.array(Notice).max(20),
});
export type Snapshot = Readonly<z.infer<typeof Snapshot>>;
