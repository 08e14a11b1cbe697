import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AND,
  ARCHITECTURE,
  assemble,
  CALL_NUMBER,
  IF_ANY_BIT,
  IF_AT_LEAST,
  IF_EQUAL,
  type Instruction,
  LOAD,
  lowHalf,
  RETURN,
} from '../../../src-runner/lockdown/bpf.ts';
import {
  ALLOW,
  KILL,
  type Machine,
  NO_SUCH_CALL,
  NOT_PERMITTED,
  systemCallFilter,
} from '../../../src-runner/lockdown/seccomp.ts';
import {
  FATAL,
  JUDGED,
  LAST_JUDGED,
  OURS,
  REFUSED,
  UNSEEN,
} from '../../../src-runner/lockdown/system-calls.ts';
import { notTriedHere } from '../../worlds/not-tried.ts';

const OWN = 4711;
const AUDIT = { x64: 0xc000_003e, arm64: 0xc000_00b7 } as const;
const COLUMN = { x64: 0, arm64: 1 } as const;
const all = { ...UNSEEN, ...REFUSED, ...FATAL, ...JUDGED, ...OURS };

/** What the kernel's machine makes of a filter, written from the kernel's description of it. */
function run(program: readonly Instruction[], data: Buffer): number {
  let accumulator = 0;
  for (let at = 0; ; at++) {
    const instruction = program[at];
    if (!instruction) throw new RangeError(`the filter runs out at ${at}`);
    const { code, value, yes, no } = instruction;
    if (code === LOAD) accumulator = data.readUInt32LE(value);
    else if (code === AND) accumulator = (accumulator & value) >>> 0;
    else if (code === RETURN) return value;
    else {
      const holds =
        code === IF_EQUAL
          ? accumulator === value >>> 0
          : code === IF_AT_LEAST
            ? accumulator >= value
            : code === IF_ANY_BIT && (accumulator & value) !== 0;
      at += holds ? yes : no;
    }
  }
}

function decide(machine: Machine, number: number, args: readonly bigint[], audit = AUDIT[machine]) {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number, CALL_NUMBER);
  data.writeUInt32LE(audit, ARCHITECTURE);
  for (const [i, arg] of args.entries()) data.writeBigUInt64LE(BigInt.asUintN(64, arg), lowHalf(i));
  return run(systemCallFilter(machine, OWN), data);
}

const anything = fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), {
  minLength: 6,
  maxLength: 6,
});

