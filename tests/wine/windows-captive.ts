import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import koffi from 'koffi';
import { openWindowsProcesses } from '../../src-main/activity/programs/windows-processes.ts';
import { tieToUs } from '../../src-main/win32/job-object.ts';
import { lockDownWindows } from '../../src-runner/lockdown/windows.ts';
import { until } from './patience.ts';
import type { WindowsTrial } from './trial-report.ts';

/** As the runner's parent, which is killed once the runner has said what holds. */
export async function tryCaptive(): Promise<WindowsTrial['captive']> {
  const folder = mkdtempSync(join(tmpdir(), 'captive-'));
  const told = join(folder, 'told.json');
  const parent = spawn(process.execPath, [process.argv[1] ?? '', 'parent', told], {
    stdio: 'ignore',
  });
  const { pid, ...said } = await until('the words of the captive', () =>
    existsSync(told) ? JSON.parse(readFileSync(told, 'utf8')) : null,
  );
  const before = isThere(pid);
  parent.kill('SIGKILL');
  await until('the end of the parent', () => (isThere(parent.pid ?? 0) ? null : true));
  let gone = false;
  for (let i = 0; i < 300 && !gone; i++) {
    gone = !isThere(pid);
    await pause(10);
  }
  return { ...said, goneWithParent: before && gone };
}

const isThere = (pid: number): boolean =>
  openWindowsProcesses()
    ?.list()
    ?.some((one) => one.pid === pid) ?? false;

/** Starts the captive, ties it to itself, and lets it go on when it is tied. */
export function beParent(told: string): void {
  const go = `${told}.go`;
  const child = spawn(process.execPath, [process.argv[1] ?? '', 'captive', told, go], {
    stdio: 'ignore',
  });
  const held = tieToUs(child.pid ?? 0);
  writeFileSync(go, JSON.stringify(held.kind === 'held' ? 'held' : held));
  setInterval(() => {}, 1000);
}

export async function beCaptive(told: string, go: string): Promise<void> {
  await until('a leash', () => (existsSync(go) ? true : null));
  // Opened before: nothing can be written to afterwards.
  const file = openSync(`${told}.new`, 'w');
  const lockdown = lockDownWindows(koffi);
  const { error } = spawnSync(process.execPath, ['-e', '0']);
  const start = error === undefined ? 'done' : 'code' in error ? String(error.code) : String(error);
  writeSync(
    file,
    JSON.stringify({
      pid: process.pid,
      lockdown,
      start,
      leash: JSON.parse(readFileSync(go, 'utf8')),
    }),
  );
  closeSync(file);
  renameSync(`${told}.new`, told);
  setInterval(() => {}, 1000);
}
