export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `next`, made of the parts of `old` that did not change, so that what did not change is not drawn again. */
export function reuse<T>(old: unknown, next: T): T;
export function reuse(old: unknown, next: unknown): unknown {
  if (Object.is(old, next)) return old;
  if (Array.isArray(old) && Array.isArray(next)) {
    const made = next.map((item, n) => reuse(old[n], item));
    return made.length === old.length && made.every((item, n) => item === old[n]) ? old : made;
  }
  if (isRecord(old) && isRecord(next)) {
    const made = Object.fromEntries(
      Object.entries(next).map(([key, item]) => [key, reuse(old[key], item)]),
    );
    const keys = Object.keys(made);
    const same = keys.length === Object.keys(old).length && keys.every((k) => made[k] === old[k]);
    return same ? old : made;
  }
  return next;
}
