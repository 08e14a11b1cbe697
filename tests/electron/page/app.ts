import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  test as base,
  type ElectronApplication,
  _electron as electron,
  expect,
  type Page,
} from '@playwright/test';
import { repository } from '../../../src-setup/places.mjs';
import { electronRuntime } from '../../../src-setup/runtime/electron-runtime.mjs';
import { processesOf, type Seen } from '../../worlds/seen-processes.ts';

/** A start takes a second on a quiet machine. */
const START_LIMIT_MS = 90_000;

/** Settings of this version, with nothing chosen. */
const WELCOMED = { version: 3, welcomed: true };

/** What is started: an executable, and the words before all others. */
export type Program = { readonly executable: string; readonly words: readonly string[] };

export type App = {
  readonly electron: ElectronApplication;
  readonly pid: number;
  /** The window that is open now; waits for one. */
  readonly window: () => Promise<Page>;
  /** The small window of the tray icon; waits for it. */
  readonly popover: () => Promise<Page>;
  /** Everything it has written to its terminal. */
  readonly said: () => string;
  /** The clock of this machine goes forward by so many milliseconds. */
  readonly passTime: (by: number) => Promise<void>;
  /** Resolves with its exit code when it has ended. */
  readonly ended: Promise<number | null>;
  /** All its processes that live now. */
  readonly processes: () => readonly Seen[];
  /** Quits as its owner would, and looks that nothing of it is left. */
  readonly quit: () => Promise<void>;
};

/** A machine with a home folder and nothing in it yet. */
export type Machine = {
  readonly home: string;
  /** The app's data folder. */
  readonly data: string;
  readonly environment: (extra?: Readonly<Record<string, string>>) => Record<string, string>;
  readonly start: (how?: {
    readonly env?: Readonly<Record<string, string>>;
    readonly program?: Program;
  }) => Promise<App>;
  /** Starts the app once more while it runs; the exit code of that second start. */
  readonly startAgain: () => Promise<number | null>;
  /** The command line, as a buyer on this machine types it. */
  readonly offpeak: (...words: readonly string[]) => Promise<{ code: number; text: string }>;
};

/** The app as it lies in this repository. */
async function builtApp(): Promise<Program> {
  const { executable } = await electronRuntime();
  return { executable, words: [repository] };
}

/** Words that mean a bug in the main process, whatever the story looks at. */
const BUG =
  /UNCAUGHT .*|Uncaught Exception.*|UnhandledPromiseRejection.*|ERROR BOX .*|\[error\].*/g;

async function launch(
  data: string,
  env: Record<string, string>,
  { executable, words }: Program,
): Promise<App> {
  const started = await electron.launch({
    executablePath: executable,
    args: [...words],
    env,
    timeout: START_LIMIT_MS,
  });
  const main = started.process();
  let said = '';
  for (const stream of [main.stdout, main.stderr])
    stream?.on('data', (text: Buffer) => {
      said += text.toString('utf8');
    });
  let over = false;
  const ended = new Promise<number | null>((resolve) =>
    main.once('exit', (code) => {
      over = true;
      resolve(code);
    }),
  );
  // Electron shows a bug in a box and waits for a click; nobody is there to click.
  await started.evaluate(({ dialog }) => {
    process.on('uncaughtException', (error) => console.error(`UNCAUGHT ${error.stack}`));
    dialog.showErrorBox = (title, text) => console.error(`ERROR BOX ${title}: ${text}`);
  });
  const watch = (page: Page) =>
    page.on('pageerror', (error) => {
      said += `UNCAUGHT in the window: ${error.stack ?? error.message}\n`;
    });
  started.windows().forEach(watch);
  started.on('window', watch);
  const processes = () => processesOf(data, [main.pid ?? -1]);
  const pages = (popover: boolean) =>
    started
      .windows()
      .find(
        (page) =>
          page.url().startsWith('offpeak://window/') && page.url().endsWith('#tray') === popover,
      );
  const open = async (popover: boolean) => {
    const what = popover ? 'the popover is open' : 'a window is open';
    await expect.poll(() => pages(popover)?.url(), { message: what }).toBeTruthy();
    const page = pages(popover);
    if (!page) throw new Error('the window was closed again');
    return page;
  };

  return {
    electron: started,
    pid: main.pid ?? -1,
    said: () => said,
    ended,
    processes,
    window: () => open(false),
    popover: () => open(true),
    passTime: (by) =>
      started.evaluate((_electron, step) => {
        const before = Date.now;
        Date.now = () => before() + step;
      }, by),
    async quit() {
      if (!over) await started.close();
      await expect.poll(processes, 'no process is left').toEqual([]);
      const log = readFileSync(join(data, 'logs', 'main.log'), 'utf8');
      expect(`${said}\n${log}`.match(BUG) ?? [], 'the app had no bug').toEqual([]);
    },
  };
}

function run(command: string, words: readonly string[], env: Record<string, string>) {
  const child = spawn(command, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      text += bytes.toString('utf8');
    });
  return new Promise<{ code: number | null; text: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text }));
  });
}

/** SIGKILL, also to what has just ended by itself. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Each story gets a machine of its own; at its end nothing of it may be left. */
export const test = base.extend<{ machine: Machine }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants a pattern here, also an empty one.
  machine: async ({}, use, info) => {
    const home = mkdtempSync(join(tmpdir(), 'offpeak-home-'));
    const data = join(home, 'offpeak');
    mkdirSync(data);
    // Its owner has been shown round already; the story of the first start takes this away.
    writeFileSync(join(data, 'settings.json'), JSON.stringify(WELCOMED));
    const apps: App[] = [];
    const environment: Machine['environment'] = (extra = {}) => {
      const own = { HOME: home, OFFPEAK_HOME: data, XDG_CONFIG_HOME: join(home, '.config') };
      const known = Object.entries({ ...process.env, ...own, ...extra });
      return Object.fromEntries(known.flatMap(([name, value]) => (value ? [[name, value]] : [])));
    };
    let latest: { env: Record<string, string>; program: Program } | null = null;

    await use({
      home,
      data,
      environment,
      async start({ env = {}, program } = {}) {
        latest = { env: environment(env), program: program ?? (await builtApp()) };
        const app = await launch(data, latest.env, latest.program);
        apps.push(app);
        return app;
      },
      async startAgain() {
        if (!latest) throw new Error('it was not started before');
        const { executable, words } = latest.program;
        return (await run(executable, ['--no-sandbox', ...words], latest.env)).code;
      },
      async offpeak(...words) {
        const cli = join(repository, 'out', 'exchange', 'cli.cjs');
        const { code, text } = await run(process.execPath, [cli, ...words], environment());
        return { code: code ?? -1, text };
      },
    });

    try {
      if (info.status === info.expectedStatus) for (const app of apps.reverse()) await app.quit();
      else for (const app of apps) await info.attach('terminal', { body: app.said() });
    } finally {
      const left = () =>
        processesOf(
          home,
          apps.map(({ pid }) => pid),
        );
      for (const { pid } of left()) kill(pid);
      await expect.poll(left).toEqual([]);
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    }
  },
});
export { expect };
