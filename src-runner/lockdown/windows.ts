import { constants, setPriority } from 'node:os';
import type Koffi from 'koffi';
import type { Lockdown } from '../../src-shared/lockdown.ts';
import { said } from '../../src-shared/said.ts';
import { NOTHING, openTally } from './tally.ts';

/** From winnt.h. */
const TOKEN_ADJUST = 0x0020 | 0x0080 | 0x0008; // ADJUST_PRIVILEGES, ADJUST_DEFAULT, QUERY
const TOKEN_INTEGRITY_LEVEL = 25;
const SE_GROUP_INTEGRITY = 0x20;
const LOW_INTEGRITY = 'S-1-16-4096';
const JOB_EXTENDED_LIMITS = 9;
const LIMIT_ACTIVE_PROCESS = 0x0008;
const LIMIT_DIE_ON_UNHANDLED = 0x0400;
const LIMIT_KILL_ON_CLOSE = 0x2000;
/** JOBOBJECT_EXTENDED_LIMIT_INFORMATION on 64-bit Windows: its size, and where in it two fields lie. Bytes. */
const LIMITS_SIZE = 144;
const LIMIT_FLAGS = 16;
const ACTIVE_PROCESSES = 40;

/** The functions used, by their names in Windows; each says 0 where it fails. */
function bindWindows(koffi: typeof Koffi) {
  const kernel32 = koffi.load('kernel32.dll');
  const advapi32 = koffi.load('advapi32.dll');
  return {
    lastError: kernel32.func('uint32_t GetLastError()'),
    self: kernel32.func('intptr_t GetCurrentProcess()'),
    close: kernel32.func('int CloseHandle(intptr_t)'),
    createJob: kernel32.func('intptr_t CreateJobObjectW(void *, void *)'),
    setJob: kernel32.func('int SetInformationJobObject(intptr_t, int, void *, uint32_t)'),
    queryJob: kernel32.func(
      'int QueryInformationJobObject(intptr_t, int, void *, uint32_t, void *)',
    ),
    assign: kernel32.func('int AssignProcessToJobObject(intptr_t, intptr_t)'),
    openToken: advapi32.func('int OpenProcessToken(intptr_t, uint32_t, void *)'),
    dropPrivileges: advapi32.func(
      'int AdjustTokenPrivileges(intptr_t, int, void *, uint32_t, void *, void *)',
    ),
    sidFrom: advapi32.func('int ConvertStringSidToSidW(str16, void *)'),
    setToken: advapi32.func('int SetTokenInformation(intptr_t, int, void *, uint32_t)'),
    sidLength: advapi32.func('uint32_t GetLengthSid(uintptr_t)'),
  };
}
type Windows = ReturnType<typeof bindWindows>;

/**
 * What a process of Windows can take from itself: starting programs, privileges, and writing to what the owner's
 * programs may write to. Reading the owner's files and the network can only be kept from it by whoever starts
 * it (CreateProcessAsUser with a restricted token, or an AppContainer), which Node does not offer.
 */
export function lockDownWindows(koffi: typeof Koffi): Lockdown {
  const { measure, lack, result } = openTally(NOTHING, process.env);
  const windows = bindWindows(koffi);
  measure('priority', () => {
    // Node's lowest priority is Windows' idle class.
    setPriority(constants.priority.PRIORITY_LOW);
    return null;
  });
  measure('lifeline', () => lifeline(windows));
  measure('programs', () => stayAlone(windows));
  measure('rights', () => lowerToken(windows));
  lack('files', said('windowsFiles'));
  lack('network', said('windowsNetwork'));
  lack('processes', said('windowsProcesses'));
  lack('kernel', 'Windows shuts no system calls that a graphics driver can live without');
  lack('core-dumps', 'Windows Error Reporting decides');
  lack('memory', 'Windows has no such order');
  return result();
}

const failed = (windows: Windows, what: string) => `${what} failed with ${windows.lastError()}`;

/** The job object that whoever started us holds, and that ends us when it is closed: see job-object.ts in src-main. */
function lifeline(windows: Windows): string | null {
  const limits = Buffer.alloc(LIMITS_SIZE);
  if (!windows.queryJob(0, JOB_EXTENDED_LIMITS, limits, limits.length, null))
    return `only the closed channel ends it: ${failed(windows, 'QueryInformationJobObject')}`;
  return limits.readUInt32LE(LIMIT_FLAGS) & LIMIT_KILL_ON_CLOSE
    ? null
    : 'only the closed channel ends it: there is no job object that does';
}

/**
 * A job object of our own, inside our starter's: no second process. No limits for the desktop: one inside another cannot
 * have any, and would not be taken at all (AssignProcessToJobObject).
 */
function stayAlone(windows: Windows): string | null {
  const job = windows.createJob(null, null);
  if (!job) return failed(windows, 'CreateJobObject');
  const limits = Buffer.alloc(LIMITS_SIZE);
  // A crash ends at once, instead of asking an owner who is away.
  limits.writeUInt32LE(LIMIT_ACTIVE_PROCESS | LIMIT_DIE_ON_UNHANDLED, LIMIT_FLAGS);
  limits.writeUInt32LE(1, ACTIVE_PROCESSES);
  if (!windows.setJob(job, JOB_EXTENDED_LIMITS, limits, limits.length))
    return failed(windows, 'SetInformationJobObject');
  // Its handle stays open: the job object lasts as long as this process.
  return windows.assign(job, windows.self()) ? null : failed(windows, 'AssignProcessToJobObject');
}

/** No privileges, and low integrity: Windows then keeps it from writing to anything of ordinary programs. */
function lowerToken(windows: Windows): string | null {
  const token = new BigInt64Array(1);
  if (!windows.openToken(windows.self(), TOKEN_ADJUST, token))
    return failed(windows, 'OpenProcessToken');
  try {
    if (!windows.dropPrivileges(token[0], 1, null, 0, null, null))
      return failed(windows, 'AdjustTokenPrivileges');
    const sid = new BigUint64Array(1);
    if (!windows.sidFrom(LOW_INTEGRITY, sid)) return failed(windows, 'ConvertStringSidToSid');
    // TOKEN_MANDATORY_LABEL: the address of the SID, then u32 attributes, padded.
    const label = Buffer.alloc(16);
    label.writeBigUInt64LE(sid[0] ?? 0n);
    label.writeUInt32LE(SE_GROUP_INTEGRITY, 8);
    const size = label.length + windows.sidLength(sid[0]);
    return windows.setToken(token[0], TOKEN_INTEGRITY_LEVEL, label, size)
      ? null
      : failed(windows, 'SetTokenInformation');
  } finally {
    windows.close(token[0]);
  }
}
