import type Koffi from 'koffi';

/** From linux/prctl.h. */
export const PR_SET_PDEATHSIG = 1;
export const PR_CAPBSET_DROP = 24;
export const PR_SET_NO_NEW_PRIVS = 38;
export const PR_CAP_AMBIENT = 47;
export const PR_CAP_AMBIENT_CLEAR_ALL = 4;

/** From asm-generic/fcntl.h. */
export const O_PATH = 0o10000000;
export const O_CLOEXEC = 0o2000000;
export const F_SETFD = 2;
const FD_CLOEXEC = 1;

/** The few calls of Linux that Node does not offer. Numbers are errno where they fail. Throws where there is no libc. */
export function bindLibc(koffi: typeof Koffi) {
  const libc = koffi.load(null);
  const prctl = libc.func('int prctl(int, unsigned long, ...)');
  const syscall = libc.func('long syscall(long, ...)');
  const open = libc.func('int open(const char *, int)');
  const close = libc.func('int close(int)');
  const fcntl = libc.func('int fcntl(int, int, ...)');
  const setrlimit = libc.func('int setrlimit(int, void *)');
  const setScheduler = libc.func('int sched_setscheduler(int, int, void *)');
  const execve = libc.func('int execve(const char *, const char **, const char **)');
  const word = (value: number | bigint): unknown[] => ['unsigned long', value];
  /** A null pointer means nothing to these calls, a Buffer its bytes. */
  const argument = (value: Argument): unknown[] =>
    value === null || typeof value === 'object' ? ['void *', value] : word(value);
  const outcome = (result: number | bigint): Outcome =>
    Number(result) < 0
      ? { kind: 'refused', errno: koffi.errno() }
      : { kind: 'ok', value: Number(result) };

  return {
    address: (bytes: Uint8Array): bigint => koffi.address(bytes),
    prctl: (option: number, ...args: readonly number[]) => {
      const [first = 0, ...rest] = [...args, 0, 0, 0, 0].slice(0, 4);
      return outcome(prctl(option, first, ...rest.flatMap(word)));
    },
    syscall: (number: number, ...args: readonly Argument[]) =>
      outcome(syscall(number, ...args.flatMap(argument))),
    open: (path: string, flags: number) => outcome(open(path, flags)),
    close: (fd: number) => outcome(close(fd)),
    /** Whether a file stays open in the program that replaces this one. */
    keepOpen: (fd: number, keep: boolean) =>
      outcome(fcntl(fd, F_SETFD, 'int', keep ? 0 : FD_CLOEXEC)),
    limit: (which: number, value: bigint) =>
      outcome(setrlimit(which, new BigUint64Array([value, value]))),
    schedule: (policy: number) => outcome(setScheduler(0, policy, new Int32Array([0]))),
    /** Replaces this program; returns only where that fails. */
    exec: (path: string, args: readonly string[], env: readonly string[]) =>
      outcome(execve(path, [...args, null], [...env, null])),
    /** The system's words for an errno. */
    words: (errno: number): string => {
      const name = Object.entries(koffi.os.errno).find(([, code]) => code === errno)?.[0];
      return name ?? `errno ${errno}`;
    },
  };
}

type Argument = number | bigint | Uint8Array | null;
export type Outcome =
  | { readonly kind: 'ok'; readonly value: number }
  | { readonly kind: 'refused'; readonly errno: number };
export type Libc = ReturnType<typeof bindLibc>;

/** Null where it went well, else which call was refused and how. */
export const refusal = (libc: Libc, what: string, outcome: Outcome): string | null =>
  outcome.kind === 'ok' ? null : `${what} was refused: ${libc.words(outcome.errno)}`;
