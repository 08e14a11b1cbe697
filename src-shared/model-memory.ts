import type { GgufFacts } from './gguf.ts';
import type { Job } from './job.ts';
import { MAX_VECTOR } from './llm.ts';
import { type Bytes, bytes, mebibytes } from './units.ts';

/** What llama.cpp takes besides, whatever the model: its graph, its scratch, and the driver's part of the context. */
const BASE = mebibytes(64);
const F32 = 4;
/** Rows of the model's width that a layer works on at once; generous, because nobody is hurt by a little room. */
const SCRATCH_ROWS = 16;

/** Tokens a model holds at once for each of its jobs, and tokens it works on at once. */
type Tokens = { readonly context: number; readonly batch: number };

/**
 * The memory a model takes on a card: weights, a cache of `context` tokens for each of `seats` jobs, and scratch for
 * `batch` of them. An estimate for saying yes or no; the loader measures again and says no for itself.
 */
export function modelMemory(facts: GgufFacts, { context, batch }: Tokens, seats: number): Bytes {
  const cache = facts.cachePerToken * context * seats;
  const logits = facts.vocabulary * F32 * Math.max(seats, 1);
  const scratch = batch * (facts.vocabulary + facts.embedding * SCRATCH_ROWS) * F32;
  return bytes(facts.weights + cache + logits + scratch + BASE);
}

/** Why a model is not the one for a job, in words that complete "its model ..."; null where it is. */
export const modelFault = (job: Job, { embedding }: GgufFacts): string | null =>
  job.kind === 'embed' && embedding > MAX_VECTOR
    ? `makes vectors of ${embedding} numbers; at most ${MAX_VECTOR} are taken`
    : null;
