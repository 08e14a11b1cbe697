import koffi from 'koffi';
import {
  BOOL,
  DWORD,
  HANDLE,
  insistOnLayout,
  POINTER,
  systemDll,
  type WindowsCall,
} from '../../win32/binding.ts';

export type WindowsProcess = {
  readonly pid: number;
  /** When it was created, for telling it from the next one of the same number. In a unit of the system's own. */
  readonly born: number;
  /** `game.exe`; empty for the process that is idle time. */
  readonly name: string;
};

export type WindowsProcesses = {
  /** Every process there is; null where the system gave no list this time. */
  readonly list: () => readonly WindowsProcess[] | null;
  /** The file a process runs. Null for one that has ended, and for one that is protected or somebody else's. */
  readonly pathOf: (pid: number) => string | null;
};

const SYSTEM_PROCESS_INFORMATION = 5;
const STATUS_INFO_LENGTH_MISMATCH = 0xc000_0004 | 0;
const PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
/** Some 400 processes of a dozen threads each; more is made when it is not enough. Bytes. */
const LIST_AT_FIRST = 1 << 20;
/** The longest path that there can be. UTF-16 units. */
const PATH_MAX = 32_768;
const WIDE = Uint16Array.BYTES_PER_ELEMENT;

/** The head of SYSTEM_PROCESS_INFORMATION, its UNICODE_STRING written out; threads follow. */
const ENTRY = {
  size: 88,
  NextEntryOffset: 0,
  CreateTime: 32,
  ImageNameLength: 56,
  ImageNameBuffer: 64,
  UniqueProcessId: 80,
} as const;

/**
 * The list of processes. Null where this is no Windows, or one that keeps another kind of list.
 *
 * One call tells of all processes. Toolhelp makes a copy of that same list and then takes a call for each process: under
 * Wine 8, 2.5 times the CPU for 6 processes and 2.8 times for 66.
 */
export function openWindowsProcesses(): WindowsProcesses | null {
  const calls = bind();
  if (calls === null) return null;
  insistOnLayout('SYSTEM_PROCESS_INFORMATION', entryMembers(), ENTRY);

  // Allocated once: this is done four times a second for ever.
  let table = Buffer.alloc(LIST_AT_FIRST);
  const path = Buffer.alloc(PATH_MAX * WIDE);
  const length = new Uint32Array(1);
  let last: ReadonlyMap<number, WindowsProcess> = new Map();

  const query = (): boolean => {
    for (;;) {
      const status = calls.query(SYSTEM_PROCESS_INFORMATION, table, table.length, length);
      if (status !== STATUS_INFO_LENGTH_MISMATCH) return status >= 0;
      table = Buffer.alloc(table.length * 2);
    }
  };
  const nameAt = (at: number): string => {
    const start = Number(table.readBigUInt64LE(at + ENTRY.ImageNameBuffer) - koffi.address(table));
    const end = start + table.readUInt16LE(at + ENTRY.ImageNameLength);
    return end === start ? '' : table.toString('utf16le', start, end);
  };
  const list = (): readonly WindowsProcess[] | null => {
    if (!query()) return null;
    const found = new Map<number, WindowsProcess>();
    for (let at = 0, next = -1; next !== 0; at += next) {
      next = table.readUInt32LE(at + ENTRY.NextEntryOffset);
      const pid = table.readUInt32LE(at + ENTRY.UniqueProcessId);
      const low = table.readUInt32LE(at + ENTRY.CreateTime);
      const born = table.readUInt32LE(at + ENTRY.CreateTime + 4) * 2 ** 32 + low;
      const before = last.get(pid);
      found.set(pid, before?.born === born ? before : { pid, born, name: nameAt(at) });
    }
    last = found;
    return [...found.values()];
  };
  const pathOf = (pid: number): string | null => {
    const handle = calls.open(PROCESS_QUERY_LIMITED_INFORMATION, 0, pid);
    if (handle === 0) return null;
    length[0] = PATH_MAX;
    const told = calls.image(handle, 0, path, length);
    calls.close(handle);
    return told ? path.toString('utf16le', 0, (length[0] ?? 0) * WIDE) : null;
  };
  // The layout is one that Microsoft reserves the right to change; whoever is missing from it is not reading it right.
  return list()?.some(({ pid }) => pid === process.pid) ? { list, pathOf } : null;
}

const entryMembers = () => ({
  NextEntryOffset: DWORD,
  NumberOfThreads: DWORD,
  WorkingSetPrivateSize: 'int64_t',
  HardFaultCount: DWORD,
  NumberOfThreadsHighWatermark: DWORD,
  CycleTime: 'uint64_t',
  CreateTime: 'int64_t',
  UserTime: 'int64_t',
  KernelTime: 'int64_t',
  ImageNameLength: 'uint16_t',
  ImageNameMaximumLength: 'uint16_t',
  ImageNameBuffer: 'uintptr_t',
  BasePriority: 'int32_t',
  UniqueProcessId: 'uintptr_t',
});

function bind() {
  const kernel32 = systemDll('kernel32.dll');
  const ntdll = systemDll('ntdll.dll');
  if (kernel32 === null || ntdll === null) return null;
  const query: WindowsCall = ntdll.func('NtQuerySystemInformation', 'int32_t', [
    'int',
    POINTER,
    DWORD,
    POINTER,
  ]);
  const open: WindowsCall = kernel32.func('OpenProcess', HANDLE, [DWORD, BOOL, DWORD]);
  const image: WindowsCall = kernel32.func('QueryFullProcessImageNameW', BOOL, [
    HANDLE,
    DWORD,
    POINTER,
    POINTER,
  ]);
  const close: WindowsCall = kernel32.func('CloseHandle', BOOL, [HANDLE]);
  return { query, open, image, close };
}
