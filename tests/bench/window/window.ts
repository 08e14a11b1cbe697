import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { defaults } from '../../../src-shared/settings.ts';
import { buildFakes } from '../../fakes/build.ts';
import { fakeGpuEnvironment, writeGpuState } from '../../fakes/gpu-state.ts';
import { digits, median } from '../figures.ts';
import { cpuOf, pssOf } from '../senses/process-cost.ts';
import { type ElectronMain, openElectronMain } from './electron-main.ts';
import { writeMantineApp } from './mantine-app.ts';
import { clickToPaint, go, openAgain, type Paints, until } from './painted-page.ts';
import type { ElectronWords } from './starts.ts';
import { writeYear } from './year.ts';

export type WindowFigures = {
  /** Lines of measured electricity in the year. */
  readonly samples: number;
  /**
   * Medians, milliseconds from the navigation of a window that is opened anew to its first paint of content (Paint Timing): on
   * Earnings, and an empty page of Mantine.
   */
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
  /** The same of the empty page while one number in it changes every second, and Home as a ratio to it. */
  readonly ticking_cpu_percent: number;
  readonly home_ratio: number;
  /** The window's own process, after all of that. */
  readonly window_pss_mb: number;
  readonly empty_window_pss_mb: number;
};

export type WindowSizes = {
  readonly samples: number;
  readonly jobs: number;
  readonly opens: number;
  /** Each of the four periods so often. */
  readonly switches: number;
  readonly homeSeconds: number;
};

const YEAR: WindowSizes = {
  samples: 5_000_000,
  jobs: 50_000,
  opens: 15,
  switches: 10,
  homeSeconds: 60,
};

const RANGES = ['24h', '7d', '30d', '1y'] as const;
const TABLE = 'main .table-figures';
const CHART = 'main .chart-bars';
const page = (name: string) => `[data-page="${name}"]`;
const period = (range: string) => `input[type="radio"][value="${range}"]`;
const chartOf = (range: string) => `[data-range="${range}"] .chart-bars`;
/**
 * First drawings; V8 giving back what other pages took, within half a minute; and Blink packing the program's text, 50 ms of work
 * once in the life of a page, a minute after it was read.
 */
const SETTLES_MS = 75_000;
/** A page that writes one number a second, as cheaply as it can be done. */
const TICK = `{
  const title = document.querySelector('h1').firstChild;
  let second = 0;
  setInterval(() => { second += 1; title.data = String(second); }, 1000);
}`;

/** Everything `npm run bench:window` measures: the real window over the books of a year, and an empty page of Mantine. */
export async function measureWindow(
  electron: ElectronWords,
  repository: string,
  say: (line: string) => void,
  sizes: WindowSizes = YEAR,
): Promise<WindowFigures> {
  const root = mkdtempSync(join(tmpdir(), 'offpeak-bench-'));
  const apps: ElectronMain[] = [];
  const start = async (folder: string, env: Readonly<Record<string, string>>) => {
    const app = await openElectronMain(electron, folder, env);
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
    const mantine = await writeMantineApp(root, repository);

    const empty = await start(mantine.folder, mantine.env);
    const offpeak = await start(repository, { ...gpu, OFFPEAK_HOME: data, HOME: root });
    await until(offpeak, '#hero-word');
    await go(offpeak, page('earnings'), CHART);
    say(`Opening Earnings and an empty page ${sizes.opens} times each, in turn.`);
    const opened: Paints[] = [];
    const emptyOpened: Paints[] = [];
    for (let round = 0; round <= sizes.opens; round++) {
      const paints = await openAgain(offpeak, ({ app }) => void app.emit('activate'), [
        TABLE,
        CHART,
      ]);
      const emptyPaints = await openAgain(empty, ({ app }) => void app.emit('activate'), ['h1']);
      // The first round fills the disk's cache.
      if (round === 0) continue;
      opened.push(paints);
      emptyOpened.push(emptyPaints);
    }
    // A window over ours would be one more reason not to draw it.
    const emptyPid = await rendererOf(empty);
    say(`Counting the seconds on the empty page for ${sizes.homeSeconds} s.`);
    await empty.inWindow(`${TICK}; 0`);
    await wait(SETTLES_MS);
    const ticking = await cpuPercent(emptyPid, sizes.homeSeconds);
    const emptyPss = pssOf(emptyPid);
    apps.splice(apps.indexOf(empty), 1);
    await empty.close();
    say('Switching the period.');
    const switched = await switchTimes(offpeak, sizes.switches);

    say(`Looking at Home for ${sizes.homeSeconds} s.`);
    await go(offpeak, page('home'), '#hero-word');
    const pid = await rendererOf(offpeak);
    const cpu = await homeCost(pid, card, sizes.homeSeconds);
    const first = (all: readonly Paints[]) => median(all.map((paints) => paints.first));
    const [paint, emptyPaint] = [first(opened), first(emptyOpened)];
    const sight = (n: number) => median(opened.map(({ sights }) => sights[n] ?? Number.NaN));
    return {
      samples: sizes.samples,
      first_paint_ms: paint,
      empty_first_paint_ms: emptyPaint,
      first_paint_ratio: digits(paint / emptyPaint),
      table_ms: sight(0),
      chart_ms: sight(1),
      range_switch_ms: median(switched),
      home_cpu_percent: digits(cpu),
      ticking_cpu_percent: digits(ticking),
      home_ratio: digits(cpu / ticking),
      window_pss_mb: digits(pssOf(pid)),
      empty_window_pss_mb: digits(emptyPss),
    };
  } finally {
    for (const app of apps) await app.close();
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function switchTimes(app: ElectronMain, rounds: number): Promise<number[]> {
  const taken: number[] = [];
  // Away from whatever was chosen, so that each switch below is one.
  await go(app, period('1y'), chartOf('1y'));
  for (let round = 0; round < rounds; round++)
    for (const range of RANGES) taken.push(await clickToPaint(app, period(range), chartOf(range)));
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
    return await cpuPercent(pid, seconds);
  } finally {
    clearInterval(living);
  }
}

/** The share of one core that a process takes, in percent. */
async function cpuPercent(pid: number, seconds: number): Promise<number> {
  const [before, since] = [cpuOf(pid), performance.now()];
  await wait(seconds * 1000);
  return ((cpuOf(pid) - before) / (performance.now() - since)) * 100;
}

const rendererOf = (app: ElectronMain): Promise<number> =>
  app.run(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    if (!window) throw new Error('there is no window');
    return window.webContents.getOSProcessId();
  });
