import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../figures.ts';
import { type TrayWatch, watchTray } from '../senses/tray-watch.ts';
import { writeEmptyApp } from './empty-app.ts';
import { firstPaint } from './first-paint.ts';

/** An app, and which page of it is its window. */
type App = {
  readonly name: 'offpeak' | 'empty';
  readonly folder: string;
  readonly page: string;
  readonly env: Readonly<Record<string, string>>;
};

export type StartFigures = {
  readonly start_ms: number;
  readonly empty_start_ms: number;
  readonly start_ratio: number;
  readonly first_paint_ms: number;
  readonly empty_first_paint_ms: number;
};

export type ElectronWords = { readonly executable: string; readonly switches: readonly string[] };

/**
 * Starts Offpeak and an empty Electron app in turn, `rounds` times each after one unmeasured start, and takes the
 * medians of spawn to tray icon and spawn to first paint. Needs a session bus without a panel, and a display.
 */
export async function measureStarts(
  electron: ElectronWords,
  repository: string,
  rounds: number,
): Promise<StartFigures> {
  const root = mkdtempSync(join(tmpdir(), 'offpeak-bench-'));
  const tray = await watchTray();
  try {
    const apps = [emptyApp(root, repository), offpeak(root, repository)];
    const trays = { offpeak: [] as number[], empty: [] as number[] };
    const paints = { offpeak: [] as number[], empty: [] as number[] };
    for (let round = 0; round <= rounds; round++)
      for (const app of apps) {
        const { trayMs, paintMs } = await startOnce(electron, app, tray);
        // The first start makes folders and fills the disk's cache.
        if (round === 0) continue;
        trays[app.name].push(trayMs);
        paints[app.name].push(paintMs);
      }
    const [start, empty] = [median(trays.offpeak), median(trays.empty)];
    return {
      start_ms: start,
      empty_start_ms: empty,
      start_ratio: Math.round((start / empty) * 100) / 100,
      first_paint_ms: median(paints.offpeak),
      empty_first_paint_ms: median(paints.empty),
    };
  } finally {
    tray.close();
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

function offpeak(root: string, repository: string): App {
  const home = join(root, 'offpeak');
  mkdirSync(home);
  const env = { OFFPEAK_HOME: home, HOME: root };
  return { name: 'offpeak', folder: repository, page: 'offpeak://window/', env };
}

const emptyApp = (root: string, repository: string): App => ({
  name: 'empty',
  page: 'file://',
  ...writeEmptyApp(root, repository),
});

async function startOnce(electron: ElectronWords, app: App, tray: TrayWatch) {
  const icon = tray.nextIcon();
  const [spawnedAt, spawnedWall] = [performance.now(), performance.timeOrigin + performance.now()];
  const words = [...electron.switches, '--remote-debugging-port=0', app.folder];
  const child = spawn(electron.executable, words, {
    env: { ...process.env, ...app.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const gone = once(child, 'exit');
  let words_ = '';
  const door = new Promise<number>((resolve) =>
    child.stderr.on('data', (text: Buffer) => {
      words_ += text.toString('utf8');
      const port = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(words_)?.[1];
      if (port) resolve(Number(port));
    }),
  );
  const early = gone.then(() => {
    throw new Error(`${app.name} ended before it was up: ${words_}`);
  });
  try {
    const trayMs = (await Promise.race([icon, early])) - spawnedAt;
    const paintedWall = await Promise.race([
      door.then((port) => firstPaint(port, app.page)),
      early,
    ]);
    return { trayMs, paintMs: paintedWall - spawnedWall };
  } finally {
    early.catch(() => undefined);
    child.kill('SIGTERM');
    await gone;
  }
}
