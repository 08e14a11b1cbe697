import {
  type Llama,
  type LlamaContextSequence,
  type LlamaGrammar,
  LlamaGrammarEvaluationState,
  type LlamaModel,
  type SequenceEvaluateOptions,
  type Token,
} from 'node-llama-cpp';
import { type LlmSpec, PROBE_WIDTH } from '../../src-shared/llm.ts';
import type { Probe } from './checkpoint.ts';

/**
 * Where chance is wanted, its source begins anew after so many tokens, from the seed and the position: so an answer that
 * goes on from one of these positions has the same chance as one that was never interrupted. On the processor it is the
 * same answer. On a card it may not be: the tokens drawn before are read in pieces then, where they were drawn one by one,
 * and a card rounds differently for one than for many (llama.cpp#3014). Read one by one they would cost what drawing them
 * anew costs, and a checkpoint would save nothing.
 */
export const SEGMENT = 16;

/** A number for every seed and position, spread over 31 bits (multiplier: 2^32 / golden ratio). */
const seedAt = (seed: number, position: number): number =>
  (Math.imul(seed ^ Math.imul(position + 1, 0x9e37_79b1), 0x85eb_ca6b) >>> 1) & 0x7fff_ffff;

/** The step from which an answer can be gone on with, with the same chance from there on. */
export const resumable = ({ temperature }: Pick<LlmSpec, 'temperature'>, step: number): number =>
  temperature === 0 ? step : step - (step % SEGMENT);

/** The grammar of a job's output, at its beginning. Throws where llama.cpp cannot read it. */
export async function openGrammar(
  llama: Llama,
  model: LlamaModel,
  output: LlmSpec['output'],
): Promise<LlamaGrammarEvaluationState | null> {
  if (output.kind === 'text') return null;
  const grammar = await grammarOf(llama, output);
  return new LlamaGrammarEvaluationState({ model, grammar });
}

/** A grammar past the tokens already drawn. Throws where it refuses one of them; `begun` stays as it was. */
export function pastTokens(
  llama: Llama,
  begun: LlamaGrammarEvaluationState,
  drawn: readonly Token[],
): LlamaGrammarEvaluationState {
  const state = begun.clone();
  for (const token of drawn) accept(llama, state, token);
  return state;
}

const grammarOf = (
  llama: Llama,
  output: Exclude<LlmSpec['output'], { kind: 'text' }>,
): Promise<LlamaGrammar> =>
  output.kind === 'gbnf'
    ? llama.createGrammar({ grammar: output.grammar })
    : // The library reads the schema itself and says what it cannot do; its types know only what it can.
      llama.createGrammarForJsonSchema(output.schema as never);

/** The library takes a token into a grammar only while it samples one; its addon can do so alone. */
function accept(llama: Llama, state: LlamaGrammarEvaluationState, token: Token): void {
  const bindings: unknown = Reflect.get(llama, '_bindings');
  const sampler: unknown = Reflect.get(Object(bindings), 'AddonSampler');
  const take: unknown = Reflect.get(Object(sampler), 'acceptGrammarEvaluationStateToken');
  if (typeof take !== 'function')
    throw new Error('node-llama-cpp has no way to go on in a grammar');
  take.call(sampler, Reflect.get(state, '_state'), token);
}

/** The smallest normal f32: what is less likely has a logarithm that JSON cannot say. */
const LEAST = 2 ** -126;

type Drawing = ReturnType<LlamaContextSequence['evaluate']>;

/** Draws one token after the other from a sequence that holds the prompt up to, but without, the tokens in `last`. */
export function openDrawing(
  sequence: LlamaContextSequence,
  spec: LlmSpec,
  grammar: LlamaGrammarEvaluationState | null,
  last: Token[],
) {
  /** Not evaluated yet. */
  let pending = last;
  let drawing: Drawing | null = null;
  const options = (position: number): SequenceEvaluateOptions => ({
    temperature: spec.temperature,
    topP: spec.topP,
    topK: spec.topK,
    minP: spec.minP,
    seed: seedAt(spec.seed, position),
    yieldEogToken: true,
    ...(grammar && { grammarEvaluationState: grammar }),
  });

  async function close(): Promise<void> {
    await drawing?.return();
    drawing = null;
  }

  async function next(position: number): Promise<Token> {
    if (spec.temperature > 0 && position % SEGMENT === 0) await close();
    drawing ??= sequence.evaluate(pending, options(position));
    const { value, done } = await drawing.next();
    if (done || value === undefined) throw new Error('llama.cpp drew no token');
    pending = [value];
    return value;
  }

  /** What the model itself thinks comes next, and its likeliest token. */
  async function look(position: number): Promise<{ probe: Probe; likeliest: Token | null }> {
    await close();
    const end = pending.length - 1;
    const results = await sequence.controlledEvaluate(
      pending.map((token, i) => [
        token,
        i < end
          ? {}
          : {
              generateNext: {
                token: true,
                probabilities: true,
                // Greedy: the only way of drawing that leaves every token in.
                options: { temperature: 0, topK: 0, topP: 1, minP: 0 },
              },
            },
      ]),
    );
    const found = results[end]?.next;
    // In falling order, and by the thousand: only the first are looked at.
    const top: Probe['top'] = [];
    for (const [token, probability] of found?.probabilities ?? []) {
      top.push({ token, logprob: Math.fround(Math.log(Math.max(probability, LEAST))) });
      if (top.length === PROBE_WIDTH) break;
    }
    return { probe: { at: position, top }, likeliest: found?.token ?? null };
  }

  return {
    next,
    /** As `next`, and tells what the model thought. One more evaluation where the likeliest is not what is drawn. */
    async probe(position: number): Promise<{ probe: Probe; token: Token }> {
      const { probe, likeliest } = await look(position);
      if (spec.temperature === 0 && !grammar && likeliest !== null) {
        pending = [likeliest];
        return { probe, token: likeliest };
      }
      pending = pending.slice(-1);
      const at = sequence.nextTokenIndex;
      await sequence.eraseContextTokenRanges([{ start: at - 1, end: at }]);
      return { probe, token: await next(position) };
    },
    close,
  };
}