describe.each(['x64', 'arm64'] as const)('on %s', (machine) => {
  const number = (call: keyof typeof all): number => all[call]?.[COLUMN[machine]] ?? -1;
  const judged = (call: keyof typeof JUDGED, ...args: readonly bigint[]) =>
    decide(machine, number(call), args);

  it('refuses and ends what it says, whatever the arguments', () => {
    const expected = [
      ...Object.values(REFUSED).map((pair) => [pair, NOT_PERMITTED] as const),
      ...Object.values(FATAL).map((pair) => [pair, KILL] as const),
      ...Object.values(UNSEEN).map((pair) => [pair, NO_SUCH_CALL] as const),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...expected), anything, ([pair, action], args) => {
        const called = pair[COLUMN[machine]];
        if (called !== null) expect(decide(machine, called, args)).toBe(action);
      }),
    );
  });

  it('lets every other call through, whatever the arguments, and none that nobody has judged', () => {
    const named = new Set<number | null>(Object.values(all).map((pair) => pair[COLUMN[machine]]));
    const others = Array.from({ length: LAST_JUDGED + 1 }, (_, i) => i).filter(
      (i) => !named.has(i),
    );
    fc.assert(
      fc.property(fc.constantFrom(...others), anything, (called, args) => {
        expect(decide(machine, called, args)).toBe(ALLOW);
      }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: LAST_JUDGED + 1, max: 0x3fff_ffff }),
        anything,
        (called, args) => {
          expect(decide(machine, called, args)).toBe(NO_SUCH_CALL);
        },
      ),
    );
  });

  it('ends a call that comes as one of another kind of processor', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LAST_JUDGED }), fc.nat(), (called, audit) => {
        expect(decide(machine, called, [], audit as (typeof AUDIT)['x64'])).toBe(KILL);
      }),
    );
    if (machine === 'x64') expect(decide(machine, 0x4000_0000 + 2, [])).toBe(KILL);
  });

  it('starts threads, but neither processes nor namespaces', () => {
    const [THREAD, VM, USER_NAMESPACE, SIGCHLD] = [0x1_0000n, 0x100n, 0x1000_0000n, 17n];
    expect(judged('clone', THREAD | VM)).toBe(ALLOW);
    expect(judged('clone', VM | SIGCHLD)).toBe(NOT_PERMITTED);
    expect(judged('clone', USER_NAMESPACE | THREAD)).toBe(KILL);
  });

  it('makes only local streams, and sends nothing to an address', () => {
    const CLOEXEC = 0o2000000n;
    fc.assert(
      fc.property(fc.bigInt(0n, 50n), fc.bigInt(0n, 10n), (family, type) => {
        const local = family === 1n && (type === 1n || type === 5n);
        for (const call of ['socket', 'socketpair'] as const)
          expect(judged(call, family, type | CLOEXEC)).toBe(local ? ALLOW : NOT_PERMITTED);
      }),
    );
    expect(judged('sendto', 3n, 0n, 0n, 0n, 0n)).toBe(ALLOW);
    for (const address of [1n, 2n ** 32n, 2n ** 63n])
      expect(judged('sendto', 3n, 0n, 0n, 0n, address)).toBe(NOT_PERMITTED);
  });

  it('signals and tunes itself and nobody else', () => {
    const pids = fc.bigInt(-(2n ** 31n), 2n ** 31n - 1n).filter((pid) => pid !== BigInt(OWN));
    fc.assert(
      fc.property(pids, (pid) => {
        for (const call of ['kill', 'tgkill', 'rt_sigqueueinfo', 'rt_tgsigqueueinfo'] as const)
          expect(judged(call, pid)).toBe(NOT_PERMITTED);
        for (const call of ['prlimit64', 'sched_setaffinity'] as const)
          expect(judged(call, pid)).toBe(pid === 0n ? ALLOW : NOT_PERMITTED);
      }),
    );
    expect(judged('kill', BigInt(OWN), 9n)).toBe(ALLOW);
  });

  it('says nothing about who has the processor first: who is 0 may mean all programs of its user', () => {
    const calls = ['setpriority', 'ioprio_set', 'sched_setscheduler', 'sched_setparam'];
    fc.assert(
      fc.property(fc.constantFrom(...calls, 'sched_setattr'), anything, (call, args) => {
        const called = REFUSED[call]?.[COLUMN[machine]] ?? -1;
        expect(decide(machine, called, args)).toBe(NOT_PERMITTED);
      }),
    );
  });

  it('asks devices for all but signals to others and words in a terminal', () => {
    const refused = [0x8901n, 0x8902n, 0x5412n, 0x541cn];
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...refused, 0x5421n, 0x8904n), fc.bigInt(0n, 2n ** 32n - 1n)),
        fc.bigInt(0n, 2n ** 32n - 1n),
        (request, unseen) => {
          const action = refused.includes(request) ? NOT_PERMITTED : ALLOW;
          // The kernel reads the lower half alone.
          expect(judged('ioctl', 3n, (unseen << 32n) | request)).toBe(action);
        },
      ),
    );
  });

  it('lets no file send signals for it, and keeps its lifeline', () => {
    for (const [command, action] of [
      [2n, ALLOW],
      [8n, NOT_PERMITTED],
      [10n, NOT_PERMITTED],
      [15n, NOT_PERMITTED],
    ] as const)
      expect(judged('fcntl', 3n, command)).toBe(action);
    expect(judged('prctl', 1n, 0n)).toBe(NOT_PERMITTED);
    expect(judged('prctl', 15n)).toBe(ALLOW);
  });

  it('fits into the kernel: jumps of eight bits, 4096 instructions', () => {
    const program = systemCallFilter(machine, OWN);
    expect(assemble(program).length / 8).toBe(program.length);
    expect(program.length).toBeLessThan(4096);
  });
});

const HEADERS = {
  x64: '/usr/include/x86_64-linux-gnu/asm/unistd_64.h',
  arm64: '/usr/include/asm-generic/unistd.h',
} as const;
for (const [machine, header] of Object.entries(HEADERS) as [Machine, string][])
  it.runIf(
    existsSync(header) ||
      notTriedHere('the kernel’s own list of calls: its headers are not installed'),
  )(`the numbers for ${machine} are those of the kernel's header`, () => {
    const defined = readFileSync(header, 'utf8').matchAll(
      /^#define __NR(?:3264)?_(\w+)\s+(\d+)$/gm,
    );
    const numbers = new Map([...defined].map(([, name, value]) => [name, Number(value)]));
    const ours = Object.entries(all).map(([name, pair]) => [name, pair[COLUMN[machine]]] as const);
    expect(ours.filter(([name, value]) => (numbers.get(name) ?? null) !== value)).toEqual([]);
  });
