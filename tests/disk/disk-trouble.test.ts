import { expect, test } from 'vitest';
import { diskTrouble, isFull, saidOf, troubleOf, unsaved } from '../../src-disk/disk-trouble.ts';
import { quote, said } from '../../src-shared/said.ts';
import { inEnglish, wordsOf } from '../../src-shared/wording.ts';

const failed = (code: string) => Object.assign(new Error(`${code}: it did not work`), { code });

test.each([
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['SQLITE_FULL', 'full'],
  ['EROFS', 'forbidden'],
  ['EACCES', 'forbidden'],
  ['EPERM', 'forbidden'],
  ['SQLITE_READONLY_DBMOVED', 'forbidden'],
  ['SQLITE_CANTOPEN', 'forbidden'],
  ['ENOTDIR', 'in-the-way'],
  ['EEXIST', 'in-the-way'],
  ['SQLITE_BUSY', 'locked'],
  ['EIO', 'failing'],
  ['SQLITE_IOERR_WRITE', 'failing'],
  ['SQLITE_CORRUPT_VTAB', 'damaged'],
  ['SQLITE_NOTADB', 'damaged'],
])('%s means that the disk, or what lies on it, is %s', (code, kind) => {
  expect(diskTrouble(failed(code))).toEqual({ kind, code });
  expect(isFull(failed(code))).toBe(kind === 'full');
});

test('a line that breaks, a file that is not there and a bug are no troubles of a disk', () => {
  for (const error of [failed('ECONNRESET'), failed('ENOENT'), new TypeError('x'), 'x', null])
    expect(diskTrouble(error)).toBeNull();
});

test('whoever asked the exchange hears it in English, the owner in their language', () => {
  const full = diskTrouble(failed('ENOSPC'));
  expect(full && inEnglish(saidOf(full))).toBe('the disk is full');
  expect(full && wordsOf(saidOf(full), { language: 'de' })).toBe('der Datenträger ist voll');
  expect(troubleOf(failed('ENOENT'))).toEqual(quote('ENOENT: it did not work'));
});

test('the owner hears what could not be saved, and why; a bug is thrown on', () => {
  const what = said('theSettings');
  const detail = (code: string) => unsaved(failed(code), 'theSettings').detail;
  expect(detail('EDQUOT')).toEqual(said('full', { what }));
  expect(detail('EROFS')).toEqual(said('forbidden', { what, code: 'EROFS' }));
  const why = quote('ENOTDIR: it did not work');
  expect(detail('ENOTDIR')).toEqual(said('unsaved', { what, why }));
  const bug = new TypeError('x');
  expect(() => unsaved(bug, 'theSettings')).toThrow(bug);
});
