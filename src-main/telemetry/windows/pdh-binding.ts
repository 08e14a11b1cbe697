import koffi from 'koffi';
import {
  DWORD,
  HANDLE,
  insistOnLayout,
  POINTER,
  systemDll,
  type WindowsCall,
} from '../../win32/binding.ts';

/** One performance counter, or all instances of one. */
export type PdhCounter = {
  /** By instance name; null where the system gave none this time. Two instances of one name are added up. */
  readonly each: () => ReadonlyMap<string, number> | null;
  /** Of a counter with one instance; null where there is no value yet. */
  readonly value: () => number | null;
};

export type PdhQuery = {
  /** `path`: in English whatever the language of the system. Null where this system has no such counter. */
  readonly add: (path: string) => PdhCounter | null;
  /** Takes a sample of all counters. A share needs two, some time apart. False where that failed. */
  readonly collect: () => boolean;
  readonly close: () => void;
};

const SUCCESS = 0;
const PDH_MORE_DATA = 0x8000_07d2 | 0;
/** PDH_FMT_DOUBLE, and PDH_FMT_NOCAP100: several engines of one program may add up to more. */
const AS_DOUBLE = 0x0000_8200;
/** PDH_CSTATUS_VALID_DATA and PDH_CSTATUS_NEW_DATA. */
const VALID: ReadonlySet<number> = new Set([0, 1]);

/** PDH_FMT_COUNTERVALUE, and PDH_FMT_COUNTERVALUE_ITEM_W with that written out. */
const VALUE = { size: 16, CStatus: 0, doubleValue: 8 } as const;
const ITEM = { size: 24, szName: 0, CStatus: 8, doubleValue: 16 } as const;
/** A busy desktop has some thousand instances of engines, of some 60 characters each; more is made when needed. Bytes. */
const FIRST_ROOM = 1 << 18;
const MOST_ROOM = 1 << 26;

/**
 * Windows' performance counters (https://learn.microsoft.com/windows/win32/perfctrs/using-the-pdh-functions-to-consume-counter-data).
 * Null where this is no Windows.
 */
export function openPdhQuery(): PdhQuery | null {
  const found = bind();
  if (found === null) return null;
  const calls = found;
  insistOnLayout('PDH_FMT_COUNTERVALUE', { CStatus: DWORD, doubleValue: 'double' }, VALUE);
  insistOnLayout(
    'PDH_FMT_COUNTERVALUE_ITEM_W',
    { szName: 'uintptr_t', CStatus: DWORD, doubleValue: 'double' },
    ITEM,
  );
  const handle = new BigInt64Array(1);
  if (calls.open(null, 0, handle) !== SUCCESS) return null;
  const query = handle[0];
  let room = Buffer.alloc(FIRST_ROOM);
  const size = new Uint32Array(1);
  const count = new Uint32Array(1);
  const value = Buffer.alloc(VALUE.size);

  function each(counter: bigint): ReadonlyMap<string, number> | null {
    for (;;) {
      size[0] = room.length;
      const answer = calls.array(counter, AS_DOUBLE, size, count, room);
      if (answer === SUCCESS) return itemsIn(room, koffi.address(room), count[0] ?? 0);
      // It may say how much it wants, and that may be more by the time that there is room.
      const wanted = Math.max(room.length * 2, size[0] ?? 0);
      if (answer !== PDH_MORE_DATA || wanted > MOST_ROOM) return null;
      room = Buffer.alloc(wanted);
    }
  }

  return {
    add(path) {
      if (calls.add(query, path, 0, handle) !== SUCCESS) return null;
      const counter = handle[0] ?? 0n;
      return {
        each: () => each(counter),
        value() {
          if (calls.value(counter, AS_DOUBLE, null, value) !== SUCCESS) return null;
          if (!VALID.has(value.readUInt32LE(VALUE.CStatus))) return null;
          return value.readDoubleLE(VALUE.doubleValue);
        },
      };
    },
    collect: () => calls.collect(query) === SUCCESS,
    close: () => void calls.close(query),
  };
}

/**
 * Reads an array of items whose names lie behind them in the same buffer; `base`: where the buffer is, which the pointers
 * count from. Exported for tests.
 */
export function itemsIn(room: Buffer, base: bigint, count: number): Map<string, number> {
  const items = new Map<string, number>();
  const fits = Math.min(count, Math.floor(room.length / ITEM.size));
  for (let at = 0; at < fits * ITEM.size; at += ITEM.size) {
    const start = Number(room.readBigUInt64LE(at + ITEM.szName) - base);
    const value = room.readDoubleLE(at + ITEM.doubleValue);
    if (!VALID.has(room.readUInt32LE(at + ITEM.CStatus)) || !Number.isFinite(value)) continue;
    if (start < fits * ITEM.size || start >= room.length) continue;
    let end = start;
    while (end + 1 < room.length && room.readUInt16LE(end) !== 0) end += 2;
    const name = room.toString('utf16le', start, end);
    items.set(name, (items.get(name) ?? 0) + value);
  }
  return items;
}

function bind() {
  const pdh = systemDll('pdh.dll');
  if (pdh === null) return null;
  const find = (name: string, args: readonly string[]): WindowsCall =>
    pdh.func(name, 'int32_t', [...args]);
  return {
    open: find('PdhOpenQueryW', ['str16', HANDLE, POINTER]),
    add: find('PdhAddEnglishCounterW', [HANDLE, 'str16', HANDLE, POINTER]),
    collect: find('PdhCollectQueryData', [HANDLE]),
    array: find('PdhGetFormattedCounterArrayW', [HANDLE, DWORD, POINTER, POINTER, POINTER]),
    value: find('PdhGetFormattedCounterValue', [HANDLE, DWORD, POINTER, POINTER]),
    close: find('PdhCloseQuery', [HANDLE]),
  };
}
