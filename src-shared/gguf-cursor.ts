/** The header goes on past the bytes at hand: so many are needed. */
export class HeaderIsLonger extends Error {
  readonly need: number;
  constructor(need: number) {
    super(`the header needs ${need} bytes`);
    this.need = need;
  }
}

/** The header makes no sense; the message completes "this is no model: ...". */
export class BadHeader extends Error {}

/** The longest text a header may hold: chat templates are tens of kilobytes. Bytes. */
const MAX_TEXT = 1024 ** 2;
const LONGEST_NAME = 256;
/** Elements of all arrays: vocabularies have hundreds of thousands, with as many merges. */
const MAX_ELEMENTS = 4_000_000;
/** Arrays of arrays are in the format, and in no model. */
const MAX_DEPTH = 2;
const ARRAY = 9;
const TEXT = 8;

/** Bytes of the value types of fixed size, by GGUF's own numbers. */
const FIXED: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 4],
  [5, 4],
  [6, 4],
  [7, 1],
  [10, 8],
  [11, 8],
  [12, 8],
]);

/** A value as far as we look at it: of an array, its length and the numbers in it, if they are numbers and few. */
export type GgufValue =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'array'; readonly length: number; readonly numbers: readonly number[] };

/** Longer arrays of numbers are passed over: those we look at have one for each layer. */
const FEW = 1024;

/** Reads a GGUF header, little-endian, from its first bytes. Throws HeaderIsLonger or BadHeader and nothing else. */
export class GgufCursor {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  #at = 0;
  #elements = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get at(): number {
    return this.#at;
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** A u64 that is no larger than `max`. */
  count(what: string, max: number): number {
    const value = this.#view.getBigUint64(this.#take(8), true);
    if (value > BigInt(max))
      throw new BadHeader(`${what} is ${value}, and at most ${max} make sense`);
    return Number(value);
  }

  text(what: string, max = MAX_TEXT): string {
    const length = this.count(`the length of ${what}`, max);
    const start = this.#take(length);
    // Names are ASCII; of a longer text, such as a chat template, nothing is wanted here.
    return String.fromCharCode(
      ...this.#bytes.subarray(start, start + Math.min(length, LONGEST_NAME)),
    );
  }

  value(key: string): GgufValue {
    const type = this.u32();
    if (type === TEXT) return { kind: 'text', value: this.text(key) };
    if (type === ARRAY) return this.#array(key, 1);
    return { kind: 'number', value: this.#number(type, key) };
  }

  #array(key: string, depth: number): GgufValue {
    if (depth > MAX_DEPTH) throw new BadHeader(`${key} is an array within arrays`);
    const type = this.u32();
    const length = this.count(`the length of ${key}`, MAX_ELEMENTS);
    this.#elements += length;
    if (this.#elements > MAX_ELEMENTS)
      throw new BadHeader(`its arrays have more than ${MAX_ELEMENTS} elements`);
    if (type === ARRAY) {
      for (let i = 0; i < length; i += 1) this.#array(key, depth + 1);
      return { kind: 'array', length, numbers: [] };
    }
    if (type === TEXT) {
      for (let i = 0; i < length; i += 1) this.#take(this.count(`a text of ${key}`, MAX_TEXT));
      return { kind: 'array', length, numbers: [] };
    }
    if (length > FEW) {
      this.#take(length * this.#sizeOf(type, key));
      return { kind: 'array', length, numbers: [] };
    }
    const numbers = Array.from({ length }, () => this.#number(type, key));
    return { kind: 'array', length, numbers };
  }

  #sizeOf(type: number, key: string): number {
    const size = FIXED.get(type);
    if (size === undefined) throw new BadHeader(`${key} has the unknown type ${type}`);
    return size;
  }

  #number(type: number, key: string): number {
    const at = this.#take(this.#sizeOf(type, key));
    const view = this.#view;
    switch (type) {
      case 0:
      case 7:
        return view.getUint8(at);
      case 1:
        return view.getInt8(at);
      case 2:
        return view.getUint16(at, true);
      case 3:
        return view.getInt16(at, true);
      case 4:
        return view.getUint32(at, true);
      case 5:
        return view.getInt32(at, true);
      case 6:
        return view.getFloat32(at, true);
      case 10:
        return Number(view.getBigUint64(at, true));
      case 11:
        return Number(view.getBigInt64(at, true));
      case 12:
        return view.getFloat64(at, true);
    }
    throw new RangeError(`type ${type} has a size but is not read`);
  }

  /** Where the next `length` bytes begin; they are behind the cursor then. */
  #take(length: number): number {
    const start = this.#at;
    if (start + length > this.#bytes.byteLength) throw new HeaderIsLonger(start + length);
    this.#at = start + length;
    return start;
  }
}
