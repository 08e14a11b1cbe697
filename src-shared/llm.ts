import { z } from 'zod';
import { Sha256 } from './blob.ts';
import { bytes } from './units.ts';

/**
 * A language model job is text plus a known model: a GGUF file by its SHA-256, which the network's operator has listed.
 * Nothing in it can name a file, a process or an address. Limits every runner checks before it loads anything:
 */
export const MAX_MODEL = 64 * 1024 ** 3;
/** Tokens that prompt and answer may take together. */
export const MAX_CONTEXT = 131_072;
export const MAX_TOKENS = 32_768;
/**
 * Tokens a text may have that is turned into a vector. It is worked on whole, and the scratch for that grows with it and with
 * the vocabulary: 2 GiB here, where a quarter of a million tokens are known.
 */
export const MAX_EMBED_CONTEXT = 2048;
/** Numbers of a vector: as wide as the widest models of today. */
export const MAX_VECTOR = 16_384;
/** Tokens that are worked on at once while a prompt is read. */
export const PREFILL_BATCH = 256;
/** Characters of all messages together: the job has to fit into the frame that assigns it. */
export const MAX_PROMPT = 64 * 1024;
export const MAX_MESSAGES = 256;
export const MAX_STOPS = 8;
export const MAX_STOP_LENGTH = 64;
/** Characters of a grammar, or of a JSON schema written out. */
export const MAX_GRAMMAR = 16 * 1024;
/** Positions whose log-probabilities may be asked for. */
export const MAX_PROBES = 256;
/** How many tokens a position tells the log-probabilities of. */
export const PROBE_WIDTH = 8;
export const MAX_TEXTS = 256;
/** The longest result, bytes: 32,768 tokens of text, their numbers and 256 positions stay well below. */
export const MAX_LLM_RESULT = 8 * 1024 ** 2;

/** The weights, named by their digest. Larger than a blob may be, so it travels another way. */
export const Model = z.object({
  sha256: Sha256,
  size: z.int().min(1).max(MAX_MODEL).transform(bytes),
});
export type Model = Readonly<z.infer<typeof Model>>;

const Message = z.object({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string().max(MAX_PROMPT),
});
export type Message = Readonly<z.infer<typeof Message>>;

/** A chat, put into the model's own template, or a text that goes on as it stands (special tokens are read as such). */
export const LlmInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('messages'), messages: z.array(Message).min(1).max(MAX_MESSAGES) }),
  z.object({ kind: z.literal('prompt'), text: z.string().min(1).max(MAX_PROMPT) }),
]);
export type LlmInput = Readonly<z.infer<typeof LlmInput>>;

/** What the answer must look like. */
export const LlmOutput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text') }),
  /** JSON that fits this schema (the part of JSON Schema that llama.cpp's grammars can say). */
  z.object({ kind: z.literal('json'), schema: z.record(z.string(), z.json()) }),
  /** A grammar in llama.cpp's GBNF; its first rule is `root`. */
  z.object({ kind: z.literal('gbnf'), grammar: z.string().min(1).max(MAX_GRAMMAR) }),
]);
export type LlmOutput = Readonly<z.infer<typeof LlmOutput>>;

const context = z.int().min(16).max(MAX_CONTEXT);

