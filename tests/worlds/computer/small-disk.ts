import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { notTriedHere } from '../not-tried.ts';

/** Why a test that needs such a disk is skipped. */
export const NO_DISK = 'a disk that is full: this machine does not let us make a small one';

/** A disk of so many bytes (such as `256k`); null where this machine does not let us make one. */
export function smallDisk(size: string) {
  const path = mkdtempSync(join(tmpdir(), 'offpeak-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path], {
      stdio: 'ignore',
    });
  } catch {
    rmSync(path, { recursive: true, force: true });
    notTriedHere(NO_DISK);
    return null;
  }
  return {
    path,
    remove: () => {
      execFileSync('umount', ['-l', path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
