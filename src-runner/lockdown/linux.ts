import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { z } from 'zod';
import { Lockdown } from '../../src-shared/lockdown.ts';
import { CHANNEL_SIGN, RUNNER_SPEAKS_ON } from '../../src-shared/runner-channel.ts';
import { said } from '../../src-shared/said.ts';
import { confineToFiles } from './landlock.ts';
import {
  type Libc,
  PR_CAP_AMBIENT,
  PR_CAP_AMBIENT_CLEAR_ALL,
  PR_CAPBSET_DROP,
  PR_SET_NO_NEW_PRIVS,
  refusal,
} from './libc.ts';
import { holdLifeline } from './lifeline.ts';
import { reachableFiles } from './reachable-files.ts';
import { installFilter } from './seccomp.ts';
import { OURS } from './system-calls.ts';
import { NOTHING, openTally, type Tally } from './tally.ts';

/** What the first stage found out, as JSON, for the second. */
const FIRST_STAGE = 'OFFPEAK_RUNNER_STAGE';

/** A folder for each card that NVIDIA's driver in the kernel has. */
const NVIDIA_CARDS = '/proc/driver/nvidia/gpus';
/** Loading a kernel module takes a moment. Milliseconds. */
const HELPER_LIMIT = 10_000;
/** From sys/resource.h. */
const RLIMIT_CORE = 4;
/** One byte, not none: it also stops a collector that reads from a pipe, which 0 does not (fs/coredump.c). */
const NO_DUMP = 1n;
/** From linux/sched.h: never interrupts others when it wakes up. SCHED_IDLE could starve us into looking dead. */
const SCHED_BATCH = 3;
/** From asm-generic/resource.h: how far up a process may bring itself. */
const RLIMIT_NICE = 13;
const RLIMIT_RTPRIO = 14;
/** ioprio_set (linux/ioprio.h): this process, and class idle. */
const IOPRIO_WHO_PROCESS = 1;
const IOPRIO_IDLE = 3 << 13;
/** From linux/capability.h: more than there are in any kernel so far; the first unknown one ends the loop. */
const MOST_CAPABILITIES = 64;
/** `capset` of this thread: the third version, whose sets have 64 bits, three of them, all empty. */
const CAPABILITY_HEADER = new Uint32Array([0x2008_0522, 0]);
const NO_CAPABILITIES = new Uint32Array(6);

const Stage = z.object({ parent: z.int(), lockdown: Lockdown });

/**
 * Locks this process down, in two stages. Landlock, priorities and rights belong to a thread, and Node has threads before
 * its first line of ours; so the first stage takes them on the main thread and then replaces this program by itself, in
 * the same process: what starts there starts confined. The second stage shuts the system calls, starting programs
 * among them. Both are over before a word from the parent is read.
 */
export function lockDownLinux(libc: Libc, entry: string): Lockdown {
  const { env, ppid } = process;
  const told = env[FIRST_STAGE];
  delete env[FIRST_STAGE];
  if (told !== undefined) {
    const { parent, lockdown } = Stage.parse(JSON.parse(told));
    return shut(libc, openTally(lockdown, env), parent);
  }
  const tally = openTally(NOTHING, env);
  confine(libc, tally, entry);
  const { held, missing } = tally.result();
  const why = startAgain(libc, { parent: ppid, lockdown: { held, missing } });
  // Still here.
  const thin = held.map((what) => ({ what, why: said('oneThread', { why }) }));
  return shut(libc, openTally({ held: [], missing: [...missing, ...thin] }, env), ppid);
}

/**
 * Chromium leaves its files and connections open in every program that Electron starts: pipes into its other processes,
 * the owner's session bus, its databases. They end when this program is replaced.
 */
function letGoOfFiles(libc: Libc): void {
  for (const file of readdirSync('/proc/self/fd')) libc.keepOpen(Number(file), false);
}

