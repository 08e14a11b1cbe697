/**
 * Valve's KeyValues text, which Steam keeps its libraries in
 * (https://developer.valvesoftware.com/wiki/KeyValues). Keys are lower case here: Steam does not care, so we must not.
 * A Map, because a key may be called `__proto__`.
 */
export type VdfObject = ReadonlyMap<string, VdfValue>;
export type VdfValue = string | VdfObject;

export type VdfRead =
  | { readonly kind: 'read'; readonly root: VdfObject }
  /** One sentence on what is wrong with the text. */
  | { readonly kind: 'unreadable'; readonly detail: string };

/** Steam's own files are three deep; a text that nests deeper than this was made to hurt. */
export const MAX_DEPTH = 32;

/** A quoted text with escapes, a brace, a comment, a [$condition], or a bare word. */
const TOKEN = /"([^"\\]*(?:\\[\s\S][^"\\]*)*)"|([{}])|(\/\/[^\n]*)|(\[[^\]\n]*\])|([^\s{}"]+)/y;
const SPACE = /\s*/y;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
]);

const withoutEscapes = (text: string): string =>
  text.replace(/\\([\s\S])/g, (_all, letter: string) => ESCAPES.get(letter) ?? letter);

/** Reads a text, or says what is wrong with it; never throws. Of two equal keys the last holds. */
export function parseVdf(text: string): VdfRead {
  const root = new Map<string, VdfValue>();
  const open = [root];
  let key: string | null = null;
  let at = 0;
  const unreadable = (what: string): VdfRead => ({
    kind: 'unreadable',
    detail: `${what} at character ${at}`,
  });

  for (;;) {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = SPACE.lastIndex;
    if (at >= text.length) break;
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) return unreadable('A text without an end');
    const [, quoted, brace, comment, condition, bare] = match;
    const inner = open.at(-1) ?? root;

    if (brace === '{') {
      if (key === null) return unreadable('A block without a name');
      if (open.length > MAX_DEPTH) return unreadable('Too many blocks in blocks');
      const block = new Map<string, VdfValue>();
      inner.set(key, block);
      open.push(block);
      key = null;
    } else if (brace === '}') {
      if (key !== null) return unreadable('A name without a value');
      if (open.length === 1) return unreadable('A block that ends before it begins');
      open.pop();
    } else if (comment === undefined && condition === undefined) {
      const word = quoted === undefined ? (bare ?? '') : withoutEscapes(quoted);
      if (key === null) key = word.toLowerCase();
      else {
        inner.set(key, word);
        key = null;
      }
    }
    at = TOKEN.lastIndex;
  }
  if (key !== null) return unreadable('A name without a value');
  if (open.length > 1) return unreadable('A block without an end');
  return { kind: 'read', root };
}

/** The block or text under a path of keys, or null. */
export function lookUp(root: VdfObject, ...keys: readonly string[]): VdfValue | null {
  let value: VdfValue = root;
  for (const key of keys) {
    if (typeof value === 'string') return null;
    const next = value.get(key);
    if (next === undefined) return null;
    value = next;
  }
  return value;
}
