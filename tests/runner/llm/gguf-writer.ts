/** Writes GGUF v3 headers, true ones and lies. Source of the format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. */
export type Field =
  | { readonly u32: number }
  | { readonly f32: number }
  | { readonly text: string }
  | { readonly texts: readonly string[] }
  | { readonly floats: readonly number[] }
  | { readonly ints: readonly number[] };

export type Tensor = {
  readonly name: string;
  readonly shape: readonly number[];
  /** GGML's number of the type; 0 is F32. */
  readonly type?: number;
  readonly data: Float32Array;
};

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
export const u64 = (value: number | bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const f32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
};
const text = (value: string) => {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
};
const array = (type: number, items: readonly Buffer[]) =>
  Buffer.concat([u32(9), u32(type), u64(items.length), ...items]);

function field(value: Field): Buffer {
  if ('u32' in value) return Buffer.concat([u32(4), u32(value.u32)]);
  if ('f32' in value) return Buffer.concat([u32(6), f32(value.f32)]);
  if ('text' in value) return Buffer.concat([u32(8), text(value.text)]);
  if ('texts' in value) return array(8, value.texts.map(text));
  if ('floats' in value) return array(6, value.floats.map(f32));
  return array(5, value.ints.map(u32));
}

const ALIGNMENT = 32;
const padded = (size: number) => Math.ceil(size / ALIGNMENT) * ALIGNMENT;

/** What a header may say that is not so. */
export type Lies = {
  readonly magic?: string;
  readonly version?: number;
  readonly tensorCount?: number | bigint;
  readonly keyCount?: number | bigint;
  /** Added to the place of the last tensor. */
  readonly shift?: number;
};

/** A whole file. */
export function writeGguf(
  fields: Readonly<Record<string, Field>>,
  tensors: readonly Tensor[],
  lies: Lies = {},
): Buffer {
  const keys = Object.entries(fields).map(([key, value]) =>
    Buffer.concat([text(key), field(value)]),
  );
  let at = 0;
  const infos: Buffer[] = [];
  const data: Buffer[] = [];
  for (const [i, { name, shape, type = 0, data: numbers }] of tensors.entries()) {
    const shift = i === tensors.length - 1 ? (lies.shift ?? 0) : 0;
    const sides = [u32(shape.length), ...shape.map(u64)];
    infos.push(Buffer.concat([text(name), ...sides, u32(type), u64(at + shift)]));
    const bytes = Buffer.alloc(padded(numbers.byteLength));
    Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).copy(bytes);
    data.push(bytes);
    at += bytes.length;
  }
  const head = Buffer.concat([
    Buffer.from(lies.magic ?? 'GGUF'),
    u32(lies.version ?? 3),
    u64(lies.tensorCount ?? tensors.length),
    u64(lies.keyCount ?? keys.length),
    ...keys,
    ...infos,
  ]);
  return Buffer.concat([head, Buffer.alloc(padded(head.length) - head.length), ...data]);
}
