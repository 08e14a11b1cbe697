import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameOf, openFrames } from '../../src-shared/pipe-frame.ts';

const LIMITS = { header: 4096, bytes: 1 << 16 };

/** A reader, everything it heard, and all the memory it asked for. */
function reader(limits = LIMITS) {
  const heard: unknown[] = [];
  const broken: string[] = [];
  const taken: number[] = [];
  const read = openFrames(
    { header: limits.header, bytes: () => limits.bytes },
    { message: (message) => heard.push(message), broken: (why) => broken.push(why) },
    (size) => {
      taken.push(size);
      return new Uint8Array(size);
    },
  );
  return { read, heard, broken, taken };
}

const wire = (...messages: readonly unknown[]) =>
  Buffer.concat(messages.flatMap((message) => [...frameOf(message)]));

/** The same bytes in pieces of any length. */
function inPieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.length));
}
const cuts = fc.array(fc.nat(), { maxLength: 20 });

/** A header of these words, and its length as it claims to be. */
function forged(text: string, length = text.length): Buffer {
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32LE(length);
  return Buffer.concat([prefix, Buffer.from(text)]);
}

const anyMessage = fc.letrec((tie) => ({
  message: fc.oneof(
    { depthSize: 'small' },
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('b0', 's', 'n-0', '\ud800', '__proto__', Number.NaN, -Infinity, -0, null, true),
    fc.double(),
    fc.array(tie('message'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('message'), { maxKeys: 4 }),
  ),
})).message;

test('every message comes out as it went in, however the pipe cuts it', () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 4 }), cuts, (messages, at) => {
      const { read, heard, broken } = reader({ header: 1 << 20, bytes: 1 << 20 });
      for (const piece of inPieces(wire(...messages), at)) read(piece);
      expect(broken).toEqual([]);
      expect(heard).toEqual(messages);
    }),
  );
});

test('a runner that says anything at all ends nobody, and takes no more memory than its job may', () => {
  const words = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.tuple(fc.string(), fc.nat()).map(([text, length]) => forged(text, length)),
    fc.json().map((text) => forged(text)),
    fc
      .tuple(fc.array(fc.double()), fc.jsonValue())
      .map(([sizes, message]) => forged(JSON.stringify({ sizes, message }))),
    fc
      .tuple(fc.array(fc.nat({ max: 2 ** 20 })), fc.array(fc.constantFrom('b0', 'b7', 'sa', 'nx')))
      .map(([sizes, message]) => forged(JSON.stringify({ sizes, message }))),
    anyMessage.map((message) => wire(message)),
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 6 }), cuts, (all, at) => {
      const { read, broken, heard, taken } = reader();
      for (const piece of inPieces(Buffer.concat(all), at)) {
        const said = heard.length;
        const before = taken.length;
        read(piece);
        // All that it took for what is not a message yet, or for one message after the other.
        const messages = heard.length - said + 1;
        const sum = taken.slice(before).reduce((so, far) => so + far, 0);
        expect(sum).toBeLessThanOrEqual(messages * (LIMITS.header + LIMITS.bytes + 4));
      }
      expect(Math.max(...taken)).toBeLessThanOrEqual(LIMITS.bytes);
      expect(broken.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['10 GB in its buffers', forged(JSON.stringify({ sizes: [10 * 1024 ** 3], message: 'b0' }))],
  ['many buffers that are too large together', forged('{"sizes":[65000,65000],"message":null}')],
  ['a header of 4 GB', forged('{', 0xffff_ffff)],
  ['a header of nothing', forged('', 0)],
  ['less than nothing', forged('{"sizes":[-1],"message":null}')],
  ['a buffer that there is not', forged('{"sizes":[],"message":"b0"}')],
  ['a word of no kind', forged('{"sizes":[],"message":"x"}')],
  ['nothing at all', forged('{"sizes":[]}')],
])(
  'a claim of %s is refused before any memory is taken for it, and nothing more is read',
  (_, bytes) => {
    const { read, heard, broken, taken } = reader();
    read(bytes);
    expect(broken).toHaveLength(1);
    expect(Math.max(...taken)).toBeLessThanOrEqual(LIMITS.header);
    read(wire({ kind: 'ready' }));
    expect(heard).toEqual([]);
  },
);

test('a message that is nested deeper than the stack is unreadable, and no more than that', () => {
  const depth = 200_000;
  const { read, broken } = reader({ header: 1 << 20, bytes: 0 });
  read(forged(`{"sizes":[],"message":${'['.repeat(depth)}${']'.repeat(depth)}}`));
  expect(broken).toHaveLength(1);
});

test('no word of a message can change what all objects are', () => {
  const { read, heard } = reader();
  read(forged('{"sizes":[],"message":{"__proto__":{"isOwner":true}}}'));
  expect(heard).toHaveLength(1);
  expect('isOwner' in {}).toBe(false);
  expect(Object.getPrototypeOf(heard[0])).toBe(Object.prototype);
});

test('bytes are written from where they lie', () => {
  const data = new Uint8Array(1 << 20);
  const [, sent] = frameOf({ data });
  expect(sent).toBe(data);
});

test('what is no data is a bug of whoever says it', () => {
  for (const what of [() => {}, 1n, Symbol('x'), undefined])
    expect(() => frameOf({ a: [what] })).toThrow(TypeError);
});
