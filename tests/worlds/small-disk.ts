import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why a test that needs such a disk is skipped. */
export const NO_DISK = 'this machine does not let us make a small disk';

/** A disk of so many bytes (such as `256k`); null where this machine does not let us make one. */
export function smallDisk(size: string) {
  const path = mkdtempSync(join(tmpdir(), 'offpeak-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path], {
      stdio: 'ignore',
    });
  } catch {
    rmSync(path, { recursive: true, force: true });
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
