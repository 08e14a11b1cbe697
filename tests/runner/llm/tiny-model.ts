import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Model } from '../../../src-shared/llm.ts';
import { type Field, type Lies, type Tensor, writeGguf } from './gguf-writer.ts';

/** The shape of a llama with random weights: it says nonsense, always the same. */
export type Shape = {
  readonly seed: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly context: number;
};
export const TINY: Shape = { seed: 1, width: 64, layers: 2, heads: 4, context: 512 };

/** Words of more than one letter, so that texts are more than bytes. */
const WORDS =
  '▁ e t a o i n s h r d l u c m w f g y p b v k . , ▁t he ▁the in er an re on ▁a at'.split(' ');
const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const BYTE = 6;

/** mulberry32: a small generator whose numbers are the same everywhere. */
function randomNumbers(seed: number) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function vocabulary() {
  const bytes = Array.from(
    { length: 256 },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
  );
  return {
    tokens: ['<unk>', '<s>', '</s>', ...bytes, ...WORDS],
    types: [UNKNOWN, CONTROL, CONTROL, ...bytes.map(() => BYTE), ...WORDS.map(() => NORMAL)],
    scores: [0, 0, 0, ...bytes.map(() => 0), ...WORDS.map((_, i) => -i)],
  };
}

/** The fields of such a model's header. */
export function tinyFields({ width, layers, heads, context }: Shape): Record<string, Field> {
  const { tokens, types, scores } = vocabulary();
  return {
    'general.architecture': { text: 'llama' },
    'general.name': { text: 'tiny-random' },
    'llama.context_length': { u32: context },
    'llama.embedding_length': { u32: width },
    'llama.block_count': { u32: layers },
    'llama.feed_forward_length': { u32: width * 2 },
    'llama.attention.head_count': { u32: heads },
    'llama.attention.head_count_kv': { u32: heads },
    'llama.rope.dimension_count': { u32: width / heads },
    'llama.attention.layer_norm_rms_epsilon': { f32: 1e-5 },
    'general.file_type': { u32: 0 },
    'tokenizer.ggml.model': { text: 'llama' },
    'tokenizer.ggml.tokens': { texts: tokens },
    'tokenizer.ggml.scores': { floats: scores },
    'tokenizer.ggml.token_type': { ints: types },
    'tokenizer.ggml.bos_token_id': { u32: 1 },
    'tokenizer.ggml.eos_token_id': { u32: 2 },
    'tokenizer.ggml.unknown_token_id': { u32: 0 },
  };
}

export function tinyTensors({ seed, width, layers }: Shape): Tensor[] {
  const random = randomNumbers(seed);
  const normal = () =>
    Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  const { tokens } = vocabulary();
  const tensor = (name: string, ...shape: number[]): Tensor => {
    const size = shape.reduce((product, side) => product * side, 1);
    const scale = name.startsWith('token') ? 1 : 2 / Math.sqrt(shape[0] ?? 1);
    const data = Float32Array.from({ length: size }, () =>
      shape.length === 1 ? 1 : normal() * scale,
    );
    return { name, shape, data };
  };
  const layer = (i: number) => {
    const one = (name: string, ...shape: number[]) => tensor(`blk.${i}.${name}.weight`, ...shape);
    return [
      one('attn_norm', width),
      ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((name) => one(name, width, width)),
      one('ffn_norm', width),
      one('ffn_gate', width, width * 2),
      one('ffn_up', width, width * 2),
      one('ffn_down', width * 2, width),
    ];
  };
  return [
    tensor('token_embd.weight', width, tokens.length),
    tensor('output_norm.weight', width),
    endless(tensor('output.weight', width, tokens.length), width),
    ...Array.from({ length: layers }, (_, i) => layer(i)).flat(),
  ];
}

const END = 2;
/** The token that ends a text is never the likeliest: answers are as long as their buyers want them. */
function endless(output: Tensor, width: number): Tensor {
  output.data.fill(0, END * width, (END + 1) * width);
  return output;
}

export const tinyModel = (shape: Shape = TINY, lies: Lies = {}): Buffer =>
  writeGguf(tinyFields(shape), tinyTensors(shape), lies);

export const modelOfBytes = (bytes: Uint8Array): Model =>
  Model.parse({
    sha256: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.byteLength,
  });

export type ModelFile = { readonly path: string; readonly bytes: Buffer; readonly model: Model };

/** A model with random weights as a file in `folder`. */
export function writeModel(folder: string, shape: Shape = TINY): ModelFile {
  const bytes = tinyModel(shape);
  const path = join(folder, `tiny-${shape.seed}-${shape.width}.gguf`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return { path, bytes, model: modelOfBytes(bytes) };
}

/** A real model of 260,000 weights that writes small stories, where somebody has put it beside this repository. */
export function storyModel(): ModelFile | null {
  const path = fileURLToPath(new URL('../../../shared/data/stories260K.gguf', import.meta.url));
  if (!existsSync(path)) return null;
  const bytes = readFileSync(path);
  return { path, bytes, model: modelOfBytes(bytes) };
}
