import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  lookUp,
  MAX_DEPTH,
  parseVdf,
  type VdfObject,
} from '../../../../src-main/activity/libraries/vdf.ts';

describe('Steam’s own files', () => {
  test('names and blocks are read, whatever their case, with escapes, comments and conditions', () => {
    const read = parseVdf(
      '// libraries\n"LibraryFolders" { "Path" "C:\\\\Games \\"new\\"" bare word [$WIN32]\n inner { a "b" } }',
    );
    if (read.kind !== 'read') throw new Error(read.detail);
    expect(lookUp(read.root, 'libraryfolders', 'path')).toBe('C:\\Games "new"');
    expect(lookUp(read.root, 'libraryfolders', 'bare')).toBe('word');
    expect(lookUp(read.root, 'libraryfolders', 'inner', 'a')).toBe('b');
    expect(lookUp(read.root, 'libraryfolders', '__proto__', 'a')).toBeNull();
  });

  test.each([
    ['torn in a word', '"a" { "b" "c'],
    ['torn in a block', '"a" { "b" "c"'],
    ['with one end too many', '"a" { } }'],
    ['with a block of no name', '{ }'],
    ['with a name of no value', '"a" { "b" }'],
    ['nested without end', '"a" {'.repeat(MAX_DEPTH + 1)],
    ['a million quotes', '"\\"'.repeat(350_000)],
    ['a million braces', '{'.repeat(1_000_000)],
  ])('a text %s is refused with a reason', (_what, text) => {
    expect(parseVdf(text)).toMatchObject({
      kind: 'unreadable',
      detail: expect.stringMatching(/ at /),
    });
  });

  test('no text makes the reader stumble', () => {
    const token = fc.constantFrom(
      '"',
      '\\',
      '{',
      '}',
      '//',
      '\n',
      '[',
      ']',
      'key',
      ' ',
      '"a" "b"',
      '__proto__',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(token).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (given) => {
        expect(['read', 'unreadable']).toContain(parseVdf(given).kind);
      }),
      { numRuns: 1000 },
    );
  });

  type Tree = { [key: string]: string | Tree };
  test('what Steam writes is what we read', () => {
    const key = fc.string().map((text) => text.toLowerCase());
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.dictionary(key, fc.oneof({ depthSize: 'small' }, fc.string(), tie('tree')), {
        maxKeys: 4,
      }),
    }));
    const quote = (text: string) => `"${text.replace(/[\\"]/g, '\\$&')}"`;
    const write = (node: Tree): string =>
      Object.entries(node)
        .map(([k, v]) => `${quote(k)} ${typeof v === 'string' ? quote(v) : `{ ${write(v)} }`}\n`)
        .join('');
    const plain = (node: VdfObject): unknown =>
      [...node].map(([k, v]) => [k, typeof v === 'string' ? v : plain(v)]);
    const wanted = (node: Tree): unknown =>
      Object.entries(node).map(([k, v]) => [k, typeof v === 'string' ? v : wanted(v)]);
    fc.assert(
      fc.property(tree, (node) => {
        const read = parseVdf(write(node));
        expect(read.kind === 'read' && plain(read.root)).toEqual(wanted(node));
      }),
    );
  });
});
