import koffi from 'koffi';

/** From winnt.h. */
const PROCESS_TERMINATE = 0x0001;
const PROCESS_SET_QUOTA = 0x0100;
const JOB_EXTENDED_LIMITS = 9;
const LIMIT_KILL_ON_CLOSE = 0x2000;
/** JOBOBJECT_EXTENDED_LIMIT_INFORMATION on 64-bit Windows, and where in it the flags lie. Bytes. */
const LIMITS_SIZE = 144;
const LIMIT_FLAGS = 16;

/** A process's job object: while we hold it open the process lives; Windows closes it when we end, however we do. */
export type JobObject =
  | { readonly kind: 'held'; readonly drop: () => void }
  | { readonly kind: 'refused'; readonly detail: string };

type Kernel32 = ReturnType<typeof bindKernel32>;
/** Bound when it is first wanted: a runner starts often. */
let bound: Kernel32 | null = null;

function bindKernel32() {
  const kernel32 = koffi.load('kernel32.dll');
  return {
    lastError: kernel32.func('uint32_t GetLastError()'),
    createJob: kernel32.func('intptr_t CreateJobObjectW(void *, void *)'),
    setJob: kernel32.func('int SetInformationJobObject(intptr_t, int, void *, uint32_t)'),
    open: kernel32.func('intptr_t OpenProcess(uint32_t, int, uint32_t)'),
    assign: kernel32.func('int AssignProcessToJobObject(intptr_t, intptr_t)'),
    close: kernel32.func('int CloseHandle(intptr_t)'),
  };
}

/** Ties process `pid` to us, on Windows: it ends at the moment we do. To be dropped once it is gone. */
export function tieToUs(pid: number): JobObject {
  try {
    bound ??= bindKernel32();
    return tie(bound, pid);
  } catch (error) {
    return { kind: 'refused', detail: String(error) };
  }
}

function tie(
  { lastError, createJob, setJob, open, assign, close }: Kernel32,
  pid: number,
): JobObject {
  const refused = (what: string): JobObject => ({
    kind: 'refused',
    detail: `${what} failed with ${lastError()}`,
  });
  const job = createJob(null, null);
  if (!job) return refused('CreateJobObject');
  const limits = Buffer.alloc(LIMITS_SIZE);
  limits.writeUInt32LE(LIMIT_KILL_ON_CLOSE, LIMIT_FLAGS);
  const handle = setJob(job, JOB_EXTENDED_LIMITS, limits, limits.length)
    ? open(PROCESS_TERMINATE | PROCESS_SET_QUOTA, 0, pid)
    : 0;
  const assigned = handle && assign(job, handle);
  const leashed: JobObject = assigned
    ? { kind: 'held', drop: () => void close(job) }
    : refused('tying the process to a job object');
  if (handle) close(handle);
  if (!assigned) close(job);
  return leashed;
}
