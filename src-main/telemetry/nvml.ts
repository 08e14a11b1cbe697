import { type Gpu, LaneId, type Reading } from '../../src-shared/gpu.ts';
import { bytes, celsius, type Watts, watts } from '../../src-shared/units.ts';
import { loadNvml, meansGone, NVML, type NvmlCall, type NvmlCalls } from './nvml-library.ts';
import { openProgramList } from './nvml-programs.ts';

export type NvmlOpened =
  | { readonly kind: 'open'; readonly nvml: Nvml }
  /** No NVIDIA driver is installed. */
  | { readonly kind: 'absent' }
  /** There is one, and it does not work. One sentence for a person. */
  | { readonly kind: 'broken'; readonly detail: string };

export type Nvml = {
  /** The cards that answered, as they were when opened. */
  readonly gpus: readonly Gpu[];
  /** One reading of every card, in the order of `gpus`. Blocks for as long as the driver takes. */
  readonly read: () => Reading[];
  readonly close: () => void;
};

/** NVML_DEVICE_NAME_V2_BUFFER_SIZE and NVML_DEVICE_UUID_V2_BUFFER_SIZE; the longest text we ask for. Bytes. */
const TEXT = 96;
const MILLIWATTS = 1000;
const PERCENT = 100;
/** NVML_TEMPERATURE_GPU. */
const CORE_SENSOR = 0;

/** Where the calls put their answers: allocated once, because allocating for each costs more than the call. */
type Desk = {
  readonly u32: Uint32Array;
  readonly second: Uint32Array;
  readonly u64: BigUint64Array;
  readonly text: Buffer;
};

/** Opens the driver's library: at `path`, or where a driver puts it. Names and limits are read once, here. */
export function openNvml(path?: string): NvmlOpened {
  const loaded = loadNvml(path);
  if (loaded.kind === 'absent') return loaded;
  if (loaded.kind === 'too-old') {
    return { kind: 'broken', detail: 'The NVIDIA driver is too old: update it to use the GPU.' };
  }
  const { calls } = loaded;
  const answer = calls.init();
  if (answer !== NVML.success) return { kind: 'broken', detail: explainInit(calls, answer) };

  const desk: Desk = {
    u32: new Uint32Array(2),
    second: new Uint32Array(1),
    u64: new BigUint64Array(4),
    text: Buffer.alloc(TEXT),
  };
  const counted = calls.count(desk.u32);
  if (counted !== NVML.success) {
    calls.shutdown();
    return { kind: 'broken', detail: `The NVIDIA driver failed: ${calls.explain(counted)}.` };
  }
  const cards: { readonly gpu: Gpu; readonly handle: bigint }[] = [];
  const driver = readText(desk, calls.driverVersion, []);
  for (let index = 0, count = desk.u32[0] ?? 0; index < count; index++) {
    if (calls.byIndex(index, desk.u64) !== NVML.success) continue;
    const handle = desk.u64[0] ?? 0n;
    const gpu = identify(calls, desk, handle, index, driver);
    if (gpu !== null) cards.push({ gpu, handle });
  }

  const programsOf = openProgramList(calls);
  return {
    kind: 'open',
    nvml: {
      gpus: cards.map(({ gpu }) => gpu),
      read: () => cards.map(({ gpu, handle }) => readCard(calls, desk, gpu, handle, programsOf)),
      close: () => void calls.shutdown(),
    },
  };
}

function explainInit(calls: NvmlCalls, answer: number): string {
  if (answer === NVML.libraryMismatch) {
    return 'The NVIDIA driver was updated: restart the computer to use the GPU again.';
  }
  if (answer === NVML.driverNotLoaded) {
    return 'The NVIDIA driver is installed but not running: restart the computer, or reinstall the driver.';
  }
  return `The NVIDIA driver does not start: ${calls.explain(answer)}.`;
}

/** Null for a card that does not say who it is: it is lost, or being reset. */
function identify(
  calls: NvmlCalls,
  desk: Desk,
  handle: bigint,
  index: number,
  driver: string | null,
): Gpu | null {
  const uuid = LaneId.safeParse(readText(desk, calls.uuid, [handle]));
  const name = readText(desk, calls.name, [handle]);
  if (!uuid.success || name === null) return null;
  if (calls.memory(handle, desk.u64) !== NVML.success) return null;
  const vramTotal = bytes(Number(desk.u64[0] ?? 0n));
  return {
    lane: uuid.data,
    name,
    backend: 'cuda',
    software: false,
    index,
    vramTotal,
    powerMax: readPowerMax(calls, desk, handle),
    driver,
  };
}

function readPowerMax(calls: NvmlCalls, desk: Desk, handle: bigint): Watts | null {
  const answer = calls.powerRange?.(handle, desk.u32, desk.second);
  return answer === NVML.success ? watts((desk.second[0] ?? 0) / MILLIWATTS) : null;
}

function readText(desk: Desk, call: NvmlCall | null, args: readonly unknown[]): string | null {
  if (call?.(...args, desk.text, TEXT) !== NVML.success) return null;
  const end = desk.text.indexOf(0);
  return desk.text.toString('utf8', 0, end === -1 ? TEXT : end);
}

function readCard(
  calls: NvmlCalls,
  desk: Desk,
  gpu: Gpu,
  handle: bigint,
  programsOf: (handle: bigint) => Reading['programs'],
): Reading {
  const { u32, u64 } = desk;
  const heat = calls.temperature(handle, CORE_SENSOR, u32);
  const temperature = heat === NVML.success ? celsius(u32[0] ?? 0) : null;

  const ask = (call: NvmlCall | null): number | null =>
    call?.(handle, u32) === NVML.success ? (u32[0] ?? null) : null;
  const power = ask(calls.power);
  const powerLimit = ask(calls.powerLimit);
  const load = ask(calls.load);
  const fan = ask(calls.fan);
  const memory = calls.memory(handle, u64);
  if (meansGone(heat) || meansGone(memory)) return lostReading(gpu.lane);

  return {
    lane: gpu.lane,
    lost: false,
    temperature,
    power: power === null ? null : watts(power / MILLIWATTS),
    powerLimit: powerLimit === null ? null : watts(powerLimit / MILLIWATTS),
    load: load === null ? null : asFraction(load),
    // nvmlMemory_t is total, free, used.
    memoryUsed: memory === NVML.success ? bytes(Number(u64[2] ?? 0n)) : null,
    fan: fan === null ? null : asFraction(fan),
    programs: programsOf(handle),
  };
}

/** Fans may be said to turn at more than 100 %: it is a share of the maker's own maximum. */
const asFraction = (percent: number): number => Math.min(percent / PERCENT, 1);

/** What is known about a card that does not answer. */
export const lostReading = (lane: LaneId): Reading => ({
  lane,
  lost: true,
  temperature: null,
  power: null,
  powerLimit: null,
  load: null,
  memoryUsed: null,
  fan: null,
  programs: [],
});
