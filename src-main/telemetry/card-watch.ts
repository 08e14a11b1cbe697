import type { Gpu, LaneId, Reading, TelemetryEvent } from '../../src-shared/gpu.ts';
import { type Said, together } from '../../src-shared/said.ts';
import { type Millis, millis, minutes, seconds } from '../../src-shared/units.ts';
import { lostReading } from './card/lost-reading.ts';
import type { CardPower } from './card/power.ts';
import type { CardSource, OpenCardSource } from './card/source.ts';

/** A lost card needs seconds to minutes to come back, if ever, and starting the driver anew disturbs the others. */
export const REOPEN_EVERY: Millis = seconds(10);
/** A driver that was not there may have been installed meanwhile, and a card of its kind plugged in. */
export const LOOK_AGAIN_EVERY: Millis = minutes(10);

/** A card that is plugged in is not missed for so long. */
export const LOOK_FOR_NEW_EVERY: Millis = minutes(1);

/** What is told at once; more cards of one chip than this are nobody's. */
const MOST_TROUBLES = 4;

export type CardWatch = {
  /** What to say about this moment: the readings, after the inventory where it has changed. `unhurried`: see CardSource. */
  readonly read: (now: Millis, unhurried?: boolean) => TelemetryEvent[];
  /** The power limit of a card; null for one that is not there now. */
  readonly powerOf: (lane: LaneId) => CardPower | null;
  readonly close: () => void;
};

export type CardWatchOpened =
  | { readonly kind: 'watching'; readonly watch: CardWatch }
  | { readonly kind: 'absent' }
  /** There is a driver, and it does not work. */
  | { readonly kind: 'broken'; readonly detail: Said };

/**
 * Watches the cards of all drivers. One that fails does not disturb the others: its cards are lost, keep their lanes, and
 * its driver is started anew once in a while.
 */
export function openCardWatch(drivers: readonly OpenCardSource[]): CardWatchOpened {
  const branches = drivers.map(openBranch);
  const gpus = () => branches.flatMap((branch) => branch.gpus());
  const troubles = () => branches.flatMap((branch) => branch.troubles());
  if (gpus().length === 0) {
    for (const branch of branches) branch.close();
    const [detail] = troubles();
    return detail === undefined ? { kind: 'absent' } : { kind: 'broken', detail };
  }

  let told = '';
  return {
    kind: 'watching',
    watch: {
      read: (now, unhurried = false) => {
        const readings = branches.flatMap((branch) => branch.look(now, unhurried));
        const trouble = together(troubles().slice(0, MOST_TROUBLES));
        const inventory: TelemetryEvent = { kind: 'inventory', gpus: gpus(), trouble };
        const words = JSON.stringify(inventory);
        const news = words !== told ? [inventory] : [];
        told = words;
        return [...news, { kind: 'readings', takenAt: now, readings }];
      },
      powerOf: (lane) => {
        for (const branch of branches) {
          const power = branch.powerOf(lane);
          if (power !== null) return power;
        }
        return null;
      },
      close: () => {
        for (const branch of branches) branch.close();
      },
    },
  };
}

/** The cards of one driver, those that got lost included. */
function openBranch(open: OpenCardSource) {
  let source: CardSource | null = null;
  let broken: Said | null = null;
  /** How long to wait for the next try, and until when. */
  let waiting = millis(0);
  let dueAt = millis(0);
  const known = new Map<LaneId, Gpu>();

  function start(): void {
    source?.close();
    const opened = open();
    source = opened.kind === 'open' ? opened.source : null;
    // The cards of a driver that worked are lost; that says enough, and the sentence may change by the minute.
    broken = opened.kind === 'broken' && known.size === 0 ? opened.detail : null;
    for (const gpu of source?.gpus ?? []) known.set(gpu.lane, gpu);
    for (const lane of source?.unusable?.keys() ?? []) known.delete(lane);
  }
  start();

  return {
    gpus: (): Gpu[] => [...known.values()],
    troubles: (): Said[] => [
      ...(broken === null ? [] : [broken]),
      ...(source?.unusable?.values() ?? []),
    ],
    /** One reading for each card. */
    look(now: Millis, unhurried: boolean): Reading[] {
      const seen = new Map(
        (source?.read(now, unhurried) ?? []).map((reading) => [reading.lane, reading]),
      );
      const readings = [...known.keys()].map((lane) => seen.get(lane) ?? lostReading(lane));
      const lost = readings.some((reading) => reading.lost);
      const wait = lost ? REOPEN_EVERY : source ? LOOK_FOR_NEW_EVERY : LOOK_AGAIN_EVERY;
      if (wait !== waiting || dueAt > now + wait) {
        waiting = wait;
        dueAt = millis(now + wait);
      } else if (now >= dueAt) {
        dueAt = millis(now + wait);
        if (lost || !source || source.changed?.()) start();
      }
      return readings;
    },
    powerOf: (lane: LaneId) => source?.powerOf(lane) ?? null,
    close: () => source?.close(),
  };
}
