import { statfs } from 'node:fs/promises';
import { type Bytes, bytes, gibibytes } from '../src-shared/units.ts';

/**
 * Models leave so much of a disk free, always: it is the owner's, whose system pages, updates itself and saves their work
 * there. Room for an update of a few gigabytes; Windows calls a disk with less than 200 MB nearly full, and begins to fail.
 */
export const DISK_RESERVE = gibibytes(4);

/** What is free, for us, on the disk of `folder`. Throws what the disk says. */
export async function freeSpace(folder: string): Promise<Bytes> {
  const { bavail, bsize } = await statfs(folder);
  return bytes(bavail * bsize);
}
