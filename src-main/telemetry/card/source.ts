import type { Gpu, LaneId, Reading } from '../../../src-shared/gpu.ts';
import type { Said } from '../../../src-shared/said.ts';
import type { Millis } from '../../../src-shared/units.ts';
import type { CardPower } from './power.ts';

/** The cards of one driver or of one interface of the system. */
export type CardSource = {
  /** The cards that answered, as they were when opened. */
  readonly gpus: readonly Gpu[];
  /** Cards that are there and cannot be lanes, each with the reason. */
  readonly unusable?: ReadonlyMap<LaneId, Said>;
  /** Whether cards were plugged in or out since it was opened; left out where only opening anew can tell. */
  readonly changed?: () => boolean;
  /**
   * One reading of every card, in the order of `gpus`. Blocks for as long as the driver takes. `unhurried`: nothing works and
   * nobody looks, so a card that would fall asleep if it were left alone is.
   */
  readonly read: (now: Millis, unhurried?: boolean) => Reading[];
  /** The power limit of a card; null where there is no such card. */
  readonly powerOf: (lane: LaneId) => CardPower | null;
  readonly close: () => void;
};

export type CardSourceOpened =
  | { readonly kind: 'open'; readonly source: CardSource }
  /** There is no such driver, or it has no cards. */
  | { readonly kind: 'absent' }
  /** There is one, and it does not work. */
  | { readonly kind: 'broken'; readonly detail: Said };

export type OpenCardSource = () => CardSourceOpened;