/** Replaces this program by itself, told what the first stage did. Returns why that failed. */
function startAgain(libc: Libc, stage: z.infer<typeof Stage>): string {
  // As we were started: what Node shows as the environment is its own idea of it.
  const environment = readFileSync('/proc/self/environ', 'utf8').split('\0').filter(Boolean);
  const channel = process.env[CHANNEL_SIGN] === undefined ? [] : [RUNNER_SPEAKS_ON];
  for (const file of [0, 1, 2, ...channel]) libc.keepOpen(file, true);
  const { execPath, execArgv, argv } = process;
  const outcome = libc.exec(
    execPath,
    [execPath, ...execArgv, ...argv.slice(1)],
    [...environment, `${FIRST_STAGE}=${JSON.stringify(stage)}`],
  );
  return refusal(libc, `starting ${execPath} again`, outcome) ?? 'nothing happened';
}

function confine(libc: Libc, { measure }: Tally, entry: string): void {
  makeCardNodes();
  letGoOfFiles(libc);
  measure('priority', () => {
    setPriority(constants.priority.PRIORITY_LOW);
    return (
      refusal(libc, 'sched_setscheduler', libc.schedule(SCHED_BATCH)) ??
      refusal(
        libc,
        'ioprio_set',
        libc.syscall(numberOf('ioprio_set'), IOPRIO_WHO_PROCESS, 0, IOPRIO_IDLE),
      ) ??
      refusal(libc, 'setrlimit', libc.limit(RLIMIT_NICE, 0n)) ??
      refusal(libc, 'setrlimit', libc.limit(RLIMIT_RTPRIO, 0n))
    );
  });
  measure('memory', () => {
    writeFileSync('/proc/self/oom_score_adj', '1000');
    return null;
  });
  measure('rights', () => dropRights(libc));
  measure('files', () => confineToFiles(libc, reachableFiles(entry, process.env)));
}

const numberOf = (call: 'ioprio_set' | 'capset') => OURS[call][process.arch === 'arm64' ? 1 : 0];

/** No rights of an administrator, whoever started us and by whatever way we might have got or passed some on. */
function dropRights(libc: Libc): string | null {
  const refused = refusal(libc, 'no_new_privs', libc.prctl(PR_SET_NO_NEW_PRIVS, 1));
  if (refused !== null) return refused;
  if (process.geteuid?.() === 0)
    for (let power = 0; power < MOST_CAPABILITIES; power++)
      if (libc.prctl(PR_CAPBSET_DROP, power).kind === 'refused') break;
  const [header, none] = [CAPABILITY_HEADER, NO_CAPABILITIES].map(
    ({ buffer }) => new Uint8Array(buffer),
  );
  return (
    refusal(libc, 'PR_CAP_AMBIENT', libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)) ??
    refusal(libc, 'capset', libc.syscall(numberOf('capset'), header ?? null, none ?? null))
  );
}

function shut(libc: Libc, { measure, holds, withdraw, result }: Tally, parent: number): Lockdown {
  measure('core-dumps', () => refusal(libc, 'setrlimit', libc.limit(RLIMIT_CORE, NO_DUMP)));
  measure('lifeline', () => holdLifeline(libc, parent));
  // Last, because it shuts what the others need.
  measure(['network', 'programs', 'processes', 'kernel'], () => installFilter(libc));
  // A filter looks at calls, not at names: what other programs were started with lies in /proc.
  if (!holds('files')) withdraw('processes', said('linuxProcesses'));
  return result();
}

/**
 * The driver makes the files of its cards when they are first wanted, by a helper with an administrator's rights, which
 * nothing can have from here on.
 */
function makeCardNodes(): void {
  if (!existsSync(NVIDIA_CARDS)) return;
  // One node for each card, by number, and one for all of CUDA's memory.
  const cards = readdirSync(NVIDIA_CARDS).map((_, number) => `${number}`);
  const nodes = ['/dev/nvidiactl', '/dev/nvidia-uvm', ...cards.map((card) => `/dev/nvidia${card}`)];
  if (nodes.every(existsSync)) return;
  const words = [...cards.flatMap((card) => ['-c', card]), '-u'];
  try {
    execFileSync('nvidia-modprobe', words, { stdio: 'ignore', timeout: HELPER_LIMIT });
  } catch {
    // It is not installed, or not allowed to: then the driver itself says that there is no card.
  }
}
