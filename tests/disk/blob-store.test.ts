import { createHash } from 'node:crypto';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openBlobStore } from '../../src-disk/blob-store.ts';
import { Sha256 } from '../../src-shared/blob.ts';
import { millis } from '../../src-shared/units.ts';
import { saying } from '../worlds/saying.ts';
import { tempFolder } from '../worlds/temp-folder.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const nameOf = (text: string) => Sha256.parse(createHash('sha256').update(text).digest('hex'));

describe('the blob store', () => {
  test('gives a job back the bytes it put, by their digest, from any later start', async () => {
    const folder = join(tempFolder(), 'blobs');
    const put = await openBlobStore(folder).put(bytesOf('a checkpoint'));
    expect(put).toEqual({ kind: 'ok', blob: { sha256: nameOf('a checkpoint'), size: 12 } });
    const got = await openBlobStore(folder).get(nameOf('a checkpoint'));
    expect(got.kind === 'ok' && new TextDecoder().decode(got.bytes)).toBe('a checkpoint');
    expect(readdirSync(folder)).toEqual([nameOf('a checkpoint')]);
  });

  test('says what it does not have', async () => {
    const store = openBlobStore(join(tempFolder(), 'blobs'));
    expect(await store.get(nameOf('nothing'))).toEqual({
      kind: 'missing',
      detail: expect.stringContaining('is not stored here'),
    });
    expect(await store.sweep(new Set(), millis(0))).toBe(0);
  });

  test('never hands out bytes that rotted on the disk, and takes them anew', async () => {
    const folder = tempFolder();
    const store = openBlobStore(folder);
    await store.put(bytesOf('good'));
    writeFileSync(join(folder, nameOf('good')), 'evil');
    expect(await store.get(nameOf('good'))).toEqual({
      kind: 'missing',
      detail: expect.stringContaining('damaged'),
    });
    expect(existsSync(join(folder, nameOf('good')))).toBe(false);
    await store.put(bytesOf('good'));
    expect((await store.get(nameOf('good'))).kind).toBe('ok');
  });

  test('takes bytes anew over a torn file of the same name', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, nameOf('whole')), 'who');
    await openBlobStore(folder).put(bytesOf('whole'));
    expect((await openBlobStore(folder).get(nameOf('whole'))).kind).toBe('ok');
  });

  test('sweeps what no job needs and what a crash left, and nothing else', async () => {
    const folder = tempFolder();
    const store = openBlobStore(folder);
    await store.put(bytesOf('keep'));
    await store.put(bytesOf('drop it'));
    const [stale, fresh] = [join(folder, 'x.part'), join(folder, 'y.part')];
    for (const path of [stale, fresh, join(folder, 'notes.txt')]) writeFileSync(path, '123');
    utimesSync(stale, 1, 1);
    expect(await store.sweep(new Set([nameOf('keep')]), millis(0))).toBe(7 + 3);
    expect(readdirSync(folder).sort()).toEqual([nameOf('keep'), 'notes.txt', 'y.part'].sort());
  });

  test('says so where the disk does not take it', async () => {
    const file = join(tempFolder(), 'file');
    writeFileSync(file, '');
    expect(await openBlobStore(join(file, 'blobs')).put(bytesOf('x'))).toEqual({
      kind: 'unwritten',
      detail: saying('could not be saved'),
    });
  });
});
