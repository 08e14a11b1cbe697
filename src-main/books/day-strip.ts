import { PC_OFF, type Segment } from '../../src-shared/snapshot.ts';
import { type Millis, millis, minutes } from '../../src-shared/units.ts';

/** Shorter pieces join their longer neighbour: two minutes of a day are a pixel or so, too narrow to see or to point at. */
export const SHORTEST_SEGMENT = minutes(2);
/** More bars than this cannot be told apart. */
export const MAX_SEGMENTS = 120;
/** The agent writes its state every minute; one that is missed is no gap. */
export const HEARTBEAT_GAP = minutes(2.5);

const length = ({ from, to }: Segment): number => to - from;
const alike = (a: Segment, b: Segment): boolean => a.state === b.state && a.label === b.label;

/** `records` (by start) cut to [from, to), with the time between them filled as off. */
function fill(records: readonly Segment[], from: Millis, to: Millis): Segment[] {
  const filled: Segment[] = [];
  let done = from;
  const off = (until: Millis) => {
    if (until > done) filled.push({ from: done, to: until, state: 'off', label: PC_OFF });
  };
  for (const record of records) {
    const starts = millis(Math.max(record.from, done)); // A clock set back must not overlap.
    const ends = millis(Math.min(record.to, to));
    if (ends <= starts) continue;
    off(starts);
    filled.push({ ...record, from: starts, to: ends });
    done = ends;
  }
  off(to);
  return filled;
}

/** Neighbours that say the same become one. */
function join(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  for (const segment of segments) {
    const last = joined.at(-1);
    if (last && alike(last, segment)) joined[joined.length - 1] = { ...last, to: segment.to };
    else joined.push(segment);
  }
  return joined;
}

/** Gives every piece shorter than `shortest` to its longer neighbour; one pass, oldest first. */
function absorb(segments: readonly Segment[], shortest: number): Segment[] {
  const kept: Segment[] = [];
  let pending: Segment | undefined; // The next piece, longer by what it absorbed.
  for (const [i, segment] of segments.entries()) {
    const piece = pending ?? segment;
    pending = undefined;
    const before = kept.at(-1);
    const after = segments[i + 1];
    if (length(piece) >= shortest || (!before && !after)) kept.push(piece);
    else if (before && (!after || length(before) >= length(after)))
      kept[kept.length - 1] = { ...before, to: piece.to };
    else if (after) pending = { ...after, from: piece.from };
  }
  return join(kept);
}

/**
 * The strip between two moments: pieces that touch, cover all of it, differ from their neighbours, last at least
 * SHORTEST_SEGMENT, and are at most MAX_SEGMENTS. The briefest blips go first, so that they do not outgrow what is around
 * them.
 */
export function strip(records: readonly Segment[], from: Millis, to: Millis): Segment[] {
  let segments = join(fill(records, from, to));
  for (const part of [16, 4, 1]) segments = absorb(segments, SHORTEST_SEGMENT / part);
  for (let least = 2 * SHORTEST_SEGMENT; segments.length > MAX_SEGMENTS; least *= 1.5)
    segments = absorb(segments, least);
  return segments;
}
