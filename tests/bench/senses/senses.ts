import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { listPids } from '../../../src-main/activity/programs/process-table.ts';
import { defaults } from '../../../src-shared/settings.ts';
import { buildFakes } from '../../fakes/build.ts';
import {
  type FakeCard,
  type FakeDevice,
  fakeGpuEnvironment,
  writeGpuState,
} from '../../fakes/gpu-state.ts';
import { digits } from '../figures.ts';
import { writeEmptyApp } from '../window/empty-app.ts';
import type { ElectronWords } from '../window/starts.ts';
import { type MeasuredApp, measureApp } from './app-cost.ts';
import { type Meters, openMeters } from './meter.ts';
import { watchTray } from './tray-watch.ts';

export type SensesFigures = {
  /** CPU milliseconds of one reading of two cards, from a timer. */
  readonly sample_cpu_ms: number;
  /** ... of one systeminformation.graphics(), its children included. */
  readonly si_graphics_cpu_ms: number;
  readonly sample_ratio: number;
  /** CPU milliseconds of one second of watching 400 processes of which some come and go, in the way that is in use. */
  readonly watch_cpu_ms: number;
  /** ... of one ps-list of them, its child included: what watching would cost that looks once a second. */
  readonly ps_list_cpu_ms: number;
  readonly watch_ratio: number;
  /** Of one core, tray only, sharing, two cards, no job. */
  readonly agent_cpu_percent: number;
  readonly empty_cpu_percent: number;
  readonly agent_pss_mb: number;
  readonly empty_pss_mb: number;
};

const SAMPLES = 2000;
const SAMPLE_EVERY_MS = 10;
const PROCESSES = 400;
/** A program starts, and ends, this often: a desktop that somebody works at. */
const PROGRAM_EVERY_MS = 500;
const CALLS = 30;

const CARD: FakeDevice = {
  name: 'NVIDIA GeForce RTX 3060',
  capability: '8.6',
  mebibytes: 12_288,
  multiprocessors: 28,
};
/** What a desktop has on a card. */
const BUSY_DESKTOP: FakeCard = {
  memoryUsed: 300 * 1024 ** 2,
  programs: Array.from({ length: 6 }, (_, i) => ({
    pid: 100 + i,
    kind: 'graphics',
    bytes: (i + 1) * 2 ** 24,
  })),
};

const Sample = z.object({ tight: z.number(), timed: z.number() });
const Watch = z.object({ way: z.string(), perSecond: z.number(), seen: z.number() });

/** How long the parts of a run take: a run that only shows that it works is shorter. */
export type SensesTimes = { readonly watchSeconds: number; readonly appSeconds: number };

