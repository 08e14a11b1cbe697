import type { Gpu, Reading } from '../../../src-shared/gpu.ts';
import { bytes, type Celsius, celsius, joules, watts } from '../../../src-shared/units.ts';
import { lostReading } from '../card/lost-reading.ts';
import { meansGone, NVML, type NvmlCall, type NvmlCalls } from './binding.ts';
import { openProgramList } from './programs.ts';

/** A card of the driver: who it is, and the driver's word for it. */
export type NvmlCard = { readonly gpu: Gpu; readonly handle: bigint };

const MILLI = 1000;
const PERCENT = 100;
/** NVML_TEMPERATURE_GPU. */
const CORE_SENSOR = 0;
/** NVML_CLOCK_GRAPHICS and NVML_CLOCK_MEM. */
const GRAPHICS_CLOCK = 0;
const MEMORY_CLOCK = 2;
/** 2 to the power of 32. */
const HIGH_WORD = 0x1_0000_0000;

/**
 * Bits of nvmlClocksEventReasons, which drivers before 535 call nvmlClocksThrottleReasons. An idle card (1) could run faster
 * and need not. Slowed by hardware (8) is said along with its cause, heat (0x40) or the power brake (0x80), where the card
 * knows it.
 */
const REASON = {
  applicationClocks: 0x2,
  softwarePowerCap: 0x4,
  hardware: 0x8,
  syncBoost: 0x10,
  softwareHeat: 0x20,
  hardwareHeat: 0x40,
  powerBrake: 0x80,
  displayClocks: 0x100,
} as const;
const POWER = REASON.softwarePowerCap | REASON.powerBrake;
const HEAT = REASON.softwareHeat | REASON.hardwareHeat;
const OTHER = REASON.applicationClocks | REASON.syncBoost | REASON.displayClocks;

/** nvmlFieldValue_t: field (4), scope (4), two times (8 each), type (4), answer (4), value (8). */
const FIELD = { size: 40, typeAt: 24, answerAt: 28, valueAt: 32 } as const;
/** NVML_FI_DEV_MEMORY_TEMP. */
const MEMORY_TEMPERATURE = 82;
/** NVML_VALUE_TYPE_DOUBLE; the lower half of every other type is a whole number of degrees. */
const DOUBLE = 0;

/** Reads one card, again and again. What the answers are put into is allocated once: allocating costs more than asking. */
export function openCardReader(calls: NvmlCalls, { gpu, handle }: NvmlCard): () => Reading {
  const u32 = new Uint32Array(2);
  const u64 = new BigUint64Array(3);
  /** The same, in halves: no bigint for each value. */
  const halves = new Uint32Array(u64.buffer);
  const programs = openProgramList(calls);
  const memoryTemperature = openMemorySensor(calls, handle);

  const ask = (call: NvmlCall | null): number | null =>
    call?.(handle, u32) === NVML.success ? (u32[0] ?? null) : null;
  const clock = (which: number): number | null =>
    calls.clock?.(handle, which, u32) === NVML.success ? (u32[0] ?? null) : null;
  /** The nth of the long numbers that were put down last. */
  const long = (nth: number): number =>
    (halves[2 * nth] ?? 0) + (halves[2 * nth + 1] ?? 0) * HIGH_WORD;

  return () => {
    const heat = calls.temperature(handle, CORE_SENSOR, u32);
    const temperature = heat === NVML.success ? celsius(u32[0] ?? 0) : null;
    const memory = calls.memory(handle, u64);
    if (meansGone(heat) || meansGone(memory)) return lostReading(gpu.lane);
    // nvmlMemory_t is total, free, used.
    const memoryUsed = memory === NVML.success ? bytes(long(2)) : null;
    const energy = calls.energy?.(handle, u64) === NVML.success ? joules(long(0) / MILLI) : null;
    // All reasons known lie in the lower half.
    const reasons = calls.reasons?.(handle, u64) === NVML.success ? (halves[0] ?? 0) : 0;
    const power = ask(calls.power);
    const powerLimit = ask(calls.powerLimit);
    const load = ask(calls.load);
    const fan = ask(calls.fan);
    return {
      lane: gpu.lane,
      lost: false,
      temperature,
      power: power === null ? null : watts(power / MILLI),
      powerLimit: powerLimit === null ? null : watts(powerLimit / MILLI),
      load: load === null ? null : asFraction(load),
      memoryUsed,
      fan: fan === null ? null : asFraction(fan),
      hotSpot: memoryTemperature(),
      energy,
      clock: clock(GRAPHICS_CLOCK),
      memoryClock: clock(MEMORY_CLOCK),
      slowedBy: slowedBy(reasons),
      programs: programs(handle),
    };
  };
}

/**
 * NVML has no sensor for the hottest spot of the chip; the memory's, where there is one, is the other place that a card
 * slows down for. A card without it is asked once.
 */
function openMemorySensor(calls: NvmlCalls, handle: bigint): () => Celsius | null {
  const field = new DataView(new ArrayBuffer(FIELD.size));
  const into = new Uint8Array(field.buffer);
  let absent = calls.fields === null;
  return () => {
    if (absent || calls.fields === null) return null;
    into.fill(0);
    field.setUint32(0, MEMORY_TEMPERATURE, true);
    if (calls.fields(handle, 1, into) !== NVML.success) return null;
    const answer = field.getInt32(FIELD.answerAt, true);
    absent = answer === NVML.notSupported || answer === NVML.invalidArgument;
    if (answer !== NVML.success) return null;
    return celsius(
      field.getInt32(FIELD.typeAt, true) === DOUBLE
        ? field.getFloat64(FIELD.valueAt, true)
        : field.getInt32(FIELD.valueAt, true),
    );
  };
}

/** Exported for tests. */
export function slowedBy(reasons: number): Reading['slowedBy'] {
  const all: Reading['slowedBy'] = [];
  if (reasons & POWER) all.push('power');
  if (reasons & HEAT) all.push('heat');
  const unexplained =
    reasons & REASON.hardware && !(reasons & (REASON.hardwareHeat | REASON.powerBrake));
  if (reasons & OTHER || unexplained) all.push('other');
  return all;
}

/** Fans may be said to turn at more than 100 %: it is a share of the maker's own maximum. */
const asFraction = (percent: number): number => Math.min(percent / PERCENT, 1);
