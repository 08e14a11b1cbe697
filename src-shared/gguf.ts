import { GGML_TYPES } from './ggml-types.ts';
import { BadHeader, GgufCursor, type GgufValue, HeaderIsLonger } from './gguf-cursor.ts';
import { type Bytes, bytes } from './units.ts';

/**
 * What we read of a GGUF file before anything loads it: enough to say how much memory it takes, and that its header
 * tells the truth about the file. Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
 */
export type GgufFacts = {
  readonly architecture: string;
  /** Of the weights. */
  readonly weights: Bytes;
  /** What the key-value cache takes for one token. */
  readonly cachePerToken: Bytes;
  readonly vocabulary: number;
  readonly embedding: number;
  /** The context it was trained on, tokens. */
  readonly trained: number;
};

export type GgufRead =
  | { readonly kind: 'ok'; readonly facts: GgufFacts }
  /** The header is longer than the bytes that were given: try with so many. */
  | { readonly kind: 'more'; readonly need: number }
  /** `detail` completes "this is no model: ...". */
  | { readonly kind: 'bad'; readonly detail: string };

/** "GGUF" as a little-endian u32. */
const MAGIC = 0x4655_4747;
const VERSIONS = [2, 3];
/** Vocabularies with their merges take some 20 MiB at the most. */
export const MAX_HEADER = 64 * 1024 ** 2;
const MAX_KEYS = 4096;
const MAX_KEY = 256;
const MAX_TENSORS = 65_536;
/** GGML_MAX_NAME and GGML_MAX_DIMS of ggml.h. */
const MAX_TENSOR_NAME = 64;
const MAX_DIMENSIONS = 4;
const MAX_ALIGNMENT = 65_536;
const USUAL_ALIGNMENT = 32;
const MAX_LAYERS = 1024;
const MAX_WIDTH = 1024 ** 2;
const MAX_TRAINED = 2 ** 26;
/** Keys and values are kept in 16 bits each. */
const CACHE_NUMBER = 2;

/** Reads the first bytes of a file of `fileSize` bytes. Never throws; never takes more time than the bytes given. */
export function readGguf(head: Uint8Array, fileSize: number): GgufRead {
  try {
    return { kind: 'ok', facts: read(new GgufCursor(head), fileSize) };
  } catch (error) {
    if (error instanceof BadHeader) return { kind: 'bad', detail: error.message };
    if (!(error instanceof HeaderIsLonger)) throw error;
    const { need } = error;
    if (need > fileSize) return { kind: 'bad', detail: 'the file ends within its header' };
    return need > MAX_HEADER
      ? { kind: 'bad', detail: `its header is longer than ${MAX_HEADER} bytes` }
      : { kind: 'more', need };
  }
}

function read(cursor: GgufCursor, fileSize: number): GgufFacts {
  if (cursor.u32() !== MAGIC) throw new BadHeader('it does not begin with GGUF');
  const version = cursor.u32();
  if (!VERSIONS.includes(version)) throw new BadHeader(`its version is ${version}, not 2 or 3`);
  const tensors = cursor.count('the number of tensors', MAX_TENSORS);
  const keys = cursor.count('the number of keys', MAX_KEYS);
  const values = new Map<string, GgufValue>();
  for (let i = 0; i < keys; i += 1) {
    const key = cursor.text('a key', MAX_KEY);
    if (values.has(key)) throw new BadHeader(`${key} is there twice`);
    values.set(key, cursor.value(key));
  }
  const weights = readTensors(cursor, tensors, alignmentOf(values), fileSize);
  return factsOf(values, weights);
}

function alignmentOf(values: ReadonlyMap<string, GgufValue>): number {
  const value = values.get('general.alignment');
  if (value === undefined) return USUAL_ALIGNMENT;
  const given = value.kind === 'number' ? value.value : 0;
  const fine = Number.isInteger(Math.log2(given)) && given >= 1 && given <= MAX_ALIGNMENT;
  if (!fine) throw new BadHeader(`its alignment is ${given}`);
  return given;
}

type Span = { readonly name: string; readonly from: number; readonly to: number };

