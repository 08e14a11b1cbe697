import { z } from 'zod';

/**
 * Messages as bytes, for a pipe whose other end nobody trusts. A frame is
 *
 * - the length of its header, u32, little-endian;
 * - the header, JSON in ASCII: `sizes` of the byte arrays, and the `message` with a reference in the place of each;
 * - the byte arrays' own bytes, one after the other.
 *
 * Every string in the message begins with a letter: `s` for a string, `b` for the byte array of that number, `n` for a number
 * that JSON does not know.
 */
const PREFIX = 4;
const ODD_NUMBERS = new Map([NaN, Infinity, -Infinity].map((value) => [`n${value}`, value]));
const NEGATIVE_ZERO = 'n-0';
/** Beyond what JSON may leave as it is, so that a character is a byte and lone surrogates survive. */
const NOT_ASCII = /[^\x20-\x7e]/g;
/** Characters at once: more arguments than this are too many for a call. */
const PIECE = 8192;

/**
 * The pieces of one frame, to be written in this order. Byte arrays are not copied: nobody may change them until they are
 * written. Throws a TypeError where the message holds anything but JSON and byte arrays.
 */
export function frameOf(message: unknown): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  const flat = flatten(message, parts);
  const sizes = parts.map(({ byteLength }) => byteLength);
  const text = JSON.stringify({ sizes, message: flat }).replace(
    NOT_ASCII,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const head = new Uint8Array(PREFIX + text.length);
  new DataView(head.buffer).setUint32(0, text.length, true);
  for (let i = 0; i < text.length; i += 1) head[PREFIX + i] = text.charCodeAt(i);
  return [head, ...parts.filter(({ byteLength }) => byteLength > 0)];
}

function flatten(value: unknown, parts: Uint8Array[]): unknown {
  if (value instanceof Uint8Array) return `b${parts.push(value) - 1}`;
  switch (typeof value) {
    case 'string':
      return `s${value}`;
    case 'number':
      if (Object.is(value, -0)) return NEGATIVE_ZERO;
      return Number.isFinite(value) ? value : `n${value}`;
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return null;
      if (Array.isArray(value)) return value.map((one) => flatten(one, parts));
      return Object.fromEntries(
        Object.entries(value).flatMap(([key, one]) =>
          one === undefined ? [] : [[key, flatten(one, parts)]],
        ),
      );
    default:
      throw new TypeError(`a message cannot hold a ${typeof value}`);
  }
}

export type FrameLimits = {
  /** The longest header, in bytes. */
  readonly header: number;
  /** The most bytes that all byte arrays of one message may have, asked anew for each. */
  readonly bytes: () => number;
};

const Header = z.object({ sizes: z.array(z.int().min(0)), message: z.unknown() });

/**
 * Puts messages together from chunks of any size. Whatever comes, it throws nothing of its own and takes no more memory
 * than the limits say. After `broken`, called once with what was wrong, nothing more is heard.
 */
export function openFrames(
  limits: FrameLimits,
  listen: {
    readonly message: (message: unknown) => void;
    readonly broken: (why: string) => void;
  },
  allocate: (size: number) => Uint8Array = (size) => new Uint8Array(size),
): (chunk: Uint8Array) => void {
  let stage: 'length' | 'header' | 'part' | 'broken' = 'length';
  let piece = allocate(PREFIX);
  let filled = 0;
  let arriving: { sizes: number[]; message: unknown; parts: Uint8Array[] } | null = null;

  const expect = (next: 'length' | 'header' | 'part', size: number) => {
    piece = allocate(size);
    filled = 0;
    stage = next;
  };

  /** The piece is whole. Returns the message where it was the last of one; throws where it makes no sense. */
  function proceed(): { readonly message: unknown } | null {
    if (stage === 'length') {
      const size = new DataView(piece.buffer, piece.byteOffset).getUint32(0, true);
      if (size > limits.header) throw new RangeError(`a header of ${size} bytes`);
      expect('header', size);
      // An empty one is no JSON: it is read at once, as nothing more may come.
      if (size > 0) return null;
    }
    if (stage === 'header') {
      const { sizes, message } = Header.parse(JSON.parse(textOf(piece)));
      const all = sizes.reduce((sum, size) => sum + size, 0);
      if (all > limits.bytes()) throw new RangeError(`a message of ${all} bytes`);
      arriving = { sizes, message, parts: [] };
    } else arriving?.parts.push(piece);
    if (arriving === null) throw new TypeError('a part of nothing');
    const { sizes, parts } = arriving;
    for (let size = sizes[parts.length]; size !== undefined; size = sizes[parts.length]) {
      if (size > 0) {
        expect('part', size);
        return null;
      }
      parts.push(allocate(0));
    }
    const message = restore(arriving.message, parts);
    arriving = null;
    expect('length', PREFIX);
    return { message };
  }

  return (chunk) => {
    for (let at = 0; at < chunk.length && stage !== 'broken'; ) {
      const part = chunk.subarray(at, at + piece.length - filled);
      piece.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < piece.length) return;
      let whole: ReturnType<typeof proceed>;
      try {
        whole = proceed();
      } catch (error) {
        stage = 'broken';
        piece = new Uint8Array(0);
        arriving = null;
        listen.broken(String(error));
        return;
      }
      if (whole) listen.message(whole.message);
    }
  };
}

function textOf(ascii: Uint8Array): string {
  let text = '';
  for (let at = 0; at < ascii.length; at += PIECE)
    text += String.fromCharCode(...ascii.subarray(at, at + PIECE));
  return text;
}

/** Deeper than the stack is an error like any other. */
function restore(value: unknown, parts: readonly Uint8Array[]): unknown {
  if (typeof value === 'string') return referred(value, parts);
  if (Array.isArray(value)) return value.map((one) => restore(one, parts));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, restore(one, parts)]));
}

function referred(word: string, parts: readonly Uint8Array[]): unknown {
  if (word.startsWith('s')) return word.slice(1);
  if (word === NEGATIVE_ZERO) return -0;
  const found =
    ODD_NUMBERS.get(word) ?? (/^b\d+$/.test(word) ? parts[Number(word.slice(1))] : null);
  if (found === undefined || found === null) throw new TypeError('a reference to nothing');
  return found;
}
