import { z } from 'zod';
import { celsius, microUsd, millis, minutes } from './units.ts';

/** A verdict of the owner on one executable, by its full path. It beats everything we would guess. */
export const GameRule = z.object({
  path: z.string().min(1).max(4096),
  title: z.string().min(1).max(200),
  verdict: z.enum(['pause', 'ignore']),
});
export type GameRule = Readonly<z.infer<typeof GameRule>>;

export const When = z.discriminatedUnion('kind', [
  /** Only while nobody has touched the machine for `after`. */
  z.object({ kind: z.literal('away'), after: z.int().min(0).max(86_400_000).transform(millis) }),
  /** Also while the owner works, until a game starts. */
  z.object({ kind: z.literal('always') }),
]);
export type When = Readonly<z.infer<typeof When>>;

/** The range of temperature limits an owner may choose: below it nothing would run, above it cards throttle. */
export const TEMPERATURE_LIMITS = { min: 60, max: 88 } as const;

export const Settings = z.object({
  /** The big switch. */
  sharing: z.boolean(),
  when: When,
  /** The owner's pause: until this moment, or until they resume (`forever`), or not at all. */
  pausedUntil: z.union([z.int().transform(millis), z.literal('forever')]).nullable(),
  temperatureMax: z
    .number()
    .min(TEMPERATURE_LIMITS.min)
    .max(TEMPERATURE_LIMITS.max)
    .transform(celsius),
  pauseOnBattery: z.boolean(),
  games: z.array(GameRule).max(1000),
  /** Micro-dollars for a kilowatt-hour. */
  pricePerKwh: z.int().min(0).max(10_000_000).transform(microUsd),
  theme: z.enum(['system', 'light', 'dark']),
});
export type Settings = Readonly<z.infer<typeof Settings>>;

/** Off until the owner says yes. */
export const defaults: Settings = {
  sharing: false,
  when: { kind: 'away', after: minutes(5) },
  pausedUntil: null,
  temperatureMax: celsius(78),
  pauseOnBattery: true,
  games: [],
  pricePerKwh: microUsd(220_000),
  theme: 'system',
};
