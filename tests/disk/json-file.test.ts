import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openJsonFile, openJsonMemo } from '../../src-disk/json-file.ts';
import { notTriedHere } from '../worlds/not-tried.ts';
import { tempFolder } from '../worlds/temp-folder.ts';

const Place = z.object({ x: z.number(), y: z.number() });
const here = { x: 1, y: 2 };
const MOST = 1000;

function placeFile(folder = tempFolder()) {
  const path = join(folder, 'place.json');
  return { folder, path, file: openJsonFile(path, Place, { most: MOST }) };
}

/** Every kind of damage, and what the notice quotes of it. */
const damage: readonly (readonly [string, (path: string) => void, RegExp])[] = [
  ['empty', (path) => writeFileSync(path, ''), /JSON/],
  ['truncated', (path) => writeFileSync(path, JSON.stringify(here).slice(0, -3)), /JSON/],
  ['not JSON', (path) => writeFileSync(path, '\u0000\u0001\u0002'), /JSON/],
  ['of another shape', (path) => writeFileSync(path, '[1, 2]'), /expected object/],
  [
    'too large',
    (path) => writeFileSync(path, JSON.stringify({ ...here, more: 'x'.repeat(MOST) })),
    /^\d+ bytes are more than 1000$/,
  ],
  ['a folder', (path) => mkdirSync(path), /^it is no file$/],
];

describe('a JSON file', () => {
  test('says what was written, to whoever opens it next', async () => {
    const { file, folder } = placeFile();
    file.write(here);
    expect(placeFile(folder).file.read()).toEqual({ kind: 'ok', value: here });
    await file.writeAsync({ x: 3, y: 4 });
    expect(placeFile(folder).file.value()).toEqual({ x: 3, y: 4 });
    expect(readdirSync(folder)).toEqual(['place.json']);
  });

  test('gives back any value of its shape', () => {
    const path = join(tempFolder(), 'any.json');
    const file = openJsonFile(path, z.unknown());
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        file.write(value);
        expect(file.read()).toEqual({ kind: 'ok', value: JSON.parse(JSON.stringify(value)) });
      }),
      { numRuns: 30 },
    );
  });

  test('that is not there says nothing, and is made by nobody who only reads', () => {
    const { file, folder } = placeFile();
    expect(file.read()).toEqual({ kind: 'none' });
    expect(file.value()).toBeNull();
    expect(file.valueOrAside(expect.fail)).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each(damage)('that is %s is damaged, and says how', (_what, spoil, why) => {
    const { file, path, folder } = placeFile();
    spoil(path);
    expect(file.read()).toEqual({ kind: 'damaged', why: expect.stringMatching(why) });
    expect(file.value()).toBeNull();
    // Reading alone moves nothing.
    expect(readdirSync(folder)).toEqual(['place.json']);
  });

  test.each(damage)('that is %s is set aside where asked, and a new one begun', (_what, spoil) => {
    const { file, path, folder } = placeFile();
    spoil(path);
    const { ino } = statSync(path);
    const said: string[] = [];
    expect(file.valueOrAside((aside) => said.push(aside))).toBeNull();
    const [aside = ''] = readdirSync(folder);
    expect(aside).toMatch(/^place\.corrupt-.*Z\.json$/);
    expect(said).toEqual([join(folder, aside)]);
    expect(statSync(join(folder, aside)).ino).toBe(ino);
    file.write(here);
    expect(file.valueOrAside(expect.fail)).toEqual(here);
  });

  test('that the system does not show may be sound: it is never taken for none, nor moved', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'file'), '');
    // Root may read anything, but nobody finds a file inside another file.
    const path = join(folder, 'file', 'place.json');
    const file = openJsonFile(path, Place);
    expect(file.read()).toEqual({
      kind: 'unreadable',
      error: expect.objectContaining({ code: 'ENOTDIR' }),
    });
    expect(file.value()).toBeNull();
    expect(() => file.valueOrAside(expect.fail)).toThrow(/ENOTDIR/);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test.runIf(
    process.getuid?.() !== 0 || notTriedHere('a file that may not be read: root may read all'),
  )('that may not be read is not taken for none', () => {
    const { file, path } = placeFile();
    file.write(here);
    chmodSync(path, 0);
    expect(file.read()).toMatchObject({ kind: 'unreadable', error: { code: 'EACCES' } });
    expect(() => file.valueOrAside(expect.fail)).toThrow(/EACCES/);
    expect(existsSync(path)).toBe(true);
  });

  test('that holds a secret is for its owner only', async () => {
    const path = join(tempFolder(), 'secret.json');
    const file = openJsonFile(path, Place, { mode: 0o600 });
    file.write(here);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await file.writeAsync(here);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});

describe('a memo', () => {
  const open = (path: string, log: (line: string) => void = expect.fail) =>
    openJsonMemo(path, Place, log);

  test('that is damaged is as none, and is written over', () => {
    for (const [, spoil] of damage.slice(0, 4)) {
      const path = join(tempFolder(), 'place.json');
      spoil(path);
      expect(open(path).read()).toBeNull();
      open(path).write(here);
      expect(open(path).read()).toEqual(here);
    }
  });

  test('is not written again where nothing has changed', () => {
    const path = join(tempFolder(), 'place.json');
    const memo = open(path);
    memo.write(here);
    const { ino } = statSync(path);
    memo.write({ ...here });
    expect(statSync(path).ino).toBe(ino);
    memo.write({ x: 2, y: 2 });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ x: 2, y: 2 });
  });

  test('that the disk does not take is logged, and tried again with the next change', () => {
    const folder = join(tempFolder(), 'gone');
    const path = join(folder, 'place.json');
    const lines: string[] = [];
    const memo = open(path, (line) => lines.push(line));
    memo.write(here);
    expect(lines).toEqual([expect.stringContaining(`${path} could not be written: ENOENT`)]);
    mkdirSync(folder);
    memo.write(here);
    expect(open(path).read()).toEqual(here);
  });
});
