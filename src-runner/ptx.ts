import type { Arg, Launch } from '../src-shared/kernel.ts';
import { type Failure, failure } from './device.ts';

/** Type of a kernel parameter: `u64`, `f32` and so on; `bytes` for a structure passed by value. */
export type PtxParam = { readonly type: string };
export type PtxEntries = ReadonlyMap<string, readonly PtxParam[]>;

/** Types a parameter may have to take an argument: PTX compilers write `.u32` for signed numbers too. */
const POINTER = ['u64', 's64', 'b64'];
const WHOLE = ['u32', 's32', 'b32'];
const FLOAT = ['f32', 'b32'];

/**
 * The kernels of a PTX text and their parameters (PTX ISA, "Kernel Function Parameters"), or why it is no PTX that can
 * be used here. The driver checks neither number nor type of arguments: a wrong list makes it read beyond its end.
 */
export function parsePtx(text: string): PtxEntries | Failure {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ');
  if (!/\.version\s+\d+\.\d+/.test(code) || !/\.target\s+sm_\d+/.test(code))
    return failure('bad-program', 'the program is no PTX: it lacks .version or .target');
  if (!/\.address_size\s+64\b/.test(code))
    return failure('bad-program', 'the PTX is not for 64-bit addresses (.address_size 64)');
  const entries = new Map<string, readonly PtxParam[]>();
  for (const [, name, list] of code.matchAll(/\.entry\s+([\w$%]+)\s*(?:\(([^)]*)\))?/g))
    if (name) entries.set(name, (list ?? '').split(',').filter(isParam).map(parseParam));
  return entries.size > 0 ? entries : failure('bad-program', 'the PTX has no kernel (.entry)');
}

const isParam = (text: string): boolean => text.includes('.param');

function parseParam(text: string): PtxParam {
  const type = /\.([usbf](?:8|16|32|64))\b/.exec(text)?.[1];
  return { type: type && !text.includes('[') ? type : 'bytes' };
}

/** Why `launch` does not fit the program, or null where it does. */
export function checkPtxLaunch(entries: PtxEntries, { entry, args }: Launch): Failure | null {
  const params = entries.get(entry);
  if (!params)
    return failure(
      'bad-spec',
      `the program has no kernel ${entry}; it has ${[...entries.keys()].join(', ')}`,
    );
  if (params.length !== args.length)
    return failure(
      'bad-spec',
      `kernel ${entry} takes ${params.length} arguments, the job gives ${args.length}`,
    );
  for (const [i, arg] of args.entries()) {
    const type = params[i]?.type ?? 'bytes';
    if (!typesFor(arg).includes(type))
      return failure(
        'bad-spec',
        `argument ${i} of kernel ${entry} is a ${type}, the job gives a ${arg.kind}`,
      );
  }
  return null;
}

function typesFor(arg: Arg): readonly string[] {
  switch (arg.kind) {
    case 'buffer':
      return POINTER;
    case 'u32':
    case 'i32':
    case 'step':
      return WHOLE;
    case 'f32':
      return FLOAT;
  }
}
