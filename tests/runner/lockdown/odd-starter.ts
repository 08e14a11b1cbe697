import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import koffi from 'koffi';
import {
  answer,
  assemble,
  CALL_NUMBER,
  IF_EQUAL,
  load,
  test,
} from '../../../src-runner/lockdown/bpf.ts';
import {
  bindLibc,
  PR_CAP_AMBIENT,
  PR_SET_NO_NEW_PRIVS,
} from '../../../src-runner/lockdown/libc.ts';
import { ALLOW, NO_SUCH_CALL } from '../../../src-runner/lockdown/seccomp.ts';
import { RUNNER_SPEAKS_ON } from '../../../src-shared/runner-channel.ts';

/**
 * Starts the program it is given as no desktop would: with `powers`, one that passes on every right an administrator has;
 * with numbers of system calls, an ordinary user's on an older kernel, which does not have those calls.
 */
const [, , program = '', ...words] = process.argv;
const libc = bindLibc(koffi);
/** Numbers of x86_64. */
const [SECCOMP, CAPSET] = [317, 126];

/** `own`: for this process; `passed`: for what it starts. */
function setPowers(own: bigint, passed: bigint): void {
  const [low, high] = [BigInt.asUintN(32, own), own >> 32n].map(Number);
  const [passedLow, passedHigh] = [BigInt.asUintN(32, passed), passed >> 32n].map(Number);
  const sets = [low, low, passedLow, high, high, passedHigh].map((bits) => bits ?? 0);
  const bytes = (numbers: number[]) => new Uint8Array(Uint32Array.from(numbers).buffer);
  const { kind } = libc.syscall(CAPSET, bytes([0x2008_0522, 0]), bytes(sets));
  if (kind !== 'ok') throw new Error('the powers of this process cannot be set');
}

function passPowersOn(): void {
  const all = /^CapPrm:\s+(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  const powers = BigInt(`0x${all}`);
  setPowers(powers, powers);
  const RAISE = 2;
  for (let power = 0; power < 64; power++)
    if ((powers >> BigInt(power)) & 1n) libc.prctl(PR_CAP_AMBIENT, RAISE, power);
}

function beOlder(without: readonly string[]): void {
  const filter = assemble([
    load(CALL_NUMBER),
    ...without.flatMap((number) => [test(IF_EQUAL, Number(number), 0, 1), answer(NO_SUCH_CALL)]),
    answer(ALLOW),
  ]);
  const described = Buffer.alloc(16);
  described.writeUInt16LE(filter.length / 8);
  described.writeBigUInt64LE(libc.address(filter), 8);
  const [SET_MODE_FILTER, ALL_THREADS] = [1, 1];
  libc.prctl(PR_SET_NO_NEW_PRIVS, 1);
  const { kind } = libc.syscall(SECCOMP, SET_MODE_FILTER, ALL_THREADS, described);
  if (kind !== 'ok') throw new Error('this kernel takes no filter');
  setPowers(0n, 0n);
}

if (words[0] === 'powers') passPowersOn();
else beOlder(words);
// It has the pipes to whoever started us for itself.
const child = spawn(process.execPath, [program], {
  stdio: ['inherit', 'ignore', 'inherit', RUNNER_SPEAKS_ON],
});
child.on('exit', () => process.exit());
