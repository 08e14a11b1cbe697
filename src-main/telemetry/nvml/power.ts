import { type Said, said } from '../../../src-shared/said.ts';
import { type Watts, watts } from '../../../src-shared/units.ts';
import type { CardPower } from '../card/power.ts';
import { meansGone, NVML, type NvmlCalls } from './binding.ts';
import type { NvmlCard } from './card.ts';

export const MILLI = 1000;

export function explain(calls: NvmlCalls, answer: number, limit: Watts): Said {
  switch (answer) {
    case NVML.notSupported:
      return said('powerUnchangeable');
    case NVML.noPermission:
      return said('powerForAdministrators');
    case NVML.invalidArgument:
      return said('powerRefused', { limit });
  }
  if (meansGone(answer)) return said('cardGone');
  return said('powerUnchanged', { why: calls.explain(answer) });
}

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
