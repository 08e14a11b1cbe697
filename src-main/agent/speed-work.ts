import type { Backend } from '../../src-shared/gpu.ts';
import { SpeedKind } from '../../src-shared/speed.ts';
import { type Bytes, mebibytes } from '../../src-shared/units.ts';

/** A card's fast memory keeps tens of megabytes: what is copied must be more. A software renderer has no such thing. */
const COPIED = mebibytes(96);
const COPIED_BY_SOFTWARE = mebibytes(8);
/** Enough threads for the largest cards: 1024 blocks, eight and more for each of their multiprocessors. */
export const BLOCKS = 1024;
export const BLOCK = 256;
/** As in speed.cu. */
const CHAINS = 8;
const UNROLLED = 16;
const MULTIPLY_ADDS = BLOCKS * BLOCK * CHAINS * UNROLLED;
/** A job is cut into so many steps, so that it can make way as any other can ... */
const STEPS = 25;
/** ... and a copy, which is one launch each, into steps of at most so many launches: the protocol's limit. */
const MOST_LAUNCHES = 64;

/** A piece of work: `amount` is in rounds of every thread, or in copies. */
export type SpeedWork = {
  readonly kind: SpeedKind;
  readonly amount: number;
  readonly backend: Backend;
  readonly software: boolean;
};

/** How much memory a copy copies. */
export const copiedBy = ({ software }: Pick<SpeedWork, 'software'>): Bytes =>
  software ? COPIED_BY_SOFTWARE : COPIED;

/** How much is done in all: bytes, or operations. */
export function workIn(work: SpeedWork): number {
  const { kind, amount } = work;
  switch (kind) {
    case 'memory':
      // Read once and written once.
      return 2 * copiedBy(work) * amount;
    case 'fp32':
    case 'int32':
      return 2 * MULTIPLY_ADDS * amount;
    case 'fp16':
      return 4 * MULTIPLY_ADDS * amount;
  }
}

/** What can be measured by this backend. WebGPU's half precision is an extension that we do not ask for. */
export const kindsOf = (backend: Backend): readonly SpeedKind[] =>
  SpeedKind.options.filter((kind) => backend === 'cuda' || kind !== 'fp16');

/** How an amount is cut into equal steps: so many, of so much each. Together they may be a little more. */
export function stepsFor(kind: SpeedKind, amount: number): { count: number; each: number } {
  if (kind === 'memory') {
    const each = Math.min(MOST_LAUNCHES, Math.ceil(amount / STEPS));
    return { count: Math.ceil(amount / each), each };
  }
  const count = Math.min(STEPS, amount);
  return { count, each: Math.ceil(amount / count) };
}

/** `amount`, as it becomes when it is cut into equal steps. */
export function roundedUp(kind: SpeedKind, amount: number): number {
  const { count, each } = stepsFor(kind, amount);
  return count * each;
}
