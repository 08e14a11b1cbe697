import type { Gpu, LaneId } from '../../../src-shared/gpu.ts';
import { type Said, said } from '../../../src-shared/said.ts';

/**
 * WebGPU cannot tell two cards of the same chip apart, so work for the second one would be done by the first. Only the first
 * becomes a lane; of the others it is said why not.
 */
export function splitTwins<Card extends { readonly gpu: Gpu }>(
  found: readonly Card[],
): { readonly cards: Card[]; readonly unusable: ReadonlyMap<LaneId, Said> } {
  const cards: Card[] = [];
  const unusable = new Map<LaneId, Said>();
  const firsts = new Set<string>();
  for (const card of found) {
    const { chip, lane, name } = card.gpu;
    const key = `${chip?.vendor} ${chip?.device}`;
    if (firsts.has(key)) unusable.set(lane, said('twinCard', { name }));
    else cards.push(card);
    firsts.add(key);
  }
  return { cards, unusable };
}
