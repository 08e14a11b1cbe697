/**
 * The messages of D-Bus, as far as we need them: calls whose arguments are strings, and whatever comes back
 * (https://dbus.freedesktop.org/doc/dbus-specification.html, "Message Protocol"). Little-endian only: the bus is on this
 * machine, and so are all who speak on it.
 */
export type BusCall = {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly args: readonly string[];
};

export type BusMessage = {
  readonly kind: 'call' | 'return' | 'error' | 'signal';
  /** The call that this answers. */
  readonly answers: number | null;
  readonly path: string | null;
  readonly interface: string | null;
  readonly member: string | null;
  /** Variants are unwrapped, dictionaries with string keys are objects, 64-bit numbers are plain ones. */
  readonly values: readonly unknown[];
};

export type Taken =
  | { readonly kind: 'message'; readonly message: BusMessage; readonly length: number }
  /** The rest is still on its way. */
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'broken'; readonly detail: string };

const KINDS: Readonly<Record<number, BusMessage['kind']>> = {
  1: 'call',
  2: 'return',
  3: 'error',
  4: 'signal',
};
const LITTLE_ENDIAN = 'l'.charCodeAt(0);
const VERSION = 1;
/** We ask, we never start a service that its owner does not run. */
const NO_AUTO_START = 2;
const FIXED_HEADER = 16;
/** Codes of the header's fields. */
const FIELD = { path: 1, interface: 2, member: 3, answers: 5, destination: 6, signature: 8 };
/** What we ask for is small; the protocol allows 128 MiB. */
const LONGEST = 1024 ** 2;

/** A call as it goes over the bus. */
export function encodeCall(call: BusCall, serial: number): Buffer {
  const body = openWriter();
  for (const text of call.args) body.text(text);
  const message = openWriter();
  for (const byte of [LITTLE_ENDIAN, 1, NO_AUTO_START, VERSION]) message.byte(byte);
  message.word(body.bytes.length);
  message.word(serial);
  const fields = openWriter();
  const field = (code: number, type: 'o' | 's', text: string) => {
    fields.align(8);
    fields.byte(code);
    fields.signature(type);
    fields.text(text);
  };
  field(FIELD.path, 'o', call.path);
  field(FIELD.interface, 's', call.interface);
  field(FIELD.member, 's', call.member);
  field(FIELD.destination, 's', call.destination);
  if (call.args.length > 0) {
    fields.align(8);
    fields.byte(FIELD.signature);
    fields.signature('g');
    fields.signature('s'.repeat(call.args.length));
  }
  message.word(fields.bytes.length);
  message.bytes.push(...fields.bytes);
  message.align(8);
  message.bytes.push(...body.bytes);
  return Buffer.from(message.bytes);
}

function openWriter() {
  const bytes: number[] = [];
  const align = (to: number) => {
    while (bytes.length % to !== 0) bytes.push(0);
  };
  const byte = (value: number) => bytes.push(value);
  const word = (value: number) => {
    align(4);
    bytes.push(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24);
  };
  const text = (value: string) => {
    const letters = Buffer.from(value, 'utf8');
    word(letters.length);
    bytes.push(...letters, 0);
  };
  const signature = (value: string) => bytes.push(value.length, ...Buffer.from(value), 0);
  return { bytes, align, byte, word, text, signature };
}

