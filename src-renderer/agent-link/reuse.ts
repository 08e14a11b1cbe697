const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * `next`, made of the parts of `old` that did not change, so that what did not change is not drawn again. Done many times a
 * second, so it makes nothing new where all or nothing is the same.
 */
export function reuse<T>(old: unknown, next: T): T;
export function reuse(old: unknown, next: unknown): unknown {
  if (Object.is(old, next)) return old;
  if (Array.isArray(old) && Array.isArray(next)) return reuseItems(old, next);
  if (isRecord(old) && isRecord(next)) return reuseParts(old, next);
  return next;
}

function reuseItems(old: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  let same = old.length === next.length;
  let made: unknown[] | null = null;
  for (let n = 0; n < next.length; n++) {
    const item = reuse(old[n], next[n]);
    same &&= Object.is(item, old[n]);
    if (!Object.is(item, next[n])) {
      made ??= [...next];
      made[n] = item;
    }
  }
  return same ? old : (made ?? next);
}

function reuseParts(old: Record<string, unknown>, next: Record<string, unknown>) {
  let count = 0;
  let same = true;
  let made: Record<string, unknown> | null = null;
  for (const key in next) {
    count += 1;
    const part = reuse(old[key], next[key]);
    same &&= key in old && Object.is(part, old[key]);
    if (!Object.is(part, next[key])) {
      made ??= { ...next };
      made[key] = part;
    }
  }
  return same && count === Object.keys(old).length ? old : (made ?? next);
}
