import { type Millis, millis, seconds } from '../../src-shared/units.ts';
import { openProcessConnector } from './process-connector.ts';
import { exeOf, listPids } from './process-table.ts';

/** How new programs are noticed. */
export type Watching =
  /** The kernel tells, within milliseconds. */
  | { readonly kind: 'events' }
  /** We look four times a second. `because`: why the kernel does not tell. */
  | { readonly kind: 'polling'; readonly because: string }
  /** Not at all on this system. One sentence for the owner. */
  | { readonly kind: 'unsupported'; readonly detail: string };

export const UNSUPPORTED =
  'Offpeak does not notice games by itself on this system yet: pause it before you play.';

/** Looking at names in /proc costs a third of a millisecond; a quarter of a second is the price of a frame or two. */
const POLL_EVERY: Millis = millis(250);
/** A new process first shows its parent's program, until it runs its own: look at it again for this long. */
const SETTLES_WITHIN: Millis = seconds(2);
/** A program may replace itself by another at any time: look at all of them this often. */
const RECHECK_EVERY: Millis = seconds(5);

export type ProgramListener = {
  /**
   * A program runs: once for each that runs already, then for every new one. Said again with another path when a
   * process replaces its program. Processes whose program the system hides are never mentioned.
   */
  readonly started: (pid: number, exePath: string) => void;
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
  if (process.platform !== 'linux') return { kind: 'unsupported', detail: UNSUPPORTED };
  const book = openBook(options);
  const poll = (because: string): Watching => {
    pollPrograms(book, signal);
    return { kind: 'polling', because };
  };
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

type Book = ReturnType<typeof openBook>;

/** Which process runs which program, as far as we have told. */
function openBook({ started, ended }: ProgramListener) {
  const programs = new Map<number, string>();

  const forget = (pid: number) => {
    if (programs.delete(pid)) ended(pid);
  };
  const look = (pid: number) => {
    const path = exeOf(pid);
    if (path === null) forget(pid);
    else if (programs.get(pid) !== path) {
      programs.set(pid, path);
      started(pid, path);
    }
  };
  const lookAtAll = () => {
    const pids = listPids();
    const present = new Set(pids);
    for (const pid of [...programs.keys()]) if (!present.has(pid)) forget(pid);
    for (const pid of pids) look(pid);
  };
  return { look, forget, lookAtAll, known: (): readonly number[] => [...programs.keys()] };
}

/** Looks for new pids; what a process runs is read only when it is new, and now and then. */
function pollPrograms(book: Book, signal: AbortSignal): void {
  const firstSeen = new Map<number, number>();
  let recheckAt = 0;

  const beat = () => {
    const now = performance.now();
    const pids = listPids();
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
    for (const pid of book.known()) book.look(pid);
  };

  if (signal.aborted) return;
  beat();
  const timer = setInterval(beat, POLL_EVERY);
  // Somebody watching is no reason to keep a process alive.
  timer.unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