export const LlmSpec = z
  .object({
    model: Model,
    input: LlmInput,
    /** Tokens that prompt and answer may take together: what the key-value cache is made for. */
    context,
    maxTokens: z.int().min(1).max(MAX_TOKENS),
    /** 0: always the likeliest token. */
    temperature: z.number().min(0).max(5).default(0),
    /** Of the likeliest tokens that together are this probable; 1: of all. */
    topP: z.number().min(0.01).max(1).default(0.95),
    /** Of so many likeliest tokens; 0: of all. */
    topK: z.int().min(0).max(1000).default(40),
    /** Of tokens at least this probable, beside the likeliest; 0: of all. */
    minP: z.number().min(0).max(1).default(0),
    seed: z.int().min(0).max(0x7fff_ffff).default(0),
    /** The answer ends before the first of these. */
    stop: z.array(z.string().min(1).max(MAX_STOP_LENGTH)).max(MAX_STOPS).default([]),
    output: LlmOutput.default({ kind: 'text' }),
    /** Tokens of the answer, from 0, of which the model's own log-probabilities are wanted; in rising order. */
    probes: z.array(z.int().min(0)).max(MAX_PROBES).default([]),
  })
  .superRefine((spec, { addIssue }) => {
    const say = (message: string) => addIssue({ code: 'custom', message });
    if (spec.maxTokens >= spec.context)
      say(`an answer of ${spec.maxTokens} tokens leaves no room for a prompt in ${spec.context}`);
    if (lengthOf(spec.input) > MAX_PROMPT) say(`the messages have more than ${MAX_PROMPT} letters`);
    if (spec.probes.some((at, i) => at <= (spec.probes[i - 1] ?? -1)))
      say('the probes are not in rising order');
    if ((spec.probes.at(-1) ?? 0) >= spec.maxTokens) say('a probe lies past the last token');
    if (spec.output.kind === 'json') {
      const fault = schemaFault(spec.output.schema);
      if (fault !== null) say(fault);
    }
  });
export type LlmSpec = Readonly<z.infer<typeof LlmSpec>>;

export const EmbedSpec = z.object({
  model: Model,
  /** One vector each, in this order. */
  texts: z.array(z.string().min(1).max(MAX_PROMPT)).min(1).max(MAX_TEXTS),
  /** Tokens the longest text may take. */
  context: context.max(MAX_EMBED_CONTEXT),
});
export type EmbedSpec = Readonly<z.infer<typeof EmbedSpec>>;

/** The result of an `llm` job, as its buyer reads it: UTF-8 JSON. */
export const LlmResult = z.object({
  /** Without the stop string that ended it. */
  text: z.string(),
  /** Every token that was drawn, those of the stop string too. */
  tokens: z.array(z.int().min(0)).max(MAX_TOKENS),
  /** `end`: the model said it is done; `stop`: a stop string came; `length`: all `maxTokens` were drawn. */
  finish: z.enum(['end', 'stop', 'length']),
  promptTokens: z.int().min(0),
  /** For each probe within the answer: the likeliest tokens, before temperature and grammar. */
  probes: z
    .array(
      z.object({
        at: z.int().min(0),
        top: z.array(z.object({ token: z.int().min(0), logprob: z.number() })).max(PROBE_WIDTH),
      }),
    )
    .max(MAX_PROBES),
});
export type LlmResult = Readonly<z.infer<typeof LlmResult>>;

/** Nesting and counts up to which a grammar made from a schema stays small. */
const MAX_SCHEMA_DEPTH = 16;
const MAX_SCHEMA_COUNT = 512;
const COUNTS = ['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties'];

/** Why a schema is too large to be made into a grammar; null where it is not. */
function schemaFault(schema: unknown): string | null {
  if (JSON.stringify(schema).length > MAX_GRAMMAR)
    return `the JSON schema has more than ${MAX_GRAMMAR} letters`;
  const look = (value: unknown, depth: number): string | null => {
    if (typeof value !== 'object' || value === null) return null;
    if (depth > MAX_SCHEMA_DEPTH)
      return `the JSON schema is nested deeper than ${MAX_SCHEMA_DEPTH}`;
    for (const [key, inner] of Object.entries(value)) {
      if (COUNTS.includes(key) && typeof inner === 'number' && !(inner <= MAX_SCHEMA_COUNT))
        return `${key} of the JSON schema is more than ${MAX_SCHEMA_COUNT}`;
      const fault = look(inner, depth + 1);
      if (fault !== null) return fault;
    }
    return null;
  };
  return look(schema, 0);
}

const lengthOf = (input: LlmInput): number =>
  input.kind === 'prompt'
    ? input.text.length
    : input.messages.reduce((sum, { content }) => sum + content.length, 0);
