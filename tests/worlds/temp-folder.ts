import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of this test's own, gone when the test is over; with `afterAll`, of a file's tests, and gone after them. */
export function tempFolder(over: (remove: () => void) => void = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-test-'));
  over(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
