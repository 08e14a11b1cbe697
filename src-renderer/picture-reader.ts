import type { ZodError } from 'zod';
import { Snapshot } from '../src-shared/snapshot.ts';
import { isRecord, reuse } from './reuse.ts';

type Read =
  | { readonly kind: 'read'; readonly snapshot: Snapshot }
  /** `where`: the part that could not be read; empty where all of it could not. */
  | { readonly kind: 'unreadable'; readonly where: string };

const Parts = Snapshot.partial();

function readText(words: unknown): unknown {
  if (typeof words !== 'string') return words;
  try {
    return JSON.parse(words);
  } catch {
    return null;
  }
}

/** Reads snapshots as they come, as values or as JSON, one after the other: a part that did not change is not read again. */
export function openPictureReader(): (words: unknown) => Read {
  let raw: Record<string, unknown> = {};
  let snapshot: Snapshot | null = null;
  return (words) => {
    const value = reuse(raw, readText(words));
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
