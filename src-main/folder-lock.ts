import { join } from 'node:path';
import Libsql from 'libsql';
import { errorCode } from './disk-trouble.ts';

export type FolderLock =
  | { readonly kind: 'locked'; readonly release: () => void }
  | { readonly kind: 'refused'; readonly detail: string };

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
    const code = errorCode(error);
    if (code.startsWith('SQLITE_BUSY'))
      return { kind: 'refused', detail: `Offpeak is already running with the folder ${folder}.` };
    if (code === '') throw error;
    return { kind: 'refused', detail: `The folder ${folder} cannot be used (${code}).` };
  }
}
