import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Fakes } from './build.ts';

/** A number, a ramp over some seconds from the moment of writing, or values in turn. */
export type Scripted =
  | number
  | { readonly from: number; readonly to: number; readonly seconds: number }
  | { readonly turns: readonly number[]; readonly seconds: number };

/** What the emulated NVML says about one card. What is left out is that of an idle card. */
export type FakeCard = {
  readonly temperature?: Scripted;
  /** Milliwatts while nothing of ours runs, and while a kernel runs or ran within the last second. */
  readonly power?: Scripted;
  readonly busyPower?: Scripted;
  /** Where nobody has set another; see `writePowerLimit`. A card whose limit is 'none' does not let it be changed. */
  readonly powerLimit?: Scripted | 'none';
  readonly powerMin?: Scripted;
  readonly powerMax?: Scripted;
  /** Even root may not set the power limit. */
  readonly deniesLimit?: boolean;
  /** Millijoules since the driver was loaded; left out: a card without this counter. */
  readonly energy?: Scripted;
  /** MHz. */
  readonly clock?: Scripted;
  readonly memoryClock?: Scripted;
  /** The bits of nvmlClocksEventReasons. */
  readonly reasons?: Scripted;
  /** Left out: a card without this sensor. */
  readonly memoryTemperature?: Scripted;
  /** The driver does not tell the load of single programs, as on Windows. */
  readonly hidesLoads?: boolean;
  /** Percent. */
  readonly load?: Scripted;
  readonly fan?: Scripted | 'none';
  /** Bytes held by nobody in particular; those of `programs` and of emulated CUDA processes come on top. */
  readonly memoryUsed?: Scripted;
  /** The card has fallen off the bus: NVML says GPU_IS_LOST, CUDA fails. */
  readonly lost?: boolean;
  /** Programs on the card that do not use the emulated driver, such as a game. */
  readonly programs?: readonly {
    readonly pid: number;
    readonly kind: 'graphics' | 'compute';
    readonly bytes: number;
    readonly load?: number;
  }[];
};

export type FakeGpuState = {
  /** Cards by ordinal; how many there are is `devices` of the environment. */
  readonly cards?: readonly FakeCard[];
  /** The nvmlReturn_t of nvmlInit: 9 driver not loaded, 18 library and driver differ. */
  readonly initError?: number;
  /** Microseconds that every NVML call takes. */
  readonly latency?: number;
};

const word = (value: Scripted): string => {
  if (typeof value === 'number') return String(value);
  if ('turns' in value) return `${value.turns.join('|')}/${value.seconds}`;
  return `${value.from}->${value.to}/${value.seconds}`;
};

function cardLines(card: FakeCard, index: number): string[] {
  const keys = {
    temp: card.temperature,
    power_mw: card.power,
    busy_mw: card.busyPower,
    limit_mw: card.powerLimit === 'none' ? -1 : card.powerLimit,
    min_mw: card.powerMin,
    max_mw: card.powerMax,
    deny_limit: card.deniesLimit ? 1 : undefined,
    energy_mj: card.energy,
    sm_mhz: card.clock,
    mem_mhz: card.memoryClock,
    reasons: card.reasons,
    mem_temp: card.memoryTemperature,
    proc_loads: card.hidesLoads ? 0 : undefined,
    util: card.load,
    fan: card.fan === 'none' ? -1 : card.fan,
    mem_used: card.memoryUsed,
    lost: card.lost ? 1 : undefined,
  };
  const lines = Object.entries(keys).flatMap(([key, value]) =>
    value === undefined ? [] : [`gpu${index}.${key}=${word(value)}`],
  );
  const programs = (card.programs ?? []).map(
    ({ pid, kind, bytes, load }) =>
      `gpu${index}.proc=${pid},${kind === 'graphics' ? 'G' : 'C'},${bytes},${load ?? 0}`,
  );
  return [...lines, ...programs];
}

/**
 * Says what the emulated cards of the folder measure from now on: every process that uses the folder sees it at its
 * next call. The whole state is replaced.
 */
export function writeGpuState(folder: string, state: FakeGpuState): void {
  const lines = (state.cards ?? []).flatMap(cardLines);
  if (state.initError !== undefined) lines.push(`init=${state.initError}`);
  if (state.latency !== undefined) lines.push(`latency_us=${state.latency}`);
  mkdirSync(folder, { recursive: true });
  const fresh = join(folder, `state.${process.pid}.new`);
  writeFileSync(fresh, `${lines.join('\n')}\n`);
  renameSync(fresh, join(folder, 'state.txt'));
}

/** Where the emulated driver keeps the limits that were set: a number of four bytes for each card, 0 for none. */
const limitsOf = (folder: string) => join(folder, 'limits.shared');
const LIMIT_BYTES = 4;

/** The power limit that was set on a card, in milliwatts; null where nobody has set one since the driver was loaded. */
export function readPowerLimit(folder: string, index = 0): number | null {
  return readFileSync(limitsOf(folder)).readUInt32LE(index * LIMIT_BYTES) || null;
}

