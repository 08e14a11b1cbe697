import type { Reading } from '../../src-shared/gpu.ts';
import { STOPS_ABOVE } from '../../src-shared/settings.ts';
import type { HoldReason } from '../../src-shared/snapshot.ts';
import { type Celsius, celsius } from '../../src-shared/units.ts';
import type { Hold } from './circumstances.ts';

/** Here the fan or the sensor is broken: not even a step may be finished. */
const DIES_ABOVE = 10;
/** A card must cool this far below the limit before it works again: about half a minute on an air cooler. */
const COOL_DOWN = 8;
/** Makers let the hottest spot of a chip come to 105-110 °C before the card slows itself; we stop before that. */
const HOT_SPOT_MAX = celsius(105);
const HOT_SPOT_DIES = celsius(110);
const HOT_SPOT_RESUMES = celsius(95);

/** Heat that slowing could not hold, or null. `before`: what stopped the card a moment ago. */
export function tooHot(
  reading: Reading | null,
  limit: Celsius,
  before: HoldReason | null,
): Hold | null {
  const sensors = [
    {
      shows: reading?.temperature ?? null,
      limit,
      stops: limit + STOPS_ABOVE,
      dies: limit + DIES_ABOVE,
      resumesBelow: celsius(limit - COOL_DOWN),
    },
    {
      shows: reading?.hotSpot ?? null,
      limit: HOT_SPOT_MAX,
      stops: HOT_SPOT_MAX,
      dies: HOT_SPOT_DIES,
      resumesBelow: HOT_SPOT_RESUMES,
    },
  ];
  const was = before?.kind === 'too-hot' ? before : null;
  for (const { shows, limit, stops, dies, resumesBelow } of sensors) {
    const held = was?.limit === limit;
    if (shows === null || shows < (held ? resumesBelow : stops)) continue;
    // The owner reads how hot it came to be, not how far it has cooled.
    const temperature = held ? celsius(Math.max(was.temperature, shows)) : shows;
    return {
      reason: { kind: 'too-hot', temperature, limit, resumesBelow },
      urgency: temperature >= dies ? 'evict' : 'yield',
    };
  }
  return null;
}