/** Reads where every tensor lies and checks that they fill the file: none past its end, none on another. */
function readTensors(
  cursor: GgufCursor,
  count: number,
  alignment: number,
  fileSize: number,
): Bytes {
  const names = new Set<string>();
  const spans: Span[] = [];
  for (let i = 0; i < count; i += 1) {
    const name = cursor.text('the name of a tensor', MAX_TENSOR_NAME);
    if (names.has(name)) throw new BadHeader(`tensor ${name} is there twice`);
    names.add(name);
    const size = tensorSize(cursor, name);
    const from = cursor.count(`the place of tensor ${name}`, Number.MAX_SAFE_INTEGER);
    if (from % alignment !== 0) throw new BadHeader(`tensor ${name} is not aligned`);
    spans.push({ name, from, to: from + size });
  }
  if (spans.length === 0) throw new BadHeader('it has no tensors');
  const start = Math.ceil(cursor.at / alignment) * alignment;
  spans.sort((a, b) => a.from - b.from);
  let end = 0;
  for (const { name, from, to } of spans) {
    if (from < end) throw new BadHeader(`tensor ${name} lies on another one`);
    end = to;
    if (start + end > fileSize)
      throw new BadHeader(
        `tensor ${name} ends at byte ${start + end}, the file at byte ${fileSize}`,
      );
  }
  if (fileSize - (start + end) > alignment)
    throw new BadHeader(`${fileSize - (start + end)} bytes at its end belong to no tensor`);
  return bytes(spans.reduce((sum, { from, to }) => sum + to - from, 0));
}

function tensorSize(cursor: GgufCursor, name: string): number {
  const dimensions = cursor.u32();
  if (dimensions < 1 || dimensions > MAX_DIMENSIONS)
    throw new BadHeader(`tensor ${name} has ${dimensions} dimensions`);
  const shape = Array.from({ length: dimensions }, () =>
    cursor.count(`a side of tensor ${name}`, Number.MAX_SAFE_INTEGER),
  );
  const type = cursor.u32();
  const packing = GGML_TYPES.get(type);
  if (!packing) throw new BadHeader(`tensor ${name} has the unknown type ${type}`);
  const numbers = shape.reduce((product, side) => product * side, 1);
  const size = (numbers / packing.numbers) * packing.bytes;
  const [row = 0] = shape;
  if (numbers < 1 || !Number.isSafeInteger(size) || row % packing.numbers !== 0)
    throw new BadHeader(`tensor ${name} of ${shape.join(' x ')} numbers makes no sense`);
  return size;
}

function factsOf(values: ReadonlyMap<string, GgufValue>, weights: Bytes): GgufFacts {
  const named = values.get('general.architecture');
  if (named?.kind !== 'text' || !/^[a-z0-9._-]{1,64}$/i.test(named.value))
    throw new BadHeader('it names no architecture');
  const architecture = named.value;

  /** One number, or the largest of one for each layer. */
  const find = (key: string, max: number): number | null => {
    const value = values.get(`${architecture}.${key}`);
    if (value === undefined) return null;
    const numbers =
      value.kind === 'number' ? [value.value] : value.kind === 'array' ? value.numbers : [];
    const most = Math.max(...numbers);
    if (!Number.isInteger(most) || most < 1 || most > max)
      throw new BadHeader(`${architecture}.${key} makes no sense`);
    return most;
  };
  const need = (key: string, max: number): number => {
    const value = find(key, max);
    if (value === null) throw new BadHeader(`${architecture}.${key} is missing`);
    return value;
  };

  const layers = need('block_count', MAX_LAYERS);
  const embedding = need('embedding_length', MAX_WIDTH);
  const heads = find('attention.head_count', MAX_WIDTH) ?? 1;
  const cached = find('attention.head_count_kv', MAX_WIDTH) ?? heads;
  const width = Math.ceil(embedding / heads);
  const key = find('attention.key_length', MAX_WIDTH) ?? width;
  const value = find('attention.value_length', MAX_WIDTH) ?? width;
  const tokens = values.get('tokenizer.ggml.tokens');
  if (tokens?.kind !== 'array' || tokens.length < 1) throw new BadHeader('it has no vocabulary');
  return {
    architecture,
    weights,
    cachePerToken: bytes(layers * cached * (key + value) * CACHE_NUMBER),
    vocabulary: tokens.length,
    embedding,
    trained: need('context_length', MAX_TRAINED),
  };
}

/** A first look this long holds the header of a model with a small vocabulary. */
const FIRST_LOOK = 64 * 1024;

/** Reads a header piece by piece: `look` gives the first so many bytes of the file, or all where it is shorter. */
export async function inspectGguf(
  fileSize: number,
  look: (length: number) => Promise<Uint8Array>,
): Promise<Exclude<GgufRead, { kind: 'more' }>> {
  for (let length = Math.min(FIRST_LOOK, fileSize); ; ) {
    const head = await look(length);
    const found = readGguf(head, fileSize);
    if (found.kind !== 'more') return found;
    if (head.byteLength < length) return { kind: 'bad', detail: 'the file ends within its header' };
    // Twice as much each time: a few reads for any header.
    length = Math.min(fileSize, MAX_HEADER, Math.max(found.need, length * 2));
  }
}
