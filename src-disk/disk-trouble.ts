import type { Words } from '../src-shared/language/language.ts';
import { sayToOwner } from '../src-shared/language/reader.ts';
import { diskWords } from '../src-shared/words/disk-words.ts';

/** What came of writing something down. After `unwritten` nothing is half-written and the same call may be made again. */
export type Written =
  | { readonly kind: 'ok' }
  /** The disk would not take it now; `detail` is a sentence for the owner. */
  | { readonly kind: 'unwritten'; readonly detail: string }
  /** It makes no sense, now or later. */
  | { readonly kind: 'refused'; readonly detail: string };
export type Unwritten = Extract<Written, { kind: 'unwritten' }>;

export const written: Written = { kind: 'ok' };
export const unwritten = (detail: string): Unwritten => ({ kind: 'unwritten', detail });
export const refused = (detail: string) => ({ kind: 'refused', detail }) as const;

/** The `code` that Node's fs errors and SQLite's errors carry; empty where there is none. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Whether there is no room, on the disk or within what a user may take of it. */
export const isFull = (error: unknown): boolean => /^(?:ENOSPC|EDQUOT)$/.test(errorCode(error));

/** The words of anything thrown. */
export const errorWords = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/**
 * Why `named` (such as the settings) could not be written, from an fs error. Rethrows what is no trouble of the disk,
 * because that is a bug of ours.
 */
export function diskTrouble(error: unknown, named: Words): Unwritten {
  const what = sayToOwner(named);
  const code = errorCode(error);
  if (isFull(error)) return unwritten(sayToOwner(diskWords.full, { what }));
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM')
    return unwritten(sayToOwner(diskWords.forbidden, { what, code }));
  if (/^E[A-Z0-9]+$/.test(code))
    return unwritten(sayToOwner(diskWords.unsaved, { what, why: errorWords(error) }));
  throw error;
}
