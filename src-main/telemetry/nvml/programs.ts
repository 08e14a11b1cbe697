import type { Reading } from '../../../src-shared/gpu.ts';
import { bytes } from '../../../src-shared/units.ts';
import { NVML, type NvmlCall, type NvmlCalls } from './binding.ts';
import { openLoadBook } from './loads.ts';

/** sizeof(nvmlProcessInfo_t): pid (4, then padding), used memory (8), two instance ids (4 each). */
const ENTRY = 24;
const MEMORY_AT = 8;
/** Room for the programs of a busy desktop; grows where there are more. */
const FIRST_ROOM = 64;
/** A card with more programs than this is not a home's; the rest go unlisted. */
const MOST_ROOM = 4096;
/** Half of NVML_VALUE_NOT_AVAILABLE: what Windows drivers (WDDM) say for the memory of a program. */
const NOT_AVAILABLE = 0xffff_ffff;
/** 2 to the power of 32. */
const HIGH_WORD = 0x1_0000_0000;

type Room = { readonly view: DataView; readonly bytes: Uint8Array; readonly entries: number };

const makeRoom = (entries: number): Room => {
  const buffer = new ArrayBuffer(entries * ENTRY);
  return { view: new DataView(buffer), bytes: new Uint8Array(buffer), entries };
};

/** Lists the programs on one card: those that draw, and those that compute; each pid once. */
export function openProgramList(calls: NvmlCalls): (handle: bigint) => Reading['programs'] {
  const count = new Uint32Array(1);
  const loads = openLoadBook(calls);
  const memoryOf = new Map<number, number | null>();
  let room = makeRoom(FIRST_ROOM);

  function fill(call: NvmlCall, handle: bigint): number {
    for (;;) {
      count[0] = room.entries;
      const answer = call(handle, count, room.bytes);
      if (answer === NVML.success) return Math.min(count[0], room.entries);
      const wanted = Math.min((count[0] ?? 0) * 2, MOST_ROOM);
      if (answer !== NVML.insufficientSize || wanted <= room.entries) return 0;
      room = makeRoom(wanted);
    }
  }

  function list(call: NvmlCall | null, handle: bigint): void {
    const filled = call === null ? 0 : fill(call, handle);
    for (let entry = 0; entry < filled; entry++) {
      const pid = room.view.getUint32(entry * ENTRY, true);
      // Two halves, because a bigint for each program and second would be garbage.
      const low = room.view.getUint32(entry * ENTRY + MEMORY_AT, true);
      const high = room.view.getUint32(entry * ENTRY + MEMORY_AT + 4, true);
      const unknown = low === NOT_AVAILABLE && high === NOT_AVAILABLE;
      // A program in both lists is given the same memory twice.
      memoryOf.set(pid, larger(memoryOf.get(pid) ?? null, unknown ? null : high * HIGH_WORD + low));
    }
  }

  return (handle) => {
    memoryOf.clear();
    list(calls.graphicsPrograms, handle);
    list(calls.computePrograms, handle);
    if (memoryOf.size === 0) return [];
    const told = loads.ask(handle);
    const programs: Reading['programs'] = [];
    for (const [pid, memory] of memoryOf)
      programs.push({
        pid,
        memory: memory === null ? null : bytes(memory),
        load: told ? loads.of(pid) : null,
        name: null,
        ours: false,
      });
    return programs;
  };
}

const larger = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);
