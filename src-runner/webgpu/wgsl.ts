/** What we must know of a WGSL module to bind buffers to it. Everything else is left to its compiler. */
export type WgslModule = {
  readonly variables: readonly WgslVariable[];
  readonly entries: ReadonlyMap<string, WgslEntry>;
};

/** A buffer the module declares with `var<storage>` or `var<uniform>`. */
export type WgslVariable = {
  readonly name: string;
  readonly group: number;
  readonly binding: number;
  readonly access: 'uniform' | 'read' | 'read_write';
  /** Its members where each is one 4-byte number; null for anything else. */
  readonly scalars: readonly string[] | null;
};

/** A compute entry point. */
export type WgslEntry = {
  /** x, y, z; null where it is not written in plain numbers or constants. */
  readonly workgroup: readonly [number, number, number] | null;
  /** Names of the module's variables that it or a function it calls mentions. */
  readonly mentions: ReadonlySet<string>;
};

// Each of these is bounded: a hostile text must not make a search take the square of its length.
const VARIABLE = /\bvar\s*<\s*(storage|uniform)\s*(?:,\s*(\w+)\s*)?>\s*(\w+)\s*:\s*([^;]{1,200});/g;
const FUNCTION = /\bfn\s+(\w+)\s*\(/g;
const STRUCTURE = /\bstruct\s+(\w+)\s*\{([^}]{0,4000})\}/g;
/** Far more than the attributes of one declaration take. */
const ATTRIBUTES_LENGTH = 400;
const SCALARS = ['u32', 'i32', 'f32'];

/** Reads declarations out of WGSL (W3C "WebGPU Shading Language") that its compiler has accepted. */
export function parseWgsl(text: string): WgslModule {
  const code = withoutComments(text);
  const structures = parseStructures(code);
  const constants = new Map<string, number>();
  for (const [, name, value] of code.matchAll(/\bconst\s+(\w+)\s*(?::\s*\w+\s*)?=\s*(\w+)\s*;/g)) {
    const number = wholeNumber(value ?? '', constants);
    if (name && number !== null) constants.set(name, number);
  }

  const variables: WgslVariable[] = [];
  for (const found of code.matchAll(VARIABLE)) {
    const [, space, mode, name, type = ''] = found;
    const attributes = attributesBefore(code, found.index);
    const group = wholeNumber(attribute(attributes, 'group')?.[0] ?? '', constants);
    const binding = wholeNumber(attribute(attributes, 'binding')?.[0] ?? '', constants);
    if (!name || group === null || binding === null) continue;
    const access = space === 'uniform' ? 'uniform' : mode === 'read_write' ? 'read_write' : 'read';
    const plain = type.trim();
    const scalars = SCALARS.includes(plain) ? [plain] : (structures.get(plain) ?? null);
    variables.push({ name, group, binding, access, scalars });
  }

  const functions = [...code.matchAll(FUNCTION)].map((found) => ({
    name: found[1] ?? '',
    attributes: attributesBefore(code, found.index),
    words: wordsIn(functionAt(code, found.index)),
  }));
  const wordsOf = new Map(functions.map(({ name, words }) => [name, words]));
  const entries = new Map<string, WgslEntry>();
  for (const { name, attributes } of functions) {
    if (!/@compute\b/.test(attributes)) continue;
    const size = attribute(attributes, 'workgroup_size') ?? [];
    const axes = [0, 1, 2].map((i) => (size[i] ? wholeNumber(size[i], constants) : 1));
    const [x = null, y = null, z = null] = size.length === 0 ? [] : axes;
    entries.set(name, {
      workgroup: x === null || y === null || z === null ? null : [x, y, z],
      mentions: reach(name, wordsOf),
    });
  }
  return { variables, entries };
}

/** All words in the bodies of `name` and of the functions it calls, directly or not. */
function reach(name: string, wordsOf: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const words = new Set<string>();
  const visit = [name];
  const seen = new Set(visit);
  for (const current of visit)
    for (const word of wordsOf.get(current) ?? []) {
      words.add(word);
      if (wordsOf.has(word) && !seen.has(word)) {
        seen.add(word);
        visit.push(word);
      }
    }
  return words;
}

/** The text of the function that starts at `from`, to the brace that closes it. */
function functionAt(code: string, from: number): string {
  let depth = 0;
  for (let i = code.indexOf('{', from); i >= 0 && i < code.length; i += 1) {
    if (code[i] === '{') depth += 1;
    else if (code[i] === '}') {
      depth -= 1;
      if (depth === 0) return code.slice(from, i);
    }
  }
  return '';
}

/** Names that a function takes from outside: not the members of anything, and not what it declares itself. */
function wordsIn(text: string): Set<string> {
  const words = new Set(text.match(/(?<![.\w])[A-Za-z_]\w*/g));
  const parameters = text.slice(0, text.indexOf('{')).matchAll(/(\w+)\s*:/g);
  const locals = text.matchAll(/\b(?:let|var|const)\s+(\w+)/g);
  for (const [, name = ''] of [...parameters, ...locals]) words.delete(name);
  return words;
}

function parseStructures(code: string): Map<string, readonly string[] | null> {
  const structures = new Map<string, readonly string[] | null>();
  for (const [, name, members = ''] of code.matchAll(STRUCTURE)) {
    if (!name) continue;
    const types = members
      .split(',')
      .filter((member) => member.trim() !== '')
      .map((member) => /^\s*\w+\s*:\s*(\w+)\s*$/.exec(member)?.[1] ?? '');
    structures.set(name, types.every((type) => SCALARS.includes(type)) ? types : null);
  }
  return structures;
}

/** What stands between the end of the declaration before and `index`: the attributes of the one that starts there. */
const attributesBefore = (code: string, index: number): string =>
  code
    .slice(Math.max(0, index - ATTRIBUTES_LENGTH), index)
    .split(/[;{}]/)
    .at(-1) ?? '';

/** The comma-separated arguments of `@name(...)`. */
function attribute(attributes: string, name: string): string[] | null {
  const found = new RegExp(String.raw`@${name}\s*\(([^()]*)\)`).exec(attributes)?.[1];
  return (
    found
      ?.split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '') ?? null
  );
}

function wholeNumber(text: string, constants: ReadonlyMap<string, number>): number | null {
  if (/^(?:0[xX][0-9a-fA-F]+|\d+)[iu]?$/.test(text)) return Number(text.replace(/[iu]$/, ''));
  return constants.get(text) ?? null;
}

/** Line comments and block comments, which nest in WGSL; line breaks stay. */
function withoutComments(text: string): string {
  let code = '';
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const two = text.slice(i, i + 2);
    if (depth === 0 && two === '//') {
      while (i < text.length && text[i] !== '\n') i += 1;
      code += '\n';
    } else if (two === '/*') {
      depth += 1;
      i += 1;
    } else if (depth > 0 && two === '*/') {
      depth -= 1;
      i += 1;
      code += ' ';
    } else if (depth === 0 || text[i] === '\n') code += text[i];
  }
  return code;
}
