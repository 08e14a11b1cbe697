import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  FOR_OWNER_ONLY,
  makeFolderAsync,
  replaceFile,
  replaceFileAsync,
  setAside,
} from '../../src-disk/durable-file.ts';
import { NO_DISK, smallDisk } from '../worlds/computer/small-disk.ts';
import { tempFolder } from '../worlds/temp-folder.ts';

const AT = Date.UTC(2026, 10, 22, 10, 15, 30);
const modeOf = (path: string) => statSync(path).mode & 0o777;

/** Both forms, told apart only by who waits. */
const forms = [
  ['at once', async (...args: Parameters<typeof replaceFile>) => replaceFile(...args)],
  ['without holding up the thread', replaceFileAsync],
] as const;

describe.each(forms)('a file that is replaced %s', (_how, replace) => {
  test('holds the new text, and nothing lies beside it', async () => {
    const folder = tempFolder();
    const path = join(folder, 'settings.json');
    await replace(path, 'old');
    await replace(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });

  test('that holds a secret is for its owner only, also where it was open to all', async () => {
    const path = join(tempFolder(), 'identity.json');
    writeFileSync(path, 'old');
    chmodSync(path, 0o666);
    await replace(path, 'secret', FOR_OWNER_ONLY);
    expect(modeOf(path)).toBe(0o600);
    await replace(join(path, '..', 'settings.json'), 'not secret');
    expect(modeOf(join(path, '..', 'settings.json'))).toBe(0o644);
  });

  test('keeps its old text where the disk is full, and leaves nothing behind', async (context) => {
    const disk = smallDisk('64k');
    if (!disk) return context.skip(NO_DISK);
    onTestFinished(disk.remove);
    const path = join(disk.path, 'settings.json');
    await replace(path, 'old');
    await expect(replace(path, 'x'.repeat(100_000))).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(disk.path)).toEqual(['settings.json']);
  });

  test('cannot take the place of a folder, and leaves nothing behind', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'settings.json', 'mine'), { recursive: true });
    await expect(replace(join(folder, 'settings.json'), 'new')).rejects.toHaveProperty('code');
    expect(readdirSync(folder)).toEqual(['settings.json']);
    expect(readdirSync(join(folder, 'settings.json'))).toEqual(['mine']);
  });

  test('needs its folder', async () => {
    const path = join(tempFolder(), 'gone', 'settings.json');
    await expect(replace(path, 'new')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

test('two writers at once never mix their texts', async () => {
  const folder = tempFolder();
  const path = join(folder, 'list.json');
  const texts = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(300_000));
  await Promise.all(texts.map((text) => replaceFileAsync(path, text)));
  expect(texts).toContain(readFileSync(path, 'utf8'));
  expect(readdirSync(folder)).toEqual(['list.json']);
});

test('folders are made for their owner only, as many as are not there', async () => {
  const folder = tempFolder();
  await makeFolderAsync(join(folder, 'a/b/c'));
  await makeFolderAsync(join(folder, 'a/b/c'));
  for (const path of ['a', 'a/b', 'a/b/c']) expect(modeOf(join(folder, path))).toBe(0o700);
});

describe('a damaged file', () => {
  test('is kept under a name that says so and when, with its own end', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'identity.sealed'), 'damaged');
    const aside = setAside(join(folder, 'identity.sealed'), AT);
    expect(aside).toBe(join(folder, 'identity.corrupt-2026-11-22T10-15-30-000Z.sealed'));
    expect(readdirSync(folder)).toEqual(['identity.corrupt-2026-11-22T10-15-30-000Z.sealed']);
    expect(readFileSync(aside, 'utf8')).toBe('damaged');
  });

  test('never takes the place of one that was kept before', () => {
    const folder = tempFolder();
    const asides = ['first', 'second', 'third'].map((text) => {
      writeFileSync(join(folder, 'books.db'), text);
      return setAside(join(folder, 'books.db'), AT);
    });
    expect(asides.map((path) => readFileSync(path, 'utf8'))).toEqual(['first', 'second', 'third']);
  });

  test('takes along what means nothing without it, where it is there', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'queue.db'), 'damaged');
    writeFileSync(join(folder, 'queue.db-wal'), 'its log');
    const aside = setAside(join(folder, 'queue.db'), AT, ['-wal', '-shm']);
    expect(readFileSync(`${aside}-wal`, 'utf8')).toBe('its log');
    expect(readdirSync(folder)).toHaveLength(2);
  });
});