/** Everything `npm run bench:senses` measures, one after the other so that nothing disturbs another. */
export async function measureSenses(
  electron: ElectronWords,
  repository: string,
  say: (line: string) => void,
  times: SensesTimes = { watchSeconds: 20, appSeconds: 60 },
): Promise<SensesFigures> {
  const root = mkdtempSync(join(tmpdir(), 'offpeak-bench-'));
  const meters = await openMeters('senses-meters.ts');
  try {
    const cards = await insertCards(join(root, 'cards'));
    const sampling = await measureSampling(meters, cards, say);
    const watching = await measureWatching(meters, times.watchSeconds, say);
    const apps = await measureApps(electron, repository, root, cards, times.appSeconds, say);
    return { ...sampling, ...watching, ...apps };
  } finally {
    meters.remove();
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * Two cards on which nobody computes. So the emulated driver is not given the folder in which it would look for those who
 * do, at every call: that costs more than all the rest, and no real driver does it. It still looks at its state file at
 * every call, which is on the bill of a reading.
 */
async function insertCards(folder: string): Promise<Record<string, string>> {
  const { FAKE_GPU_DIR: _, ...env } = fakeGpuEnvironment({
    fakes: await buildFakes(),
    folder,
    devices: [CARD, CARD],
  });
  writeGpuState(folder, { cards: [BUSY_DESKTOP, BUSY_DESKTOP] });
  return { ...env, FAKE_NVML_STATE: join(folder, 'state.txt'), FAKE_GPU_FROZEN: '1' };
}

async function measureSampling(
  meters: Meters,
  env: Readonly<Record<string, string>>,
  say: (line: string) => void,
) {
  say(`Reading two emulated cards ${SAMPLES} times.`);
  const how = { samples: SAMPLES, everyMs: SAMPLE_EVERY_MS };
  const sample = Sample.parse(await meters.measure('sampleCost', how, env));
  say(`In a tight loop a reading takes ${digits(sample.tight)} ms of CPU.`);
  const words = { times: CALLS };
  const graphics = z.number().parse(await meters.measure('graphicsCost', words, env));
  return {
    sample_cpu_ms: digits(sample.timed),
    si_graphics_cpu_ms: digits(graphics),
    sample_ratio: digits(graphics / sample.timed),
  };
}

async function measureWatching(meters: Meters, seconds: number, say: (line: string) => void) {
  const crowd = gatherCrowd();
  try {
    say(`Watching ${PROCESSES} processes.`);
    const watch = async (only: 'polling' | null) =>
      Watch.parse(await meters.measure('watchCost', { seconds, only }));
    const used = await watch(null);
    const polling = used.way === 'polling' ? used : await watch('polling');
    for (const { way, perSecond, seen } of [used, polling])
      say(`By ${way}: ${digits(perSecond)} ms of CPU a second, ${seen} starts in ${seconds} s.`);
    const list = z.number().parse(await meters.measure('psListCost', { times: CALLS }));
    return {
      watch_cpu_ms: digits(used.perSecond),
      ps_list_cpu_ms: digits(list),
      watch_ratio: digits(list / used.perSecond),
    };
  } finally {
    crowd.leave();
  }
}

/** Fills the machine up to so many processes, of which one starts and one ends every half second. */
function gatherCrowd() {
  const sleep = (seconds: number) => spawn('sleep', [String(seconds)], { stdio: 'ignore' });
  const there = listPids().length;
  const crowd: ChildProcess[] = [];
  for (let i = there; i < PROCESSES; i++) crowd.push(sleep(3600));
  const passing = setInterval(() => sleep(PROGRAM_EVERY_MS / 1000), PROGRAM_EVERY_MS);
  return {
    leave: () => {
      clearInterval(passing);
      for (const child of crowd) child.kill('SIGKILL');
    },
  };
}

async function measureApps(
  electron: ElectronWords,
  repository: string,
  root: string,
  card: Readonly<Record<string, string>>,
  seconds: number,
  say: (line: string) => void,
) {
  const tray = await watchTray();
  try {
    say(`Running Offpeak in the tray for ${seconds} s, then an empty app.`);
    const agent = await measureApp(electron, offpeak(root, repository, card), tray, seconds);
    const written = writeEmptyApp(root, repository);
    const empty = await measureApp(
      electron,
      { ...written, data: join(root, 'empty'), check: () => undefined },
      tray,
      seconds,
    );
    return {
      agent_cpu_percent: agent.cpuPercent,
      empty_cpu_percent: empty.cpuPercent,
      agent_pss_mb: agent.pssMb,
      empty_pss_mb: empty.pssMb,
    };
  } finally {
    tray.close();
  }
}

/** Offpeak as its owner has it: sharing, with two cards, and nobody wants anything computed. */
function offpeak(
  root: string,
  repository: string,
  card: Readonly<Record<string, string>>,
): MeasuredApp {
  const data = join(root, 'offpeak');
  mkdirSync(data);
  const settings = { ...defaults, sharing: true, when: { kind: 'always' } };
  writeFileSync(join(data, 'settings.json'), JSON.stringify(settings));
  return {
    folder: repository,
    data,
    env: { ...card, OFFPEAK_HOME: data, HOME: root },
    check() {
      const log = readFileSync(join(data, 'logs', 'main.log'), 'utf8');
      if (!log.includes('advertise')) throw new Error(`it does not offer its cards: ${log}`);
    },
  };
}
