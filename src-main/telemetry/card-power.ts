import { type Watts, watts } from '../../src-shared/units.ts';
import type { NvmlCard } from './nvml-card.ts';
import { meansGone, NVML, type NvmlCalls } from './nvml-library.ts';

/** The power limit of one card, as its owner's own tools set it. */
export type CardPower = {
  /** Null where the driver does not say. */
  readonly min: Watts | null;
  readonly max: Watts | null;
  /** The limit that is set now; null where the driver does not say, or the card is gone. */
  readonly read: () => Watts | null;
  /** Null where it holds from now on; else why not, one sentence. */
  readonly set: (limit: Watts) => string | null;
};

/** Of a card whose system neither tells its limit nor lets it be changed. */
export const untoldPower: CardPower = {
  min: null,
  max: null,
  read: () => null,
  set: () => 'This system does not let the power limit of this card be changed.',
};

const MILLI = 1000;

/** The power limit of a card, through NVML. */
export function cardPower(calls: NvmlCalls, { gpu, handle }: NvmlCard): CardPower {
  const now = new Uint32Array(1);
  return {
    min: gpu.powerMin,
    max: gpu.powerMax,
    read: () => (calls.limit?.(handle, now) === NVML.success ? watts((now[0] ?? 0) / MILLI) : null),
    set(limit) {
      const answer = calls.setLimit?.(handle, Math.round(limit * MILLI)) ?? NVML.notSupported;
      return answer === NVML.success ? null : explain(calls, answer, limit);
    },
  };
}

function explain(calls: NvmlCalls, answer: number, limit: Watts): string {
  switch (answer) {
    case NVML.notSupported:
      return 'This card does not let its power limit be changed.';
    case NVML.noPermission:
      return 'The driver lets only an administrator change the power limit.';
    case NVML.invalidArgument:
      return `The driver takes no power limit of ${limit} W for this card.`;
  }
  if (meansGone(answer)) return 'The card does not answer.';
  return `The driver did not change the power limit: ${calls.explain(answer)}.`;
}
