import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockFolder } from '../../src-disk/folder-lock.ts';
import { said } from '../../src-shared/said.ts';
import { tempFolder } from '../worlds/temp-folder.ts';

test('one agent per folder: the second is refused in a sentence, until the first has gone', () => {
  const folder = tempFolder();
  const first = lockFolder(folder);
  const second = lockFolder(folder);
  expect(second).toEqual({
    kind: 'refused',
    detail: said('alreadyRunning', { folder }),
  });
  if (first.kind === 'locked') first.release();
  const third = lockFolder(folder);
  expect(third.kind).toBe('locked');
  if (third.kind === 'locked') third.release();
});

test('a folder that is not there is refused in a sentence', () => {
  expect(lockFolder(join(tempFolder(), 'nowhere'))).toMatchObject({ kind: 'refused' });
});
