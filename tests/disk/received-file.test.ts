import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { fileDigest } from '../../src-disk/file-digest.ts';
import { receiveFile } from '../../src-disk/received-file.ts';
import { NO_DISK, smallDisk } from '../worlds/computer/small-disk.ts';
import { tempFolder } from '../worlds/temp-folder.ts';

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'; // FIPS 180-2, B.1

test('what is received is on the disk for its owner only, with its digest', async () => {
  const path = join(tempFolder(), 'upload');
  const pieces = ['a', 'b', 'c'].map((letter) => Buffer.from(letter));
  expect(await receiveFile(path, Readable.from(pieces), 3)).toEqual({
    kind: 'whole',
    hash: ABC,
    size: 3,
  });
  expect(readFileSync(path, 'utf8')).toBe('abc');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await fileDigest(path, new AbortController().signal)).toEqual({ sha256: ABC, size: 3 });
});

test('whoever sends more than is allowed is not listened to any longer', async () => {
  const path = join(tempFolder(), 'upload');
  const body = new PassThrough();
  body.write('abc');
  expect(await receiveFile(path, body, 2)).toEqual({ kind: 'too-big', size: 3 });
  expect(body.destroyed).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('');
});

test('a sender that hangs up is told from a disk that refuses', async (context) => {
  const path = join(tempFolder(), 'upload');
  const body = new PassThrough();
  body.write('ab');
  const received = receiveFile(path, body, 10);
  body.once('data', () => body.destroy());
  expect(await received).toMatchObject({ kind: 'broken-off' });

  await expect(receiveFile(path, Readable.from([]), 10)).rejects.toMatchObject({ code: 'EEXIST' });
  const disk = smallDisk('64k');
  if (!disk) return context.skip(NO_DISK);
  onTestFinished(disk.remove);
  const large = Readable.from([Buffer.alloc(100_000)]);
  await expect(receiveFile(join(disk.path, 'x'), large, 1e6)).rejects.toMatchObject({
    code: 'ENOSPC',
  });
});

test('reading a file for its digest tells how far it is, ends when it is stopped, and needs the file', async () => {
  const path = join(tempFolder(), 'model');
  const size = 3 * 1024 ** 2;
  await receiveFile(path, Readable.from([Buffer.alloc(size)]), size);
  const heard: number[] = [];
  const stop = new AbortController();
  await fileDigest(path, stop.signal, (read) => heard.push(read));
  expect(heard.at(-1)).toBe(size);
  expect(heard).toEqual([...heard].sort((a, b) => a - b));
  await expect(fileDigest(path, stop.signal, () => stop.abort())).rejects.toThrow(/abort/);
  const gone = `${path}.gone`;
  expect(existsSync(gone)).toBe(false);
  await expect(fileDigest(gone, new AbortController().signal)).rejects.toMatchObject({
    code: 'ENOENT',
  });
});
