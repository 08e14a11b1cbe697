import type { Gpu, LaneId, TelemetryEvent } from '../../src-shared/gpu.ts';
import { type Millis, millis, seconds } from '../../src-shared/units.ts';
import type { CardPower } from './card-power.ts';
import { type Nvml, type NvmlOpened, openNvml } from './nvml.ts';
import { lostReading } from './nvml-card.ts';

/** A lost card needs seconds to minutes to come back, if ever, and starting the driver anew disturbs the others. */
export const REOPEN_EVERY: Millis = seconds(10);

export type CardWatch = {
  /** What to say about this moment: the readings, after the inventory where it has changed. */
  readonly look: (now: Millis) => TelemetryEvent[];
  /** The power limit of a card; null for one that is not there now. */
  readonly powerOf: (lane: LaneId) => CardPower | null;
  readonly close: () => void;
};

export type CardWatchOpened =
  | { readonly kind: 'watching'; readonly watch: CardWatch }
  | Exclude<NvmlOpened, { kind: 'open' }>;

/** Watches the cards of the driver, and remembers those that get lost: each keeps its lane, and starts it anew. */
export function openCardWatch(path?: string): CardWatchOpened {
  const first = openNvml(path);
  if (first.kind !== 'open') return first;
  if (first.nvml.gpus.length === 0) {
    first.nvml.close();
    return { kind: 'broken', detail: 'The NVIDIA driver runs but finds no GPU.' };
  }

  let nvml: Nvml | null = first.nvml;
  let reopenAt = millis(0);
  const known = new Map<LaneId, Gpu>();
  /** True where the inventory is news. */
  const learn = (gpus: readonly Gpu[]): boolean => {
    const before = JSON.stringify([...known.values()]);
    for (const gpu of gpus) known.set(gpu.lane, gpu);
    return JSON.stringify([...known.values()]) !== before;
  };
  let news = learn(first.nvml.gpus);

  function reopen(): void {
    nvml?.close();
    const again = openNvml(path);
    nvml = again.kind === 'open' ? again.nvml : null;
    if (nvml) news = learn(nvml.gpus) || news;
  }

  return {
    kind: 'watching',
    watch: {
      look: (now) => {
        const seen = new Map((nvml?.read() ?? []).map((reading) => [reading.lane, reading]));
        const readings = [...known.keys()].map((lane) => seen.get(lane) ?? lostReading(lane));
        if (readings.some(({ lost }) => lost)) {
          if (reopenAt === 0) reopenAt = millis(now + REOPEN_EVERY);
          else if (now >= reopenAt) {
            reopenAt = millis(now + REOPEN_EVERY);
            reopen();
          }
        } else reopenAt = millis(0);
        const inventory: TelemetryEvent[] = news
          ? [{ kind: 'inventory', gpus: [...known.values()], trouble: null }]
          : [];
        news = false;
        return [...inventory, { kind: 'readings', takenAt: now, readings }];
      },
      powerOf: (lane) => nvml?.powerOf(lane) ?? null,
      close: () => nvml?.close(),
    },
  };
}
