import type { Gpu, Reading, TelemetryEvent } from '../src-shared/gpu.ts';
import { type Millis, millis, seconds } from '../src-shared/units.ts';
import { softwareGpu } from './telemetry/software-gpu.ts';

/** A reading older than this says nothing about the card now; the driver hangs or its probe keeps dying. */
const READING_KEPT = seconds(10);

/** What is known of the cards: the last inventory and readings, and the software lane where there never was a card. */
export function openCards() {
  let gpus: readonly Gpu[] = [];
  let trouble: string | null = null;
  let readings: readonly Reading[] = [];
  let readAt: Millis = millis(0);
  let sawCard = false;

  return {
    /** True where the inventory changed. */
    hear(event: TelemetryEvent, now: Millis): boolean {
      if (event.kind === 'readings') {
        readings = event.readings;
        readAt = now;
        return false;
      }
      sawCard ||= event.gpus.length > 0;
      // A machine whose card failed must not start to cook its CPU instead.
      gpus = event.gpus.length > 0 || sawCard ? event.gpus : [softwareGpu()];
      trouble = event.trouble;
      return true;
    },
    gpus: () => gpus,
    trouble: () => trouble,
    /** One reading per card; `lost` where nothing has been heard for too long, absent before the first. */
    readings(now: Millis): Reading[] {
      return gpus.flatMap((gpu): Reading[] => {
        if (gpu.software) return [unread(gpu, false)];
        const reading = readings.find(({ lane }) => lane === gpu.lane);
        if (!reading) return [];
        return now - readAt > READING_KEPT ? [unread(gpu, true)] : [reading];
      });
    },
  };
}

const unread = ({ lane }: Gpu, lost: boolean): Reading => ({
  lane,
  lost,
  temperature: null,
  power: null,
  powerLimit: null,
  load: null,
  memoryUsed: null,
  fan: null,
  programs: [],
});
