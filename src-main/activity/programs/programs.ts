import { type Said, said } from '../../../src-shared/said.ts';
import { type Millis, millis, seconds } from '../../../src-shared/units.ts';
import { openMacTable } from './mac-processes.ts';
import { openProcessConnector } from './process-connector.ts';
import { type Executable, linuxTable, type ProcessTable } from './process-table.ts';
import { openWindowsProcesses } from './windows-processes.ts';
import { windowsTable } from './windows-table.ts';

/** How new programs are noticed. */
export type Watching =
  /** The kernel tells, within milliseconds. */
  | { readonly kind: 'events' }
  /** We look four times a second. `because`: why the kernel does not tell. */
  | { readonly kind: 'polling'; readonly because: string }
  /** Not at all on this system. */
  | { readonly kind: 'unsupported'; readonly detail: Said };

/** Looking at names in /proc costs a third of a millisecond; a quarter of a second is the price of a frame or two. */
export const POLL_EVERY: Millis = millis(250);
/** A new process first shows its parent's program, until it runs its own: look at it again for this long. */
const SETTLES_WITHIN: Millis = seconds(2);
/** A program may replace itself by another at any time: look at all of them this often. */
export const RECHECK_EVERY: Millis = seconds(5);

export type ProgramListener = {
  /**
   * A program runs: once for each that runs already, then for every new one. Said again with another path when a
   * process replaces its program. Processes whose program the system hides are never mentioned.
   */
  readonly started: (pid: number, program: Executable) => void;
  readonly ended: (pid: number) => void;
};

type Options = ProgramListener & {
  readonly signal: AbortSignal;
  /** Told when the way of watching changes later. */
  readonly changed?: (watching: Watching) => void;
  /** Do not even ask the kernel. */
  readonly only?: 'polling';
};

/** Watches all programs of the machine until `signal`. Those that run are told before it returns. */
export function watchPrograms(options: Options): Watching {
  const { signal, changed } = options;
  const table = openTable();
  if (table === null) return { kind: 'unsupported', detail: said('noGamesSeen') };
  const book = openBook(table, options);
  const poll = (because: string): Watching => {
    pollEvery(openPoll(table, book), signal);
    return { kind: 'polling', because };
  };
  if (table !== linuxTable) return poll('This system tells nobody of new programs.');
  if (options.only === 'polling') return poll('It was asked for.');

  const connector = openProcessConnector({
    exec: book.look,
    exit: book.forget,
    missed: book.lookAtAll,
    broken: (detail) => {
      const watching = poll(detail);
      changed?.(watching);
    },
  });
  if (connector.kind === 'refused') return poll(connector.detail);
  signal.addEventListener('abort', connector.close, { once: true });
  // After the connector listens, so that nothing falls in between.
  book.lookAtAll();
  return { kind: 'events' };
}

/** Null on systems that we know no list of processes of, and where theirs cannot be asked. */
function openTable(): ProcessTable | null {
  if (process.platform === 'linux') return linuxTable;
  if (process.platform === 'darwin') return openMacTable();
  if (process.platform !== 'win32') return null;
  const processes = openWindowsProcesses();
  return processes && windowsTable(processes);
}

type Book = ReturnType<typeof openBook>;

/** Which process runs which program, as far as we have told. */
function openBook(table: ProcessTable, { started, ended }: ProgramListener) {
  const programs = new Map<number, Executable>();

  const forget = (pid: number) => {
    if (programs.delete(pid)) ended(pid);
  };
  const look = (pid: number) => {
    const program = table.exeOf(pid);
    if (program === null) forget(pid);
    else if (programs.get(pid) !== program) {
      programs.set(pid, program);
      started(pid, program);
    }
  };
  const lookAtAll = () => {
    const pids = table.pids();
    const present = new Set(pids);
    for (const pid of [...programs.keys()]) if (!present.has(pid)) forget(pid);
    for (const pid of pids) look(pid);
  };
  return { look, forget, lookAtAll };
}

/** One look at the table, at a moment of a clock that only goes forward. */
export type ProgramPoll = (now: Millis) => void;

/** Tells `listener` of what comes and goes in `table`; the same on every system. Nothing happens until it is called. */
export const openProgramPoll = (table: ProcessTable, listener: ProgramListener): ProgramPoll =>
  openPoll(table, openBook(table, listener));

/** Looks for new pids; what a process runs is read only when it is new, and now and then. */
function openPoll(table: ProcessTable, book: Book): ProgramPoll {
  const firstSeen = new Map<number, Millis>();
  let recheckAt: number = Number.NEGATIVE_INFINITY;

  return (now) => {
    const pids = table.pids();
    const present = new Set(pids);
    for (const pid of [...firstSeen.keys()]) {
      if (present.has(pid)) continue;
      firstSeen.delete(pid);
      book.forget(pid);
    }
    for (const pid of pids) {
      const seen = firstSeen.get(pid) ?? now;
      firstSeen.set(pid, seen);
      if (now - seen <= SETTLES_WITHIN) book.look(pid);
    }
    if (now < recheckAt) return;
    recheckAt = now + RECHECK_EVERY;
    for (const pid of pids) book.look(pid);
  };
}

function pollEvery(poll: ProgramPoll, signal: AbortSignal): void {
  if (signal.aborted) return;
  const beat = () => poll(millis(performance.now()));
  beat();
  const timer = setInterval(beat, POLL_EVERY);
  // Somebody watching is no reason to keep a process alive.
  timer.unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
