import {
  ARCHITECTURE,
  answer,
  assemble,
  CALL_NUMBER,
  highHalf,
  IF_ANY_BIT,
  IF_AT_LEAST,
  IF_EQUAL,
  type Instruction,
  load,
  lowHalf,
  mask,
  test,
} from './bpf.ts';
import { type Libc, type Outcome, refusal } from './libc.ts';
import {
  type CallNumbers,
  FATAL,
  JUDGED,
  LAST_JUDGED,
  OURS,
  REFUSED,
  UNSEEN,
} from './system-calls.ts';

/** From linux/seccomp.h; the low 16 bits of ERRNO are the error. */
export const ALLOW = 0x7fff_0000;
export const KILL = 0x8000_0000;
const ERRNO = 0x0005_0000;
export const NOT_PERMITTED = ERRNO | 1;
export const NO_SUCH_CALL = ERRNO | 38;

/** AUDIT_ARCH_X86_64 and AUDIT_ARCH_AARCH64 (linux/audit.h), and where each stands in the tables. */
const MACHINES = {
  x64: { audit: 0xc000_003e, column: 0 },
  arm64: { audit: 0xc000_00b7, column: 1 },
} as const;
export type Machine = keyof typeof MACHINES;

/** On x86_64, calls with this bit are those of a 32-bit program, under other numbers: the way around many a filter. */
const X32_BIT = 0x4000_0000;

/** Without it, `clone` makes a process; with one of the others, a namespace (linux/sched.h: CLONE_NEW*). */
const CLONE_THREAD = 0x0001_0000;
const NAMESPACES = 0x7e02_0080;
/** From sys/socket.h. Streams reach only what they are connected to, and connecting is refused; datagrams reach anybody. */
const AF_UNIX = 1;
const SOCKET_TYPE = 0xf;
const STREAM = 1;
const SEQUENCED = 5;
/** From asm-generic/fcntl.h: have a file send its owner, any process, a signal. */
const FILE_SIGNALS = [8, 10, 15];
/** The same from asm-generic/sockios.h: FIOSETOWN, SIOCSPGRP. */
const DEVICE_SIGNALS = [0x8901, 0x8902];
/** From asm-generic/ioctls.h, TIOCSTI and TIOCLINUX: type into the terminal that Offpeak was started from. */
const TERMINAL = [0x5412, 0x541c];
/** From linux/prctl.h: who ends with whom is settled. */
const PR_SET_PDEATHSIG = 1;
const FIRST = 0;
const SECOND = 1;
/** Where `sendto` has an address. */
const ADDRESS = 4;

/**
 * What the kernel shall answer to each system call of process `own`: refused, the end, or as always. One decision for
 * all of a process's threads.
 */
