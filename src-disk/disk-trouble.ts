import { quoteError, type Said, type SayKey, said } from '../src-shared/said.ts';

/** What came of writing something down. After `unwritten` nothing is half-written and the same call may be made again. */
export type Written =
  | { readonly kind: 'ok' }
  /** The disk would not take it now. */
  | { readonly kind: 'unwritten'; readonly detail: Said }
  /** It makes no sense, now or later. */
  | { readonly kind: 'refused'; readonly detail: Said };
export type Unwritten = Extract<Written, { kind: 'unwritten' }>;

export const written: Written = { kind: 'ok' };
export const unwritten = (detail: Said): Unwritten => ({ kind: 'unwritten', detail });
export const refused = (detail: Said) => ({ kind: 'refused', detail }) as const;

/** What a disk, or the system that keeps it, has against us. */
export type DiskTrouble = {
  readonly kind: 'full' | 'forbidden' | 'in-the-way' | 'locked' | 'failing' | 'damaged';
  /** The error's own name, such as ENOSPC. */
  readonly code: string;
};

/** The `code` that Node's fs errors and SQLite's errors carry; empty where there is none. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** The words of anything thrown. */
export const errorWords = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Node's names are the system's (errno(3)); SQLite's may have a tail that says more (sqlite.org/rescode.html). */
const KINDS: readonly (readonly [DiskTrouble['kind'], RegExp])[] = [
  ['full', /^(?:ENOSPC|EDQUOT|EFBIG|SQLITE_FULL)$/],
  ['forbidden', /^(?:EROFS|EACCES|EPERM|SQLITE_READONLY.*|SQLITE_CANTOPEN.*)$/],
  ['in-the-way', /^(?:ENOTDIR|EEXIST)$/],
  ['locked', /^SQLITE_BUSY/],
  ['failing', /^(?:EIO|SQLITE_IOERR.*)$/],
  ['damaged', /^SQLITE_(?:CORRUPT|NOTADB)/],
];

/** What the disk has, from an error of the file system or of SQLite; null where it is no trouble of a disk. */
export function diskTrouble(error: unknown): DiskTrouble | null {
  const code = errorCode(error);
  const [kind] = KINDS.find(([, codes]) => codes.test(code)) ?? [];
  return kind === undefined ? null : { kind, code };
}

/** Whether there is no room, on the disk or within what a user may take of it. */
export const isFull = (error: unknown): boolean => diskTrouble(error)?.kind === 'full';

const SAID = {
  full: 'diskFull',
  forbidden: 'diskForbidden',
  'in-the-way': 'diskInTheWay',
  locked: 'diskLocked',
  failing: 'diskFailing',
  damaged: 'diskDamaged',
} as const satisfies Record<DiskTrouble['kind'], SayKey>;

/** The trouble alone, for a sentence that says what it is about. */
export const saidOf = ({ kind }: DiskTrouble): Said => said(SAID[kind]);

/** What to say of any error: of the disk's what it has, of a bug its own words. */
export function troubleOf(error: unknown): Said {
  const trouble = diskTrouble(error);
  return trouble ? saidOf(trouble) : quoteError(error);
}

/** What may be saved, by its name. */
export type Named = Extract<
  SayKey,
  | 'theSettings'
  | 'jobData'
  | 'cardSpeed'
  | 'powerLimit'
  | 'oldPowerLimit'
  | 'aModel'
  | 'theKey'
  | 'theOrder'
  | 'loginEntry'
>;

/**
 * Why `named` (such as the settings) could not be written, from an fs error. Rethrows what is no trouble of the disk,
 * because that is a bug of ours.
 */
export function unsaved(error: unknown, named: Named): Unwritten {
  const what = said(named);
  const { kind, code } = diskTrouble(error) ?? { kind: 'other', code: errorCode(error) };
  if (kind === 'full') return unwritten(said('full', { what }));
  if (kind === 'forbidden') return unwritten(said('forbidden', { what, code }));
  if (/^E[A-Z0-9]+$/.test(code))
    return unwritten(said('unsaved', { what, why: quoteError(error) }));
  throw error;
}
