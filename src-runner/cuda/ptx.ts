import type { Arg, Launch } from '../../src-shared/kernel.ts';
import { type Failure, failure } from '../work/device.ts';

/** Type of a kernel parameter: `u64`, `f32` and so on; `bytes` for a structure passed by value. */
export type PtxParam = { readonly type: string };
export type PtxEntries = ReadonlyMap<string, readonly PtxParam[]>;

/** What a PTX text says about itself. */
export type Ptx = {
  readonly entries: PtxEntries;
  /** Of the language, such as 8.5. */
  readonly version: string;
  /** The oldest card it runs on: 86 is sm_86. */
  readonly target: number;
  /** Bytes of the card's memory that its own variables take (`.global`, `.const`). */
  readonly variables: number;
  /** It has such variables at all: what one job wrote to them, the next one would find. */
  readonly keeps: boolean;
};

/** Types a parameter may have to take an argument: PTX compilers write `.u32` for signed numbers too. */
const POINTER = ['u64', 's64', 'b64'];
const WHOLE = ['u32', 's32', 'b32'];
const FLOAT = ['f32', 'b32'];

// Each of these is bounded: a hostile text must not make a search take the square of its length.
const VARIABLE =
  /(?:^|[;{}\s])\.(?:global|const)\s[^;={,)]{0,400}?(?:\.v([24])\s+)?\.[busf](8|16|32|64)\s+[\w$%]+((?:\s*\[\s*(?:0x[\da-f]+|\d+)?\s*\]){0,8})/gi;

/** Words in quotes, which may look like the beginning of a comment, and comments. */
const WORDLESS = /"[^"\n]*"|\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*/g;
/** What a kernel or function takes, what a call hands over, the addresses in an initial value. */
const LISTED = /\([^()]*\)/g;
/** The beginning of a declaration in the card's memory; in an instruction the word has another one before it (`ld.global`). */
const STORED = /(?:^|[{}:)\s])(?:\.(?:visible|weak|extern|common)\s*){0,3}\.global(?=[\s.])/;
/** Longer than all names that compilers give, as far as a person wants to read them. */
const MOST_SAID = 400;

/**
 * The kernels of a PTX text and their parameters (PTX ISA, "Kernel Function Parameters"), or why it is no PTX that can
 * be used here. The driver checks neither number nor type of arguments: a wrong list makes it read beyond its end.
 */
export function parsePtx(text: string): Ptx | Failure {
  const code = text.replace(WORDLESS, ' ');
  const version = /\.version\s+(\d+\.\d+)/.exec(code)?.[1];
  const target = /\.target\s+sm_(\d+)/.exec(code)?.[1];
  if (version === undefined || target === undefined)
    return failure('bad-program', 'the program is no PTX: it lacks .version or .target');
  if (!/\.address_size\s+64\b/.test(code))
    return failure('bad-program', 'the PTX is not for 64-bit addresses (.address_size 64)');
  const entries = new Map<string, readonly PtxParam[]>();
  for (const [, name, list] of code.matchAll(/\.entry\s+([\w$%]+)\s*(?:\(([^)]*)\))?/g))
    if (name) entries.set(name, (list ?? '').split(',').filter(isParam).map(parseParam));
  if (entries.size === 0) return failure('bad-program', 'the PTX has no kernel (.entry)');
  const stored = storedBy(code);
  const state = stored.find(hasNoValue);
  if (state !== undefined) {
    const name = /([\w$%]+)\s*(?:[[,=]|$)/.exec(state.slice(0, MOST_SAID))?.[1] ?? 'something';
    return failure(
      'bad-program',
      `the program has a variable of its own without an initial value (.global ${name}): state belongs in the job's buffers, for no checkpoint holds anything else`,
    );
  }
  const variables = variablesOf(code);
  return {
    entries,
    version,
    target: Number(target),
    variables,
    keeps: variables > 0 || stored.length > 0,
  };
}

/** What follows `.global` in every declaration. */
const storedBy = (code: string): string[] =>
  code
    .replace(LISTED, ' ')
    .split(';')
    .flatMap((statement) => {
      const found = STORED.exec(statement);
      return found ? [statement.slice(found.index + found[0].length)] : [];
    });

/**
 * Whether a declared variable begins as nothing: all it can be for is to be written to, while one with a value may be a
 * table. Where several are declared at once, one of them is taken to.
 */
function hasNoValue(declared: string): boolean {
  const equals = declared.indexOf('=');
  if (equals < 0 || declared.slice(0, equals).includes(',')) return true;
  const value = declared.slice(equals + 1);
  return value.includes('{') ? /\}\s*,\s*[\w$%]/.test(value) : value.includes(',');
}

const isParam = (text: string): boolean => text.includes('.param');

function parseParam(text: string): PtxParam {
  const type = /\.([usbf](?:8|16|32|64))\b/.exec(text)?.[1];
  return { type: type && !text.includes('[') ? type : 'bytes' };
}

function variablesOf(code: string): number {
  let sum = 0;
  for (const [, lanes = '1', bits, dimensions = ''] of code.matchAll(VARIABLE)) {
    const counts = [...dimensions.matchAll(/\[\s*(\w+)/g)].map(([, count]) => Number(count));
    sum += counts.reduce((product, count) => product * count, (Number(lanes) * Number(bits)) / 8);
  }
  return sum;
}

/** The CUDA versions that brought the PTX versions before 7.0, after which they went in step (PTX ISA, "Release Notes"). */
const FIRST_CUDA: Readonly<Record<string, number>> = {
  '3.1': 5000,
  '3.2': 5050,
  '4.0': 6000,
  '4.1': 6050,
  '4.2': 7000,
  '4.3': 7050,
  '5.0': 8000,
  '6.0': 9000,
  '6.1': 9010,
  '6.2': 9020,
  '6.3': 10_000,
  '6.4': 10_010,
  '6.5': 10_020,
  '8.6': 12_070,
  '8.7': 12_080,
  '8.8': 12_090,
};
/** The last PTX version that is known to need CUDA `major + 4`; later ones are for the driver to judge. */
const LAST_IN_STEP = 9.1;

/** The CUDA version (12040 is 12.4) whose driver is the first to take a PTX version; null where nobody here knows. */
export function driverFor(version: string): number | null {
  const known = FIRST_CUDA[version];
  if (known !== undefined) return known;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (Number(version) < 7 || Number(version) > LAST_IN_STEP) return null;
  return (major + 4) * 1000 + minor * 10;
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
