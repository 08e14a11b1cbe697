/**
 * Programs for the small machine with which Linux looks at each system call (classic BPF, linux/filter.h). It reads 32
 * bits at a time from `struct seccomp_data` (linux/seccomp.h), compares, jumps forward, and returns what to do.
 */
export type Instruction = {
  readonly code: number;
  /** How many instructions to skip where the comparison holds, and where it does not. */
  readonly yes: number;
  readonly no: number;
  readonly value: number;
};

/** Offsets in `struct seccomp_data`. Both systems we know put the lower half of an argument first. */
export const CALL_NUMBER = 0;
export const ARCHITECTURE = 4;
export const lowHalf = (argument: number) => 16 + 8 * argument;
export const highHalf = (argument: number) => lowHalf(argument) + 4;

/** BPF_LD | BPF_W | BPF_ABS, BPF_ALU | BPF_AND | BPF_K, BPF_JMP | ..., BPF_RET | BPF_K. */
export const LOAD = 0x20;
export const AND = 0x54;
export const IF_EQUAL = 0x15;
export const IF_AT_LEAST = 0x35;
export const IF_ANY_BIT = 0x45;
export const RETURN = 0x06;

const plain = (code: number, value: number): Instruction => ({ code, yes: 0, no: 0, value });
export const load = (offset: number) => plain(LOAD, offset);
export const mask = (bits: number) => plain(AND, bits);
export const answer = (action: number) => plain(RETURN, action);
/** Skips `yes` instructions where it holds, `no` where it does not. */
export const test = (
  code: typeof IF_EQUAL | typeof IF_AT_LEAST | typeof IF_ANY_BIT,
  value: number,
  yes: number,
  no: number,
): Instruction => ({ code, yes, no, value });

/** `struct sock_filter`: u16 code, u8 jt, u8 jf, u32 k. */
const BYTES = 8;
/** A jump has eight bits. */
const LONGEST_JUMP = 255;

/** The program as the kernel wants it. Throws a RangeError where a jump is too long: a bug of the program's author. */
export function assemble(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * BYTES);
  for (const [i, { code, yes, no, value }] of program.entries()) {
    if (Math.max(yes, no) > LONGEST_JUMP) throw new RangeError(`a jump over ${Math.max(yes, no)}`);
    bytes.writeUInt16LE(code, i * BYTES);
    bytes.writeUInt8(yes, i * BYTES + 2);
    bytes.writeUInt8(no, i * BYTES + 3);
    bytes.writeUInt32LE(value >>> 0, i * BYTES + 4);
  }
  return bytes;
}
