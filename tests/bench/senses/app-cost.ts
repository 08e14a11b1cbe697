import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { processesOf } from '../../worlds/seen-processes.ts';
import { digits } from '../figures.ts';
import type { ElectronWords } from '../window/starts.ts';
import { cpuOf, pssOf } from './process-cost.ts';
import type { TrayWatch } from './tray-watch.ts';

/** Loading, first drawings, what Chromium puts off until it is idle, and V8 giving back what the start took: over by then. */
const SETTLES_MS = 60_000;

export type AppCost = {
  /** Of one core: user and system time of all its processes. */
  readonly cpuPercent: number;
  /** Proportional set size of all its processes, MiB: a page that k processes share is one k-th for each. */
  readonly pssMb: number;
};

export type MeasuredApp = {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Its data folder, which all its processes name. */
  readonly data: string;
  /** Throws where it does not do what should be measured. */
  readonly check: () => void;
};

/** Starts an app without its window and measures it for so long. Needs a session bus without a panel, and a display. */
export async function measureApp(
  electron: ElectronWords,
  app: MeasuredApp,
  tray: TrayWatch,
  seconds: number,
): Promise<AppCost> {
  const icon = tray.nextIcon();
  const child = spawn(electron.executable, [...electron.switches, app.folder, '--hidden'], {
    env: { ...process.env, ...app.env },
    stdio: 'ignore',
    // A process group of its own, by which all its processes are found.
    detached: true,
  });
  const { pid } = child;
  const gone = once(child, 'exit');
  const early = gone.then(() => {
    throw new Error(`${app.folder} ended before it was measured`);
  });
  early.catch(() => undefined);
  if (pid === undefined) throw new Error('Electron could not be started');
  const pids = () => processesOf(app.data, [pid]).map((found) => found.pid);
  try {
    await Promise.race([icon, early]);
    await Promise.race([wait(SETTLES_MS), early]);
    app.check();
    const before = new Map(pids().map((one) => [one, cpuOf(one)]));
    const since = performance.now();
    await Promise.race([wait(seconds * 1000), early]);
    const took = performance.now() - since;
    const used = pids().map((one) => cpuOf(one) - (before.get(one) ?? 0));
    app.check();
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    return {
      cpuPercent: digits((sum(used) / took) * 100),
      pssMb: digits(sum(pids().map(pssOf))),
    };
  } finally {
    child.kill('SIGTERM');
    await gone;
  }
}
