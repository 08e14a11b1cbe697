import koffi from 'koffi';

/** Where an event says what it is, and which thread and process it is about. Bytes from the netlink header. */
export const WHAT_AT = 36;
export const DATA_AT = 52;

/** proc_event.what. An acknowledgement is 0. */
export const ACK = 0;
export const EXEC = 0x2;
export const EXIT = 0x8000_0000;

/** sizeof(sock_fprog). */
const ARGUMENT = 16;

/** Steps of a classic BPF program: code, jump if true, jump if false, operand. */
const LOAD_WORD = 0x20;
const STORE_X = 0x07;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_EQUAL_X = 0x1d;
const RETURN = 0x06;

/** BPF loads in network order; the events are in the machine's, which is little-endian wherever we run. */
const swap32 = (value: number): number => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.readUInt32BE();
};

/**
 * A socket filter (linux/filter.h) that lets through acknowledgements, every exec, and the exit of whole processes
 * (pid equals thread group). `argument` is what setsockopt takes; it points into `program`, so keep both.
 */
export function processFilter(): { readonly argument: Buffer; readonly program: Buffer } {
  const steps: readonly (readonly [number, number, number, number])[] = [
    [LOAD_WORD, 0, 0, WHAT_AT],
    [JUMP_IF_EQUAL, 6, 0, swap32(EXEC)],
    [JUMP_IF_EQUAL, 5, 0, ACK],
    [JUMP_IF_EQUAL, 0, 5, swap32(EXIT)],
    [LOAD_WORD, 0, 0, DATA_AT],
    [STORE_X, 0, 0, 0],
    [LOAD_WORD, 0, 0, DATA_AT + 4],
    [JUMP_IF_EQUAL_X, 0, 1, 0],
    [RETURN, 0, 0, 0xffff_ffff],
    [RETURN, 0, 0, 0],
  ];
  const program = Buffer.alloc(steps.length * 8);
  for (const [index, [code, jumpTrue, jumpFalse, operand]] of steps.entries()) {
    program.writeUInt16LE(code, index * 8);
    program.writeUInt8(jumpTrue, index * 8 + 2);
    program.writeUInt8(jumpFalse, index * 8 + 3);
    program.writeUInt32LE(operand, index * 8 + 4);
  }
  const argument = Buffer.alloc(ARGUMENT);
  argument.writeUInt16LE(steps.length, 0);
  argument.writeBigUInt64LE(koffi.address(program), 8);
  return { argument, program };
}
