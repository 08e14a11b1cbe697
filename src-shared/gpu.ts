import { z } from 'zod';
import { bytes, celsius, millis, watts } from './units.ts';

/** One GPU, one lane: the card's UUID, or `software` where there is no card. */
export const LaneId = z.string().min(1).max(96).brand<'LaneId'>();
export type LaneId = z.infer<typeof LaneId>;

export const Backend = z.enum(['cuda', 'webgpu']);
export type Backend = z.infer<typeof Backend>;

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
  driver: z.string().max(100).nullable(),
});
export type Gpu = Readonly<z.infer<typeof Gpu>>;

const fraction = z.number().min(0).max(1);

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
  /** Every program the driver names on the card; `memory` null where it will not say (Windows WDDM). */
  programs: z.array(z.object({ pid: z.int(), memory: z.int().min(0).transform(bytes).nullable() })),
});
export type Reading = Readonly<z.infer<typeof Reading>>;

/** What the telemetry process says. It touches a driver, so main reads its words as a stranger's. */
export const TelemetryEvent = z.discriminatedUnion('kind', [
  /** Sent once after start, and again when cards come or go. `trouble`: why there is no card, for a person. */
  z.object({
    kind: z.literal('inventory'),
    gpus: z.array(Gpu),
    trouble: z.string().max(500).nullable(),
  }),
  z.object({
    kind: z.literal('readings'),
    takenAt: z.int().transform(millis),
    readings: z.array(Reading),
  }),
]);
export type TelemetryEvent = Readonly<z.infer<typeof TelemetryEvent>>;
