import type { Gpu, LaneId } from '../../src-shared/gpu.ts';
import { cardSettings, type Settings } from '../../src-shared/settings.ts';
import { type Celsius, celsius, type Watts, watts } from '../../src-shared/units.ts';

export const PRESETS = ['quiet', 'balanced', 'most'] as const;
export type Preset = (typeof PRESETS)[number];

/**
 * Of a card's own power limit and at which temperature. The shares are those at which the speed test measures a card, so that
 * what is said of a preset was measured: speed falls slower than watts, and 70 % keeps most of it. 78 °C is where sharing
 * begins, 83 °C where cards of the last ten years hold themselves, at 70 °C fans are seldom heard.
 */
const LIMITS: Readonly<Record<Preset, { readonly share: number; readonly temperature: Celsius }>> =
  {
    quiet: { share: 0.55, temperature: celsius(70) },
    balanced: { share: 0.7, temperature: celsius(78) },
    most: { share: 0.85, temperature: celsius(83) },
  };

/** Where a driver does not say how little is possible: cards rarely go below a third of their most. */
const LEAST_SHARE = 1 / 3;

export const presetTemperature = (preset: Preset): Celsius => LIMITS[preset].temperature;

export const presetShare = (preset: Preset): number => LIMITS[preset].share;

/** The watts a preset means on a card: a share of its own limit, and no fewer than it takes. Null where it takes no limit. */
export function presetWatts(
  { software, powerMin, powerMax, powerDefault }: Gpu,
  preset: Preset,
): Watts | null {
  if (software || powerMax === null) return null;
  const least = Math.ceil(powerMin ?? powerMax * LEAST_SHARE);
  if (least >= Math.floor(powerMax)) return null;
  const wanted = Math.round((powerDefault ?? powerMax) * LIMITS[preset].share);
  return watts(Math.min(Math.max(wanted, least), Math.floor(powerMax)));
}

/** Whether there is anything that a preset would set: the software renderer has nothing to limit. */
export const isLimitable = (gpus: readonly Gpu[]): boolean => gpus.some((gpu) => !gpu.software);

/** The preset that these settings are, on these cards; null where they are of the owner's own making. */
export const presetOf = (settings: Settings, gpus: readonly Gpu[]): Preset | null =>
  PRESETS.find(
    (preset) =>
      settings.temperatureMax === presetTemperature(preset) &&
      gpus.every((gpu) => cardSettings(settings, gpu.lane).powerLimit === presetWatts(gpu, preset)),
  ) ?? null;

/** What has to be set so that `preset` holds: for every card, and for each that takes a power limit. */
export const presetLimits = (
  preset: Preset,
  gpus: readonly Gpu[],
): {
  readonly temperatureMax: Celsius;
  readonly powerLimits: readonly { readonly lane: LaneId; readonly powerLimit: Watts }[];
} => ({
  temperatureMax: presetTemperature(preset),
  powerLimits: gpus.flatMap((gpu) => {
    const powerLimit = presetWatts(gpu, preset);
    return powerLimit === null ? [] : [{ lane: gpu.lane, powerLimit }];
  }),
});
