import type { ZodError } from 'zod';
import { Snapshot } from '../src-shared/snapshot.ts';
import { isRecord, reuse } from './reuse.ts';

type Read =
  | { readonly kind: 'read'; readonly snapshot: Snapshot }
  /** `where`: the part that could not be read; empty where all of it could not. */
  | { readonly kind: 'unreadable'; readonly where: string };

const Parts = Snapshot.partial();

/**
 * Reads snapshots as they come, as values or as lines of text (`AgentBridge.onSnapshot`), one after the other: a part that did not
 * change is not read again.
 */
export function openPictureReader(): (words: unknown) => Read {
  let raw: Record<string, unknown> = {};
  let snapshot: Snapshot | null = null;
  const readLines = openLineReader();
  return (words) => {
    const value = reuse(raw, typeof words === 'string' ? readLines(words) : words);
    const read =
      snapshot && isRecord(value) && sameKeys(raw, value)
        ? readParts(snapshot, changed(raw, value))
        : readWhole(value);
    if (read.kind === 'read') {
      ({ snapshot } = read);
      raw = isRecord(value) ? value : {};
    }
    return read;
  };
}

/** The parts of a picture by name; null where the text is none. A line that was there before is what it was before. */
function openLineReader(): (text: string) => Record<string, unknown> | null {
  let known = new Map<string, unknown>();
  return (text) => {
    const lines = new Map<string, unknown>();
    const parts: Record<string, unknown> = {};
    try {
      for (const line of text.split('\n')) {
        const gap = line.indexOf(' ');
        const part = known.has(line) ? known.get(line) : JSON.parse(line.slice(gap + 1));
        lines.set(line, part);
        parts[line.slice(0, gap)] = part;
      }
    } catch {
      return null;
    }
    known = lines;
    return parts;
  };
}

function readWhole(value: unknown): Read {
  const read = Snapshot.safeParse(value);
  return read.success ? { kind: 'read', snapshot: read.data } : unreadable(read.error);
}

function readParts(known: Snapshot, parts: object): Read {
  const read = Parts.safeParse(parts);
  return read.success
    ? { kind: 'read', snapshot: Object.assign({}, known, read.data) }
    : unreadable(read.error);
}

const unreadable = ({ issues: [issue] }: ZodError): Read => ({
  kind: 'unreadable',
  where: issue?.path.join('.') ?? '',
});

const sameKeys = (a: object, b: object): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.keys(b).every((key) => key in a);

const changed = (before: Record<string, unknown>, after: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(after).filter(([key, part]) => part !== before[key]));
