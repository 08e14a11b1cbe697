import { z } from 'zod';

const Coded = z.object({ code: z.string() });

/** One sentence for a person where `error` is the disk's, not ours; null where it is a bug. */
export function diskTrouble(error: unknown): string | null {
  const coded = Coded.safeParse(error);
  if (!coded.success) return null;
  const { code } = coded.data;
  if (['ENOSPC', 'EDQUOT', 'SQLITE_FULL', 'EFBIG'].includes(code)) return 'the disk is full';
  if (['EROFS', 'EACCES', 'EPERM', 'SQLITE_READONLY'].includes(code))
    return 'the folder cannot be written to';
  if (['ENOTDIR', 'EEXIST'].includes(code)) return 'a file is in the way of a folder';
  if (code === 'SQLITE_BUSY') return 'the database is locked by another program';
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO')
    return 'the disk reports a read or write error';
  if (['SQLITE_CORRUPT', 'SQLITE_NOTADB'].includes(code)) return 'the database file is damaged';
  return null;
}

/** The sentence for any error: the disk's in words, a bug by its own message. */
export const troubleOf = (error: unknown): string =>
  diskTrouble(error) ?? (error instanceof Error ? error.message : String(error));
