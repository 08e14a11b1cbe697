import type { ZodError } from 'zod';
import { Snapshot } from '../../src-shared/snapshot.ts';
import { reuse } from './reuse.ts';

type Read =
  | { readonly kind: 'read'; readonly snapshot: Snapshot }
  /** `where`: the part that could not be read; empty where all of it could not. */
  | { readonly kind: 'unreadable'; readonly where: string };

const Parts = Snapshot.partial();

/** What stands for a line that is no JSON: no part of a snapshot is a symbol. */
const NO_JSON = Symbol('no JSON');

/**
 * Reads snapshots as they come, in lines of text (`AgentBridge.onSnapshot`), one after the other: a part that did not change is
 * not read again, one that could not be read is until it can be.
 */
export function openSnapshotReader(): (words: string) => Read {
  /** Every part as it was last told ... */
  let told: Record<string, unknown> = {};
  /** ... and as it was when all could be read. */
  let raw: Record<string, unknown> = {};
  let snapshot: Snapshot | null = null;
  return (words) => {
    told = reuse(told, { ...told, ...linesOf(words) });
    const read =
      snapshot && sameKeys(raw, told) ? readParts(snapshot, changed(raw, told)) : readWhole(told);
    if (read.kind === 'read') {
      ({ snapshot } = read);
      raw = told;
    }
    return read;
  };
}

/** The parts of a snapshot by name; without a line, none. */
function linesOf(text: string): Record<string, unknown> {
  const parts: Record<string, unknown> = {};
  for (const line of text.split('\n')) {
    const gap = line.indexOf(' ');
    if (gap > 0) parts[line.slice(0, gap)] = partOf(line.slice(gap + 1));
  }
  return parts;
}

function partOf(words: string): unknown {
  try {
    return JSON.parse(words);
  } catch {
    return NO_JSON;
  }
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
