import type { Millis } from '../../src-shared/units.ts';

type Options<T> = {
  readonly put: (value: T) => void;
  /** The least time between two values. */
  readonly every: Millis;
  readonly now: () => number;
  readonly later: (then: () => void, after: number) => void;
};

/** Puts values, but never two within `every`: the last one said in that time is put at its end, those between are not. */
export function openThrottle<T>({ put, every, now, later }: Options<T>): (value: T) => void {
  let shown: { readonly value: T; readonly at: number } | null = null;
  let wanted: { readonly value: T } | null = null;
  const show = (value: T) => {
    shown = { value, at: now() };
    put(value);
  };
  return (value) => {
    if (wanted) {
      wanted = { value };
      return;
    }
    if (shown?.value === value) return;
    const wait = shown ? shown.at + every - now() : 0;
    if (wait <= 0 || wait > every) return show(value);
    wanted = { value };
    later(() => {
      const last = wanted;
      wanted = null;
      if (last && last.value !== shown?.value) show(last.value);
    }, wait);
  };
}
