import { spawn } from 'node:child_process';
import koffi from 'koffi';
import {
  answer,
  assemble,
  CALL_NUMBER,
  IF_EQUAL,
  load,
  test,
} from '../../src-runner/lockdown/bpf.ts';
import { bindLibc, PR_SET_NO_NEW_PRIVS } from '../../src-runner/lockdown/libc.ts';
import { ALLOW, NO_SUCH_CALL } from '../../src-runner/lockdown/seccomp.ts';
import { RUNNER_SPEAKS_ON } from '../../src-shared/runner-channel.ts';

// Makes this machine's kernel an older one for the program it is given: without the system calls of these numbers.
const [, , program = '', ...without] = process.argv;
const libc = bindLibc(koffi);
const filter = assemble([
  load(CALL_NUMBER),
  ...without.flatMap((number) => [test(IF_EQUAL, Number(number), 0, 1), answer(NO_SUCH_CALL)]),
  answer(ALLOW),
]);
const described = Buffer.alloc(16);
described.writeUInt16LE(filter.length / 8);
described.writeBigUInt64LE(libc.address(filter), 8);
const [SECCOMP, SET_MODE_FILTER, ALL_THREADS] = [317, 1, 1];
libc.prctl(PR_SET_NO_NEW_PRIVS, 1);
const { kind } = libc.syscall(SECCOMP, SET_MODE_FILTER, ALL_THREADS, described);
if (kind !== 'ok') throw new Error('this kernel takes no filter');

// It has the pipes to whoever started us for itself.
spawn(process.execPath, [program], {
  stdio: ['inherit', 'ignore', 'inherit', RUNNER_SPEAKS_ON],
}).on('exit', () => process.exit());
