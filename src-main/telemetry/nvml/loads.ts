import { seconds } from '../../../src-shared/units.ts';
import { NVML, type NvmlCalls } from './binding.ts';

/** sizeof(nvmlProcessUtilizationSample_t): pid (4, then padding), time in µs (8), then four shares in percent (4 each). */
const SAMPLE = 32;
const TIME_AT = 8;
const CORES_AT = 16;
/** A program leaves a sample every sixth of a second to a second; room for some seconds of a busy desktop. */
const ROOM = 512;
/** The driver samples closer together than this: with nothing newer, a program has done nothing. */
const KEPT = seconds(2);
/** What was sampled before a pause this long is history, of which nobody can say how old it is. The slowest pulse is 4 s. */
const HISTORY = seconds(10);
const MICROS = 1000;
const PERCENT = 100;

export type LoadBook = {
  /** Asks for what was sampled since the last time. False where the driver does not tell (WDDM), or not yet. */
  readonly ask: (handle: bigint) => boolean;
  /** The share of a program, as of the last `ask`. */
  readonly of: (pid: number) => number;
};

/**
 * What each program made of one card's cores. The driver keeps a buffer of samples and gives those newer than a time; a
 * program that did nothing has none.
 */
export function openLoadBook(calls: NvmlCalls): LoadBook {
  const samples = new ArrayBuffer(ROOM * SAMPLE);
  const view = new DataView(samples);
  const into = new Uint8Array(samples);
  const count = new Uint32Array(1);
  /** The time of the newest sample, in the driver's own µs. */
  let newest = 0n;
  /** By our steady clock, ms. */
  let askedAt = Number.NEGATIVE_INFINITY;
  /** Of each program: its share, the time of that sample in the driver's µs, and when we heard it. */
  const loads = new Map<number, number>();
  const times = new Map<number, bigint>();
  const heardAt = new Map<number, number>();

  function read(now: number): void {
    const filled = Math.min(count[0] ?? 0, ROOM);
    for (let sample = 0; sample < filled; sample++) {
      const pid = view.getUint32(sample * SAMPLE, true);
      const time = view.getBigUint64(sample * SAMPLE + TIME_AT, true);
      if (time > newest) newest = time;
      // They come in no order.
      if (time < (times.get(pid) ?? 0n)) continue;
      times.set(pid, time);
      loads.set(pid, Math.min(view.getUint32(sample * SAMPLE + CORES_AT, true) / PERCENT, 1));
      heardAt.set(pid, now);
    }
  }

  function forget(now: number): void {
    for (const [pid, heard] of heardAt)
      if (now - heard > KEPT) {
        heardAt.delete(pid);
        times.delete(pid);
        loads.delete(pid);
      }
  }

  return {
    ask(handle) {
      if (calls.programLoads === null) return false;
      // Where the clock was put back, the newest sample lies in the future, and nothing would be newer for long.
      const present = BigInt(Date.now()) * BigInt(MICROS);
      if (newest > present) {
        newest = present;
        times.clear();
      }
      const now = performance.now();
      const first = now - askedAt > HISTORY;
      askedAt = now;
      count[0] = ROOM;
      const answer = calls.programLoads(handle, into, count, newest);
      if (answer === NVML.success) read(now);
      forget(now);
      if (first) {
        heardAt.clear();
        times.clear();
        loads.clear();
        return false;
      }
      // "Not found": no program did anything since.
      return answer === NVML.success || answer === NVML.notFound;
    },
    of: (pid) => loads.get(pid) ?? 0,
  };
}
