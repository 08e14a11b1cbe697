import {
  BOOL,
  DWORD,
  HANDLE,
  insistOnLayout,
  POINTER,
  systemDll,
  type WindowsCall,
} from '../../win32/binding.ts';

const PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
/** ProcessBasicInformation of NtQueryInformationProcess. */
const BASIC_INFORMATION = 0;
/** ProcessTimes: KERNEL_USER_TIMES, four long numbers, of which the first says when the process began. */
const PROCESS_TIMES = 4;
const TIMES_SIZE = 32;
/** PROCESS_BASIC_INFORMATION of a 64-bit Windows. */
const BASIC = { size: 48, UniqueProcessId: 32, InheritedFromUniqueProcessId: 40 } as const;

/** Asks which process started another; null where that is gone or somebody else's. Null where this is no Windows. */
export function openWindowsParents(): ((pid: number) => number | null) | null {
  const calls = bind();
  if (calls === null) return null;
  insistOnLayout(
    'PROCESS_BASIC_INFORMATION',
    {
      ExitStatus: 'int32_t',
      PebBaseAddress: 'uintptr_t',
      AffinityMask: 'uintptr_t',
      BasePriority: 'int32_t',
      UniqueProcessId: 'uintptr_t',
      InheritedFromUniqueProcessId: 'uintptr_t',
    },
    BASIC,
  );
  const basic = Buffer.alloc(BASIC.size);
  const times = Buffer.alloc(TIMES_SIZE);
  const ask = (pid: number): { readonly parent: number; readonly began: bigint } | null => {
    const handle = calls.open(PROCESS_QUERY_LIMITED_INFORMATION, 0, pid);
    if (handle === 0) return null;
    const known =
      calls.query(handle, BASIC_INFORMATION, basic, BASIC.size, null) >= 0 &&
      calls.query(handle, PROCESS_TIMES, times, TIMES_SIZE, null) >= 0;
    calls.close(handle);
    if (!known) return null;
    const parent = Number(basic.readBigUInt64LE(BASIC.InheritedFromUniqueProcessId));
    return { parent, began: times.readBigUInt64LE(0) };
  };
  return (pid) => {
    const child = ask(pid);
    const parent = child === null ? null : ask(child.parent);
    // A program that began later has got the number of the real parent, which is gone.
    return child && parent && parent.began <= child.began ? child.parent : null;
  };
}

function bind() {
  const kernel32 = systemDll('kernel32.dll');
  const ntdll = systemDll('ntdll.dll');
  if (kernel32 === null || ntdll === null) return null;
  const open: WindowsCall = kernel32.func('OpenProcess', HANDLE, [DWORD, BOOL, DWORD]);
  const close: WindowsCall = kernel32.func('CloseHandle', BOOL, [HANDLE]);
  const query: WindowsCall = ntdll.func('NtQueryInformationProcess', 'int32_t', [
    HANDLE,
    'int',
    POINTER,
    DWORD,
    POINTER,
  ]);
  return { open, close, query };
}
