import { z } from 'zod';
import { millis, watts } from './units.ts';

/** What the speed test measures on any card, each by a kernel that does nothing else. */
export const SpeedKind = z.enum(['memory', 'fp32', 'fp16', 'int32']);
export type SpeedKind = z.infer<typeof SpeedKind>;

const figure = z.number().min(0).max(1e9).nullable();

/** Measured figures; null where a card does not do it, or nobody has measured. */
export const Speeds = z.object({
  /** Memory read and written, in GB/s (10^9 bytes). */
  memory: figure,
  /** Multiply-adds of floats, in GFLOP/s (10^9); one counts two. `fp16` with two numbers to an instruction. */
  fp32: figure,
  fp16: figure,
  /** Multiply-adds of 32-bit whole numbers, in 10^9 operations a second; one counts two. */
  int32: figure,
  /** Of a small language model, in tokens a second. */
  tokens: figure,
});
export type Speeds = Readonly<z.infer<typeof Speeds>>;

/** What a card does under one power limit. */
export const SpeedPoint = z.object({
  /** Null: under the limit that the card has anyway. */
  limit: z.number().min(0).transform(watts).nullable(),
  /** The most it drew meanwhile, as far as it was looked at; null where the card does not say. */
  power: z.number().min(0).transform(watts).nullable(),
  speeds: Speeds,
});
export type SpeedPoint = Readonly<z.infer<typeof SpeedPoint>>;

/** As many power limits as are tried. */
export const MOST_POINTS = 4;

/** What a card did, when, under which driver: another driver is another speed. The card's own limit comes first. */
export const CardSpeed = z.object({
  name: z.string().max(200),
  driver: z.string().max(100).nullable(),
  measuredAt: z.int().transform(millis),
  points: z.array(SpeedPoint).min(1).max(MOST_POINTS),
});
export type CardSpeed = Readonly<z.infer<typeof CardSpeed>>;

/** Whether this is the id of a job of the speed test: `speed-`, and a digest that no buyer would think of. */
export const isSpeedJob = (job: string): boolean => /^speed-[0-9a-f]{16}-/.test(job);
