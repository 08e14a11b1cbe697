import { z } from 'zod';
import { Said } from './said.ts';
import { bytes, celsius, joules, millis, watts } from './units.ts';

/** One GPU, one lane: the card's UUID, or `software` where there is no card. */
export const LaneId = z.string().min(1).max(96).brand<'LaneId'>();
export type LaneId = z.infer<typeof LaneId>;

export const Backend = z.enum(['cuda', 'webgpu']);
export type Backend = z.infer<typeof Backend>;

/** How a WebGPU host is told which card to work on: adapters have no ordinals, and tell only some of this. */
export const Chip = z.object({
  /** PCI number of its maker. */
  vendor: z.int().min(0).max(0xffff),
  /** The chip's own PCI number; null where it is on no PCI bus. */
  device: z.int().min(0).max(0xffff).nullable(),
  /** `Navi 21`, as drivers call it too; null where no list knows it. */
  codename: z.string().max(100).nullable(),
  /** No other chip of this maker is in the computer, not even one inside the processor. */
  alone: z.boolean(),
});
export type Chip = Readonly<z.infer<typeof Chip>>;

/** What does not change while a card is in the machine. */
export const Gpu = z.object({
  lane: LaneId,
  name: z.string().max(200),
  backend: Backend,
  /** SwiftShader or the like on the CPU: for trials and tests, never sold as a GPU. */
  software: z.boolean(),
  /** The driver's ordinal. */
  index: z.int().min(0),
  vramTotal: z.int().min(0).transform(bytes),
  powerMax: z.number().min(0).transform(watts).nullable(),
  /** The least the power limit can be set to, and what the maker set; null where the driver does not say. */
  powerMin: z.number().min(0).transform(watts).nullable(),
  powerDefault: z.number().min(0).transform(watts).nullable(),
  /** `0000:01:00.0`, as the system names the slot. */
  pci: z.string().max(40).nullable(),
  driver: z.string().max(100).nullable(),
  /** Left out where the backend tells cards apart by `index`, and for the software lane. */
  chip: Chip.optional(),
});
export type Gpu = Readonly<z.infer<typeof Gpu>>;

const fraction = z.number().min(0).max(1);

/** A program on a card. */
export const GpuProgram = z.object({
  pid: z.int(),
  /** Null where the driver will not say (Windows WDDM). */
  memory: z.int().min(0).transform(bytes).nullable(),
  /** Its share of the card's work; null where the driver will not say. */
  load: fraction.nullable(),
  /** Its executable's name; null where the system will not say. Filled in by main: a driver knows numbers only. */
  name: z.string().max(200).nullable(),
  /** One of our own runners. Filled in by main. */
  ours: z.boolean(),
});
export type GpuProgram = Readonly<z.infer<typeof GpuProgram>>;

/** A card at one moment. A value the driver does not give is null, never a guess. */
export const Reading = z.object({
  lane: LaneId,
  lost: z.boolean(),
  temperature: z.number().transform(celsius).nullable(),
  power: z.number().min(0).transform(watts).nullable(),
  powerLimit: z.number().min(0).transform(watts).nullable(),
  load: fraction.nullable(),
  memoryUsed: z.int().min(0).transform(bytes).nullable(),
  fan: fraction.nullable(),
  /** The hottest spot besides: the chip's where the card has a sensor there, else its memory. */
  hotSpot: z.number().transform(celsius).nullable(),
  /** What the card has used since its driver was loaded: its own counter, better than summed watts. */
  energy: z.number().min(0).transform(joules).nullable(),
  /** MHz. */
  clock: z.number().min(0).nullable(),
  memoryClock: z.number().min(0).nullable(),
  /** Why the card itself runs slower than it could: `power`, `heat`, `other`; empty where it does not. */
  slowedBy: z.array(z.enum(['power', 'heat', 'other'])),
  programs: z.array(GpuProgram),
});
export type Reading = Readonly<z.infer<typeof Reading>>;

/** A reading of which nothing is known. */
export const UNREAD: Omit<Reading, 'lane' | 'lost'> = {
  temperature: null,
  power: null,
  powerLimit: null,
  load: null,
  memoryUsed: null,
  fan: null,
  hotSpot: null,
  energy: null,
  clock: null,
  memoryClock: null,
  slowedBy: [],
  programs: [],
};

/** What the telemetry process says. It touches a driver, so main reads its words as a stranger's. */
export const TelemetryEvent = z.discriminatedUnion('kind', [
  /** Sent once after start, and again when cards come or go. `trouble`: why there is none, or a card is missing; for a person. */
  z.object({
    kind: z.literal('inventory'),
    gpus: z.array(Gpu),
    trouble: Said.nullable(),
  }),
  z.object({
    kind: z.literal('readings'),
    takenAt: z.int().transform(millis),
    readings: z.array(Reading),
  }),
  /** The answer to an order about a power limit: null where it holds now, else why not. */
  z.object({
    kind: z.literal('power-limited'),
    order: z.int(),
    lane: LaneId,
    trouble: Said.nullable(),
  }),
]);
export type TelemetryEvent = Readonly<z.infer<typeof TelemetryEvent>>;
