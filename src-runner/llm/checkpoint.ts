import { PROBE_BYTES, PROBES, TOKEN_BYTES, TOKENS } from '../../src-shared/checkpoint.ts';
import { type LlmResult, type LlmSpec, PROBE_WIDTH } from '../../src-shared/llm.ts';

export type Probe = LlmResult['probes'][number];
/** An answer so far. */
export type Drawn = { readonly tokens: readonly number[]; readonly probes: readonly Probe[] };

type Buffers = Record<string, Uint8Array>;

const viewOf = (bytes: Uint8Array) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The first `step` tokens of an answer as the buffers of a checkpoint. */
export function packAnswer({ tokens, probes }: Drawn, step: number): Buffers {
  const kept = probes.filter(({ at }) => at < step);
  const packed = new Uint8Array(step * TOKEN_BYTES);
  const told = new Uint8Array(kept.length * PROBE_BYTES);
  const [tokenView, probeView] = [viewOf(packed), viewOf(told)];
  for (const [i, token] of tokens.slice(0, step).entries())
    tokenView.setUint32(i * TOKEN_BYTES, token, true);
  for (const [i, { top }] of kept.entries())
    for (let rank = 0; rank < PROBE_WIDTH; rank += 1) {
      const at = i * PROBE_BYTES + rank * 8;
      probeView.setUint32(at, top[rank]?.token ?? 0, true);
      probeView.setFloat32(at + 4, top[rank]?.logprob ?? Number.NaN, true);
    }
  return { [TOKENS]: packed, [PROBES]: told };
}

/**
 * The answer a checkpoint holds, or why it holds none: it comes from a stranger's machine, and the exchange sees its sizes
 * only. `mayBe`: whether a number is a token that an answer can have within it.
 */
export function unpackAnswer(
  { probes, maxTokens }: LlmSpec,
  { step, buffers }: { readonly step: number; readonly buffers: Buffers },
  mayBe: (token: number) => boolean,
): Drawn | string {
  const bytes = Object.hasOwn(buffers, TOKENS) ? buffers[TOKENS] : undefined;
  const told = Object.hasOwn(buffers, PROBES) ? buffers[PROBES] : undefined;
  const positions = probes.filter((at) => at < step);
  if (
    step > maxTokens ||
    bytes?.byteLength !== step * TOKEN_BYTES ||
    told?.byteLength !== positions.length * PROBE_BYTES
  )
    return `it does not hold ${step} tokens and their probes`;
  const tokenView = viewOf(bytes);
  const probeView = viewOf(told);
  const tokens = Array.from({ length: step }, (_, i) => tokenView.getUint32(i * TOKEN_BYTES, true));
  if (!tokens.every(mayBe)) return 'it holds tokens that no answer of the model has';
  return {
    tokens,
    probes: positions.map((at, i) => ({
      at,
      top: Array.from({ length: PROBE_WIDTH }, (_, rank) => ({
        token: probeView.getUint32(i * PROBE_BYTES + rank * 8, true),
        logprob: probeView.getFloat32(i * PROBE_BYTES + rank * 8 + 4, true),
      })).filter(({ logprob }) => Number.isFinite(logprob)),
    })),
  };
}
