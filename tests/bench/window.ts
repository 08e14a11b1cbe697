import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type ElectronApplication, _electron as electron, type Page } from '@playwright/test';
import { defaults } from '../../src-shared/settings.ts';
import { buildFakes } from '../fakes/build.ts';
import { fakeGpuEnvironment, writeGpuState } from '../fakes/gpu-state.ts';
import { digits, median } from './figures.ts';
import { writeMantineApp } from './mantine-app.ts';
import { clickToPaint, firstPaints, paintTimes } from './painted-page.ts';
import { cpuOf, pssOf } from './process-cost.ts';
import type { ElectronWords } from './starts.ts';
import { writeYear } from './year.ts';

export type WindowFigures = {
  /** Lines of measured electricity in the year. */
  readonly samples: number;
  /** Medians, milliseconds from the navigation to the first paint of content (Paint Timing), Earnings beside an empty page. */
  readonly first_paint_ms: number;
  readonly empty_first_paint_ms: number;
  readonly first_paint_ratio: number;
  /** ... and to the frames with the figures and the table, and with the chart, which comes a moment later. */
  readonly table_ms: number;
  readonly chart_ms: number;
  /** Median, from a click on another period to the frame with its chart. */
  readonly range_switch_ms: number;
  /** Of one core: the window's own process, on Home, while the card's readings change every second. */
  readonly home_cpu_percent: number;
  /** The window's own process, after all of that. */
  readonly window_pss_mb: number;
  readonly empty_window_pss_mb: number;
};

export type WindowSizes = {
  readonly samples: number;
  readonly jobs: number;
  readonly loads: number;
  /** Each of the four periods so often. */
  readonly switches: number;
  readonly homeSeconds: number;
};

const YEAR: WindowSizes = {
  samples: 5_000_000,
  jobs: 50_000,
  loads: 15,
  switches: 10,
  homeSeconds: 60,
};

const RANGES = ['24h', '7d', '30d', '1y'] as const;
/** Loading, first drawings, and V8 giving back what they took. */
const SETTLES_MS = 10_000;

/** Everything `npm run bench:window` measures: the real window over the books of a year, and an empty page of Mantine. */
export async function measureWindow(
  { executable, switches }: ElectronWords,
  repository: string,
  say: (line: string) => void,
  sizes: WindowSizes = YEAR,
): Promise<WindowFigures> {
  const root = mkdtempSync(join(tmpdir(), 'offpeak-bench-'));
  const apps: ElectronApplication[] = [];
  const start = async (folder: string, env: Readonly<Record<string, string>>) => {
    const app = await electron.launch({
      executablePath: executable,
      args: [...switches, folder],
      env: { ...known(process.env), ...env },
    });
    apps.push(app);
    return app;
  };
  try {
    const data = join(root, 'offpeak');
    mkdirSync(data);
    say(`Writing a year of ${sizes.samples} samples and ${sizes.jobs} jobs.`);
    writeYear(join(data, 'books'), { now: Date.now(), samples: sizes.samples, jobs: sizes.jobs });
    const settings = { ...defaults, welcomed: true, sharing: true, when: { kind: 'always' } };
    writeFileSync(join(data, 'settings.json'), JSON.stringify(settings));
    const card = join(root, 'card');
    const gpu = fakeGpuEnvironment({ fakes: await buildFakes(), folder: card });
    const empty = await writeMantineApp(root, repository);

    const emptyPage = await (await start(empty.folder, empty.env)).firstWindow();
    const offpeak = await start(repository, { ...gpu, OFFPEAK_HOME: data, HOME: root });
    const page = await offpeak.firstWindow();
    await page.locator('#hero-word').waitFor();

    await page.getByRole('button', { name: 'Earnings', exact: true }).click();
    await page.locator('.recharts-surface').first().waitFor();
    say(`Loading Earnings and an empty page ${sizes.loads} times each.`);
    const paints = await firstPaints(page, sizes.loads);
    const emptyPaints = await firstPaints(emptyPage, sizes.loads);
    const tables = await paintTimes(page, 'main .table-figures', sizes.loads);
    const charts = await paintTimes(page, 'main .recharts-bar-rectangle', sizes.loads);
    say('Switching the period.');
    const switched = await switchTimes(page, sizes.switches);

    say(`Looking at Home for ${sizes.homeSeconds} s.`);
    await page.getByRole('button', { name: 'Home', exact: true }).click();
    const pid = await rendererOf(offpeak);
    const cpu = await homeCost(pid, card, sizes.homeSeconds);
    const [paint, emptyPaint] = [median(paints), median(emptyPaints)];
    return {
      samples: sizes.samples,
      first_paint_ms: paint,
      empty_first_paint_ms: emptyPaint,
      first_paint_ratio: digits(paint / emptyPaint),
      table_ms: median(tables),
      chart_ms: median(charts),
      range_switch_ms: median(switched),
      home_cpu_percent: digits(cpu),
      window_pss_mb: digits(pssOf(pid)),
      empty_window_pss_mb: digits(pssOf(await rendererOf(apps[0]))),
    };
  } finally {
    for (const app of apps) await app.close();
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function switchTimes(page: Page, rounds: number): Promise<number[]> {
  const taken: number[] = [];
  // Away from whatever was chosen, so that each switch below is one.
  await page.getByText('1 year', { exact: true }).click();
  await page.locator('[data-range="1y"] .recharts-bar-rectangle').first().waitFor();
  for (let round = 0; round < rounds; round++)
    for (const range of RANGES) {
      const ms = await clickToPaint(
        page,
        `input[type="radio"][value="${range}"]`,
        `[data-range="${range}"] .recharts-bar-rectangle`,
      );
      taken.push(ms);
    }
  return taken;
}

/** The share of one core that the window takes, in percent, while the card gets warmer and colder. */
async function homeCost(pid: number, card: string, seconds: number): Promise<number> {
  let second = 0;
  const living = setInterval(() => {
    second += 1;
    const turn = second % 20;
    writeGpuState(card, {
      cards: [{ temperature: 50 + turn, power: 60_000 + turn * 1000, load: turn }],
    });
  }, 1000);
  try {
    await wait(SETTLES_MS);
    const [before, since] = [cpuOf(pid), performance.now()];
    await wait(seconds * 1000);
    return ((cpuOf(pid) - before) / (performance.now() - since)) * 100;
  } finally {
    clearInterval(living);
  }
}

async function rendererOf(app: ElectronApplication | undefined): Promise<number> {
  const pid = await app?.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
  );
  if (!pid) throw new Error('there is no window');
  return pid;
}

const known = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