/** The first message in what has come so far. */
export function takeMessage(bytes: Buffer): Taken {
  if (bytes.length < FIXED_HEADER) return { kind: 'incomplete' };
  const kind = KINDS[bytes.readUInt8(1)];
  if (bytes.readUInt8(0) !== LITTLE_ENDIAN || bytes.readUInt8(3) !== VERSION || !kind)
    return { kind: 'broken', detail: 'The bus speaks another protocol.' };
  const bodyLength = bytes.readUInt32LE(4);
  const fieldsLength = bytes.readUInt32LE(12);
  const bodyAt = Math.ceil((FIXED_HEADER + fieldsLength) / 8) * 8;
  const length = bodyAt + bodyLength;
  if (length > LONGEST) return { kind: 'broken', detail: 'The bus sends too much.' };
  if (bytes.length < length) return { kind: 'incomplete' };
  try {
    const fields = new Map<number, unknown>();
    const [list] = readValues(bytes.subarray(0, FIXED_HEADER + fieldsLength), 12, 'a(yv)');
    for (const [code, value] of list as [number, unknown][]) fields.set(code, value);
    const word = (code: number) => {
      const value = fields.get(code);
      return typeof value === 'string' ? value : null;
    };
    const answers = fields.get(FIELD.answers);
    const message: BusMessage = {
      kind,
      answers: typeof answers === 'number' ? answers : null,
      path: word(FIELD.path),
      interface: word(FIELD.interface),
      member: word(FIELD.member),
      values: readValues(bytes.subarray(bodyAt, length), 0, word(FIELD.signature) ?? ''),
    };
    return { kind: 'message', message, length };
  } catch (error) {
    // Lengths that lead out of the message.
    if (error instanceof RangeError) return { kind: 'broken', detail: 'The bus sends nonsense.' };
    throw error;
  }
}

/** All values of a signature. Offsets count from the start of `bytes`, which is where alignment counts from too. */
function readValues(bytes: Buffer, from: number, signature: string): unknown[] {
  let at = from;
  const align = (to: number) => {
    at = Math.ceil(at / to) * to;
  };
  const skip = (size: number): number => {
    align(size);
    at += size;
    return at - size;
  };
  const text = (length: number): string => {
    const start = at;
    at += length + 1;
    if (at > bytes.length) throw new RangeError('a string beyond the message');
    return bytes.toString('utf8', start, start + length);
  };
  const all = (types: string): unknown[] => {
    const values: unknown[] = [];
    for (let next = 0; next < types.length; ) {
      const end = endOfType(types, next);
      values.push(one(types.slice(next, end)));
      next = end;
    }
    return values;
  };
  const array = (type: string): unknown => {
    const length = bytes.readUInt32LE(skip(4));
    align(alignmentOf(type));
    const end = at + length;
    if (end > bytes.length) throw new RangeError('an array beyond the message');
    const values: unknown[] = [];
    while (at < end) {
      const before = at;
      values.push(one(type));
      if (at === before) throw new RangeError('a value of no size');
    }
    return type.startsWith('{') ? Object.fromEntries(values as [string, unknown][]) : values;
  };
  const one = (type: string): unknown => {
    switch (type[0]) {
      case 'y':
        return bytes.readUInt8(skip(1));
      case 'b':
        return bytes.readUInt32LE(skip(4)) !== 0;
      case 'n':
        return bytes.readInt16LE(skip(2));
      case 'q':
        return bytes.readUInt16LE(skip(2));
      case 'i':
        return bytes.readInt32LE(skip(4));
      case 'u':
      case 'h':
        return bytes.readUInt32LE(skip(4));
      case 'x':
        return Number(bytes.readBigInt64LE(skip(8)));
      case 't':
        return Number(bytes.readBigUInt64LE(skip(8)));
      case 'd':
        return bytes.readDoubleLE(skip(8));
      case 's':
      case 'o':
        return text(bytes.readUInt32LE(skip(4)));
      case 'g':
        return text(bytes.readUInt8(skip(1)));
      case 'v':
        return one(text(bytes.readUInt8(skip(1))));
      case 'a':
        return array(type.slice(1));
      case '(':
      case '{':
        align(8);
        return all(type.slice(1, -1));
      default:
        throw new RangeError(`no type of D-Bus: ${type}`);
    }
  };
  return all(signature);
}

/** Where the type that begins at `from` ends. */
function endOfType(signature: string, from: number): number {
  let open = 0;
  for (let at = from; at < signature.length; at++) {
    const letter = signature.charAt(at);
    if (letter === '(' || letter === '{') open++;
    else if (letter === ')' || letter === '}') open--;
    if (open === 0 && letter !== 'a') return at + 1;
  }
  throw new RangeError(`an unfinished type: ${signature}`);
}

function alignmentOf(type: string): number {
  if (/^[({xtd]/.test(type)) return 8;
  if (/^[ygv]/.test(type)) return 1;
  return /^[nq]/.test(type) ? 2 : 4;
}
