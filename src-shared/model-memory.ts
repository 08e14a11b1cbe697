import type { GgufFacts } from './gguf.ts';
import { type Bytes, bytes, mebibytes } from './units.ts';

/** Tokens that are worked on at once while a prompt is read. */
export const PREFILL_BATCH = 256;
/** What llama.cpp takes besides, whatever the model: its graph, its scratch, and the driver's part of the context. */
const BASE = mebibytes(64);
const F32 = 4;
/** Rows of the model's width that a layer works on at once; generous, because nobody is hurt by a little room. */
const SCRATCH_ROWS = 16;

/**
 * The memory a model takes on a card: weights, a cache of `context` tokens for each of `seats` jobs, and scratch. An
 * estimate for saying yes or no; the loader measures again and says no for itself.
 */
export function modelMemory(facts: GgufFacts, context: number, seats: number): Bytes {
  const cache = facts.cachePerToken * context * seats;
  const logits = facts.vocabulary * F32 * Math.max(seats, 1);
  const scratch = PREFILL_BATCH * (facts.vocabulary + facts.embedding * SCRATCH_ROWS) * F32;
  return bytes(facts.weights + cache + logits + scratch + BASE);
}
