import type { LlamaModel, Token } from 'node-llama-cpp';

/** A token holds at least one byte of text, apart from special ones: so many of those may lie between. */
const SPECIAL_TOKENS = 4;

/** Watches an answer for the texts that end it. */
export function stopWatch(model: LlamaModel, prompt: readonly Token[], stops: readonly string[]) {
  const longest = Math.max(0, ...stops.map((stop) => new TextEncoder().encode(stop).byteLength));
  /** A stop text that the newest token completed lies within so many tokens. */
  const reach = longest + SPECIAL_TOKENS;
  const textOf = (tokens: readonly Token[]) => model.detokenize(tokens, false, prompt);

  function cut(text: string): string | null {
    const found = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
    return found.length > 0 ? text.slice(0, Math.min(...found)) : null;
  }

  return {
    textOf,
    /** The text before the first stop text where the newest token has completed one; null while none has. */
    check(tokens: readonly Token[]): string | null {
      if (stops.length === 0) return null;
      // The end first, which is cheap; then the whole, in which a word may read otherwise.
      const end = model.detokenize(tokens.slice(-reach), false, prompt);
      return stops.some((stop) => end.includes(stop)) ? cut(textOf(tokens)) : null;
    },
  };
}
