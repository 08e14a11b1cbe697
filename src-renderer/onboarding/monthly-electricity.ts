import { cardSettings, type Settings } from '../../src-shared/settings.ts';
import type { LaneView } from '../../src-shared/snapshot.ts';
import type { SpeedPoint } from '../../src-shared/speed.ts';
import { type MicroUsd, microUsd, type Watts, watts } from '../../src-shared/units.ts';

/** A month as it is billed here. */
const DAYS = 30;

/** What a card draws while it works, and how that is known. */
type Draw = {
  readonly watts: Watts;
  /** It drew that in the speed test; else it is the limit, the most it may draw. */
  readonly measured: boolean;
};

/** The measured point at that limit or at the next one above it, which draws no less. */
function pointAt(points: readonly SpeedPoint[], limit: Watts | null): SpeedPoint | null {
  const own = points.find((point) => point.limit === null) ?? null;
  if (limit === null) return own;
  const above = points
    .filter((point) => point.limit !== null && point.limit >= limit)
    .sort((a, b) => (a.limit ?? 0) - (b.limit ?? 0));
  return above[0] ?? own;
}

/** What a card draws at its owner's limit; null where nobody knows. */
export function drawOf(settings: Settings, { gpu, speed }: LaneView): Draw | null {
  const { powerLimit } = cardSettings(settings, gpu.lane);
  const drew = speed && (pointAt(speed.points, powerLimit)?.power ?? null);
  if (drew !== null && (powerLimit === null || drew <= powerLimit))
    return { watts: drew, measured: true };
  const most = powerLimit ?? gpu.powerDefault ?? gpu.powerMax;
  return most === null ? null : { watts: most, measured: false };
}

export type Monthly = {
  readonly watts: Watts;
  readonly kwh: number;
  readonly cost: MicroUsd;
  /** Every card's watts were measured; else some of them are limits, and it is at most that much. */
  readonly measured: boolean;
};

/**
 * The electricity of `hoursPerDay` hours of work a day at the owner's limits, for thirty days: all cards that are shared, and
 * the rest of the computer once. Null where a card does not say what it may draw, or there is none.
 */
export function monthlyElectricity(
  settings: Settings,
  lanes: readonly LaneView[],
  hoursPerDay: number,
  pricePerKwh: MicroUsd,
): Monthly | null {
  const shared = lanes.filter(
    ({ gpu }) => !gpu.software && cardSettings(settings, gpu.lane).enabled,
  );
  const draws = shared.map((lane) => drawOf(settings, lane));
  const known = draws.flatMap((draw) => draw ?? []);
  if (known.length === 0 || known.length < draws.length) return null;
  const all = known.reduce<number>((sum, draw) => sum + draw.watts, settings.restOfPc);
  const kwh = (all * hoursPerDay * DAYS) / 1000;
  return {
    watts: watts(all),
    kwh,
    cost: microUsd(kwh * pricePerKwh),
    measured: known.every((draw) => draw.measured),
  };
}
