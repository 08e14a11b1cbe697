import { z } from 'zod';
import { LaneId } from './gpu.ts';
import { Language } from './language/language.ts';
import { bytes, celsius, gibibytes, microUsd, millis, minutes, watts } from './units.ts';

/**
 * A verdict of the owner on one executable, or on a game that a library knows, by the full path of its folder. It beats
 * everything we would guess; that on an executable beats that on its game.
 */
export const GameRule = z.object({
  path: z.string().min(1).max(4096),
  title: z.string().min(1).max(200),
  verdict: z.enum(['pause', 'ignore']),
});
export type GameRule = Readonly<z.infer<typeof GameRule>>;

export const When = z.discriminatedUnion('kind', [
  /** Only while nobody has touched the machine for `after`. */
  z.object({ kind: z.literal('away'), after: z.int().min(0).max(86_400_000).transform(millis) }),
  /** Also while the owner works, until a game starts or another program keeps the GPU busy. */
  z.object({ kind: z.literal('working') }),
  /** Until a game starts, whatever else uses the GPU. */
  z.object({ kind: z.literal('always') }),
]);
export type When = Readonly<z.infer<typeof When>>;

/** Work is slowed at the temperature limit; a card this far above it does not obey that, and work stops. °C. */
export const STOPS_ABOVE = 5;

/** The range of temperature limits an owner may choose: below it nothing would run, above it cards throttle. */
export const TEMPERATURE_LIMITS = { min: 60, max: 88 } as const;

const temperatureMax = z
  .number()
  .min(TEMPERATURE_LIMITS.min)
  .max(TEMPERATURE_LIMITS.max)
  .transform(celsius);

/** What an owner wants of one card only; what is left out is as for every card. */
export const CardSettings = z.object({
  /** False: this card is never used. */
  enabled: z.boolean().optional(),
  temperatureMax: temperatureMax.optional(),
  /** Null: the card's own. */
  powerLimit: z.number().min(1).max(10_000).transform(watts).nullable().optional(),
  /** The most graphics memory a job may ask for; null: all of it. */
  vramMax: z.int().min(0).transform(bytes).nullable().optional(),
});
export type CardSettings = Readonly<z.infer<typeof CardSettings>>;

/** Minutes after midnight, local time. 1440 is the end of the day. */
const MinuteOfDay = z.int().min(0).max(1440);

/**
 * The week in which sharing is allowed: seven numbers, Monday first; bit h says whether the hour that begins at h:00 local
 * time is shared.
 */
export const Week = z
  .array(
    z
      .int()
      .min(0)
      .max(2 ** 24 - 1),
  )
  .length(7);
export type Week = Readonly<z.infer<typeof Week>>;

/** A part of every day with a price of its own, micro-dollars for a kilowatt-hour. `from` after `to` spans midnight. */
export const TariffWindow = z.object({
  from: MinuteOfDay,
  to: MinuteOfDay,
  pricePerKwh: z.int().min(0).max(10_000_000).transform(microUsd),
});
export type TariffWindow = Readonly<z.infer<typeof TariffWindow>>;

/** A part of every day in which the fan should stay quiet: work is slowed to this share of the time. */
export const QuietHours = z.object({
  from: MinuteOfDay,
  to: MinuteOfDay,
  duty: z.number().min(0.1).max(1),
});
export type QuietHours = Readonly<z.infer<typeof QuietHours>>;

/** More than these nobody writes by hand. */
export const MAX_GAMES = 1000;
export const MAX_TARIFF_WINDOWS = 24;

export const Settings = z.object({
  /** The big switch. */
  sharing: z.boolean(),
  when: When,
  /** The owner's pause: until this moment, or until they resume (`forever`), or not at all. */
  pausedUntil: z.union([z.int().transform(millis), z.literal('forever')]).nullable(),
  /** For every card that has no limit of its own. */
  temperatureMax,
  cards: z.record(LaneId, CardSettings),
  /** Null: at any time. */
  schedule: Week.nullable(),
  pauseOnBattery: z.boolean(),
  pauseOnMetered: z.boolean(),
  /** Do not work while electricity costs more than the work brings. Means nothing where the pay is test credits. */
  pauseWhenDear: z.boolean(),
  quietHours: QuietHours.nullable(),
  /** Keep the computer from going to sleep while a job runs. */
  keepAwake: z.boolean(),
  /** The most disk that language models may take; the one not used for longest goes first. */
  modelDisk: z.int().min(0).transform(bytes),
  games: z.array(GameRule).max(MAX_GAMES),
  /** Micro-dollars for a kilowatt-hour, at times that `tariff` does not name. */
  pricePerKwh: z.int().min(0).max(10_000_000).transform(microUsd),
  tariff: z.array(TariffWindow).max(MAX_TARIFF_WINDOWS),
  /** What the rest of the computer draws while it shares, beside its cards: electricity that would not be used else. */
  restOfPc: z.number().min(0).max(2_000).transform(watts),
  /** Whether the built-in network may send work. */
  builtInNetwork: z.boolean(),
  /** The kinds of jobs the owner takes; none of the others is ever accepted. */
  kinds: z.object({ kernel: z.boolean(), llm: z.boolean(), embed: z.boolean() }),
  /** Tell of trouble, and of a day without earnings; never while a game runs. */
  notifications: z.boolean(),
  /** The owner has been shown round; until then the window does that first. */
  welcomed: z.boolean(),
  language: z.union([z.literal('system'), Language]),
  theme: z.enum(['system', 'light', 'dark']),
});
export type Settings = Readonly<z.infer<typeof Settings>>;

/** Off until the owner says yes. */
export const defaults: Settings = {
  sharing: false,
  when: { kind: 'away', after: minutes(5) },
  pausedUntil: null,
  temperatureMax: celsius(78),
  cards: {},
  schedule: null,
  pauseOnBattery: true,
  pauseOnMetered: true,
  pauseWhenDear: true,
  quietHours: null,
  keepAwake: false,
  modelDisk: gibibytes(20),
  games: [],
  pricePerKwh: microUsd(220_000),
  tariff: [],
  restOfPc: watts(0),
  builtInNetwork: true,
  kinds: { kernel: true, llm: true, embed: true },
  notifications: true,
  welcomed: false,
  language: 'system',
  theme: 'system',
};

/** What applies to one card, nothing left out. */
export type CardLimits = {
  readonly [Name in keyof CardSettings]-?: Exclude<CardSettings[Name], undefined>;
};

/** The owner's wishes for one card over those for every card. */
export function cardSettings(settings: Settings, lane: LaneId): CardLimits {
  const {
    enabled = true,
    temperatureMax,
    powerLimit = null,
    vramMax = null,
  } = settings.cards[lane] ?? {};
  return {
    enabled,
    temperatureMax: temperatureMax ?? settings.temperatureMax,
    powerLimit,
    vramMax,
  };
}