export function systemCallFilter(machine: Machine, own: number): readonly Instruction[] {
  const { audit, column } = MACHINES[machine];
  const numbersOf = (calls: CallNumbers) =>
    Object.values(calls).flatMap((pair) => pair[column] ?? []);
  const all = (calls: CallNumbers, action: number) =>
    numbersOf(calls).flatMap((number) => [test(IF_EQUAL, number, 0, 1), answer(action)]);
  /** A part that ends in an answer, for one call alone; it may load what it likes, as nothing comes after it. */
  const judge = (call: keyof typeof JUDGED, part: readonly Instruction[]) => {
    const number = JUDGED[call][column];
    return number === null ? [] : [test(IF_EQUAL, number, 0, part.length), ...part];
  };
  const only = (...values: readonly number[]) => [
    ...values.map((value, i) => test(IF_EQUAL, value, values.length - i, 0)),
    answer(NOT_PERMITTED),
    answer(ALLOW),
  ];
  const allBut = (...values: readonly number[]) => [
    ...values.map((value, i) => test(IF_EQUAL, value, values.length - i, 0)),
    answer(ALLOW),
    answer(NOT_PERMITTED),
  ];
  const ownProcess = (call: keyof typeof JUDGED, argument: number, ...also: readonly number[]) =>
    judge(call, [load(lowHalf(argument)), ...only(own, ...also)]);
  const localStream = [
    load(lowHalf(FIRST)),
    test(IF_EQUAL, AF_UNIX, 1, 0),
    answer(NOT_PERMITTED),
    load(lowHalf(SECOND)),
    mask(SOCKET_TYPE),
    ...only(STREAM, SEQUENCED),
  ];

  return [
    load(ARCHITECTURE),
    test(IF_EQUAL, audit, 1, 0),
    answer(KILL),
    load(CALL_NUMBER),
    ...(machine === 'x64' ? [test(IF_AT_LEAST, X32_BIT, 0, 1), answer(KILL)] : []),
    test(IF_AT_LEAST, LAST_JUDGED + 1, 0, 1),
    answer(NO_SUCH_CALL),
    ...all(UNSEEN, NO_SUCH_CALL),
    ...all(FATAL, KILL),
    ...all(REFUSED, NOT_PERMITTED),
    ...judge('clone', [
      load(lowHalf(FIRST)),
      test(IF_ANY_BIT, NAMESPACES, 0, 1),
      answer(KILL),
      test(IF_ANY_BIT, CLONE_THREAD, 1, 0),
      answer(NOT_PERMITTED),
      answer(ALLOW),
    ]),
    ...judge('socket', localStream),
    ...judge('socketpair', localStream),
    ...judge('sendto', [
      load(lowHalf(ADDRESS)),
      test(IF_EQUAL, 0, 0, 2),
      load(highHalf(ADDRESS)),
      test(IF_EQUAL, 0, 1, 0),
      answer(NOT_PERMITTED),
      answer(ALLOW),
    ]),
    // The process itself, and nobody else: abort() and our own vanish() end it by signals.
    ...(['kill', 'tgkill', 'rt_sigqueueinfo', 'rt_tgsigqueueinfo'] as const).flatMap((call) =>
      ownProcess(call, FIRST),
    ),
    // 0 is the caller.
    ...(['prlimit64', 'sched_setaffinity', 'migrate_pages', 'move_pages'] as const).flatMap(
      (call) => ownProcess(call, FIRST, 0),
    ),
    ...judge('fcntl', [load(lowHalf(SECOND)), ...allBut(...FILE_SIGNALS)]),
    ...judge('ioctl', [load(lowHalf(SECOND)), ...allBut(...DEVICE_SIGNALS, ...TERMINAL)]),
    ...judge('prctl', [load(lowHalf(FIRST)), ...allBut(PR_SET_PDEATHSIG)]),
    answer(ALLOW),
  ];
}

/** From linux/seccomp.h. */
const SECCOMP_SET_MODE_FILTER = 1;
/** For every thread there is, at once: the engine's own were there before us. */
const FOR_ALL_THREADS = 1;
/** Filters once cost a process the speculation of its processor, on kernels before 5.16; jobs shall not pay for this one. */
const KEEP_SPEED = 4;
/** EINVAL: this kernel does not know a flag. */
const UNKNOWN_FLAG = 22;

/** Installs the filter, for good. Returns why it does not hold, or null. Wants no_new_privs. */
export function installFilter(libc: Libc): string | null {
  const machine = process.arch;
  if (machine !== 'x64' && machine !== 'arm64') return `no filter is written for ${machine}`;
  const program = assemble(systemCallFilter(machine, process.pid));
  // struct sock_fprog: u16 length in instructions, then, aligned, the address.
  const described = Buffer.alloc(16);
  described.writeUInt16LE(program.length / 8);
  described.writeBigUInt64LE(libc.address(program), 8);
  const seccomp = OURS.seccomp[MACHINES[machine].column];
  const install = (flags: number): Outcome =>
    libc.syscall(seccomp, SECCOMP_SET_MODE_FILTER, flags, described);
  let outcome = install(FOR_ALL_THREADS | KEEP_SPEED);
  if (outcome.kind === 'refused' && outcome.errno === UNKNOWN_FLAG)
    outcome = install(FOR_ALL_THREADS);
  if (outcome.kind === 'ok' && outcome.value !== 0)
    return `thread ${outcome.value} would not take it`;
  return refusal(libc, 'seccomp', outcome);
}