/** Sets a card's limit as its owner's own tool would; null: as a driver that was loaded anew. */
export function writePowerLimit(folder: string, limit: number | null, index = 0): void {
  const four = Buffer.alloc(LIMIT_BYTES);
  four.writeUInt32LE(limit ?? 0);
  // In place, because every process of the test has this file mapped.
  const file = openSync(limitsOf(folder), 'r+');
  try {
    writeSync(file, four, 0, LIMIT_BYTES, index * LIMIT_BYTES);
  } finally {
    closeSync(file);
  }
}

/** A card as the driver describes it. */
export type FakeDevice = {
  readonly name: string;
  /** Such as '8.6'. */
  readonly capability: string;
  readonly mebibytes: number;
  readonly multiprocessors: number;
};

export type FakeGpuOptions = {
  readonly fakes: Fakes;
  /** A folder of the test, shared by all its processes; also that of `writeGpuState`. */
  readonly folder: string;
  /** Left out: one RTX 3060 with 12 GiB. */
  readonly devices?: readonly FakeDevice[];
  /** Every kernel launch takes at least this many milliseconds. */
  readonly kernelMillis?: number;
  /** The nth call (0: every call) of a CUDA function returns a code. */
  readonly failures?: readonly {
    readonly call: string;
    readonly nth: number;
    readonly code: number;
  }[];
  /** Path of the real PTX assembler: bad PTX is then refused with its words. */
  readonly ptxas?: string;
  /** The host crashes where it touches device memory. */
  readonly strict?: boolean;
  /** Cards by CUDA's ordinal, where that is not the order of the slots. */
  readonly order?: readonly number[];
  readonly computeMode?: 'prohibited' | 'exclusive';
  /** Kernels that take longer than so many milliseconds are ended with LAUNCH_TIMEOUT. */
  readonly watchdogMillis?: number;
  /** The CUDA version the driver is for (12040 is 12.4), and the newest PTX it takes. */
  readonly driver?: { readonly cuda: number; readonly ptx: number };
  /** Copies from and to pinned memory move no more than so many MiB in a second. */
  readonly copySpeed?: number;
  /** The code of every program takes so many MiB of the card while it is loaded. */
  readonly moduleMebibytes?: number;
};

const COMPUTE_MODES = { prohibited: '2', exclusive: '3' } as const;

/** What a process needs in its environment, on top of its own, to find the emulated driver instead of a real one. */
export function fakeGpuEnvironment(options: FakeGpuOptions): Record<string, string> {
  const { fakes, folder, devices, kernelMillis, failures, ptxas, strict } = options;
  mkdirSync(folder, { recursive: true });
  const before = process.env.LD_LIBRARY_PATH;
  const environment: Record<string, string> = {
    LD_LIBRARY_PATH: before ? `${fakes.folder}${delimiter}${before}` : fakes.folder,
    FAKE_GPU_DIR: folder,
    FAKE_CUDA_KERNELS: fakes.kernels.join(':'),
    // A locked-down runner reaches only what drivers need. This driver needs its folder, which processes share, and looks
    // in /proc whether those are alive.
    OFFPEAK_RUNNER_READS: '/proc',
    OFFPEAK_RUNNER_WRITES: folder,
  };
  if (devices)
    environment.FAKE_GPU_DEVICES = devices
      .map((d) => `${d.name},${d.capability},${d.mebibytes},${d.multiprocessors}`)
      .join(';');
  if (kernelMillis !== undefined) environment.FAKE_CUDA_KERNEL_MS = String(kernelMillis);
  if (failures)
    environment.FAKE_CUDA_FAIL = failures.map((f) => `${f.call}:${f.nth}:${f.code}`).join(';');
  if (ptxas) environment.FAKE_CUDA_PTXAS = ptxas;
  if (strict) environment.FAKE_CUDA_STRICT = '1';
  const { order, computeMode, watchdogMillis, driver, copySpeed, moduleMebibytes } = options;
  if (order) environment.FAKE_CUDA_ORDER = order.join(',');
  if (computeMode) environment.FAKE_CUDA_COMPUTE_MODE = COMPUTE_MODES[computeMode];
  if (watchdogMillis !== undefined) environment.FAKE_CUDA_WATCHDOG_MS = String(watchdogMillis);
  if (driver) {
    environment.FAKE_CUDA_DRIVER = String(driver.cuda);
    environment.FAKE_CUDA_PTX_MAX = String(driver.ptx);
  }
  if (copySpeed !== undefined) environment.FAKE_CUDA_COPY_MIB_S = String(copySpeed);
  if (moduleMebibytes !== undefined) environment.FAKE_CUDA_MODULE_MIB = String(moduleMebibytes);
  // Nor does it get more of its parent's environment than drivers need.
  const own = Object.keys(environment).filter((name) => name.startsWith('FAKE_'));
  environment.OFFPEAK_RUNNER_PASSES = own.join(',');
  return environment;
}
