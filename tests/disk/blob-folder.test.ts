import { createHash } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openBlobFolder } from '../../src-disk/blob-folder.ts';
import { Sha256 } from '../../src-shared/blob.ts';
import { hours, millis } from '../../src-shared/units.ts';
import { tempFolder } from '../worlds/temp-folder.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const nameOf = (data: string | Uint8Array) =>
  Sha256.parse(createHash('sha256').update(data).digest('hex'));
/** All files under `folder`, by their names. */
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
const NOW = millis(Date.UTC(2026, 10, 22));

describe.each([
  ['flat', false],
  ['shelved', true],
])('a %s folder of blobs', (_how, shelved) => {
  const open = (folder = join(tempFolder(), 'blobs'), clock = { now: NOW }) => {
    const pathOf = (name: string) =>
      shelved ? join(folder, name.slice(0, 2), name) : join(folder, name);
    return {
      folder,
      clock,
      pathOf,
      blobs: openBlobFolder(folder, { shelved, now: () => clock.now }),
    };
  };

  test('gives back what it took, however it came, under the digest of it', async () => {
    const { blobs, folder } = open();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 500 })), async (pieces) => {
        const whole = Buffer.concat(pieces);
        const name = nameOf(whole);
        expect(await blobs.receive(name, Readable.from(pieces))).toEqual({
          kind: 'whole',
          hash: name,
          size: whole.length,
        });
        expect(await blobs.put(whole)).toBe(name);
        const got = await blobs.get(name);
        expect(got.kind === 'ok' && whole.equals(got.bytes)).toBe(true);
        expect(Buffer.concat(await blobs.stream(name).toArray()).equals(whole)).toBe(true);
        expect(await blobs.want(name)).toBe(whole.length);
      }),
      { numRuns: 20 },
    );
    expect(filesIn(folder).every((name) => Sha256.safeParse(name).success)).toBe(true);
  });

  test('is for its owner only, and makes nothing before it has something', async () => {
    const { blobs, folder, pathOf } = open();
    expect(await blobs.get(nameOf('x'))).toEqual({ kind: 'missing', code: 'ENOENT' });
    expect(await blobs.want(nameOf('x'))).toBeNull();
    expect(await blobs.sweep(new Set(), NOW)).toBe(0);
    expect(existsSync(folder)).toBe(false);
    const path = pathOf(await blobs.put(bytesOf('x')));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  });

  test('keeps nothing of what is not what its name says, or breaks off', async () => {
    const { blobs, folder } = open();
    expect(await blobs.receive(nameOf('good'), Readable.from([bytesOf('evil')]))).toEqual({
      kind: 'whole',
      hash: nameOf('evil'),
      size: 4,
    });
    async function* breaking() {
      yield bytesOf('go');
      throw new Error('hung up');
    }
    expect(await blobs.receive(nameOf('good'), breaking())).toMatchObject({ kind: 'broken-off' });
    expect(filesIn(folder)).toEqual([]);
    expect(await blobs.want(nameOf('good'))).toBeNull();
  });

  test('never hands out bytes that rotted on the disk, and takes them anew', async () => {
    const { blobs, pathOf } = open();
    const name = await blobs.put(bytesOf('good'));
    writeFileSync(pathOf(name), 'evil');
    expect(await blobs.get(name)).toEqual({ kind: 'damaged' });
    expect(existsSync(pathOf(name))).toBe(false);
    writeFileSync(pathOf(name), 'torn, or worse');
    await blobs.put(bytesOf('good'));
    expect(readFileSync(pathOf(name), 'utf8')).toBe('good');
  });

  test('lets nobody take what somebody wanted since', async () => {
    const { blobs, clock } = open();
    const [old, put, wanted] = ['old', 'put again', 'wanted'];
    for (const text of [old, put, wanted]) await blobs.put(bytesOf(text));
    const before = millis(NOW + 1000);
    clock.now = millis(NOW + 2000);
    await blobs.put(bytesOf(put));
    await blobs.want(nameOf(wanted));
    expect(await blobs.sweep(new Set(), before)).toBe(old.length);
    expect(await blobs.want(nameOf(old))).toBeNull();
    expect(await blobs.sweep(new Set([nameOf(wanted)]), millis(NOW + 9000))).toBe(put.length);
    expect(await blobs.want(nameOf(wanted))).toBe(wanted.length);
  });

  test('sweeps what crashes left, and touches nothing that is not its own', async () => {
    const { blobs, folder, clock } = open();
    clock.now = millis(Date.now());
    await blobs.make();
    const incoming = shelved ? join(folder, 'incoming') : folder;
    const [stale, fresh] = [join(incoming, 'a.part'), join(incoming, 'b.part')];
    const mine = join(folder, 'notes.txt');
    for (const path of [stale, fresh, mine]) writeFileSync(path, '123');
    for (const path of [stale, mine]) utimesSync(path, 1, 1);
    expect(await blobs.sweep(new Set(), clock.now)).toBe(3);
    expect(filesIn(folder)).toEqual(['b.part', 'notes.txt']);
    clock.now = millis(clock.now + hours(2));
    expect(await blobs.sweep(new Set(), clock.now)).toBe(3);
    expect(filesIn(folder)).toEqual(['notes.txt']);
  });

  test('stops sweeping when it is told to', async () => {
    const { blobs, folder } = open();
    await blobs.put(bytesOf('a'));
    expect(await blobs.sweep(new Set(), millis(NOW + 1), AbortSignal.abort())).toBe(0);
    expect(filesIn(folder)).toEqual([nameOf('a')]);
  });
});
