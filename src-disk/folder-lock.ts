import { join } from 'node:path';
import Libsql from 'libsql';
import { type Said, said } from '../src-shared/said.ts';
import { errorCode, errorWords } from './disk-trouble.ts';

export type FolderLock =
  | { readonly kind: 'locked'; readonly release: () => void }
  | { readonly kind: 'refused'; readonly detail: Said };

/**
 * One agent per folder, with or without a window. The lock is SQLite's own on an empty file: the kernel drops it when the
 * process dies, however it dies, and it works the same on every system.
 */
export function lockFolder(folder: string): FolderLock {
  try {
    const db = new Libsql(join(folder, 'lock.db'), { timeout: 0 });
    db.exec('begin exclusive');
    return {
      kind: 'locked',
      release: () => {
        db.exec('rollback');
        db.close();
      },
    };
  } catch (error) {
    if (errorCode(error).startsWith('SQLITE_BUSY'))
      return { kind: 'refused', detail: said('alreadyRunning', { folder }) };
    // A file that cannot be opened is an error without a code; its words name the path and SQLite's number.
    return {
      kind: 'refused',
      detail: said('folderUnusable', { folder, why: errorWords(error) }),
    };
  }
}
