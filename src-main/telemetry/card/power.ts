import { type Said, said } from '../../../src-shared/said.ts';
import type { Watts } from '../../../src-shared/units.ts';

/** The power limit of one card, as its owner's own tools set it. */
export type CardPower = {
  /** Null where the driver does not say. */
  readonly min: Watts | null;
  readonly max: Watts | null;
  /** The limit that is set now; null where the driver does not say, or the card is gone. */
  readonly read: () => Watts | null;
  /** Null where it holds from now on; else why not. */
  readonly set: (limit: Watts) => Said | null;
};

/** Of a card whose system neither tells its limit nor lets it be changed. */
export const untoldPower: CardPower = {
  min: null,
  max: null,
  read: () => null,
  set: () => said('powerUntold'),
};
